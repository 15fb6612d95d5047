"""Attention written out gives what PyTorch's kernel gives, and its gradients."""

import pytest
import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from train.attention import CpuAttention, WholeWindowAttention, attention


def parts(seed: int = 0) -> list[Tensor]:
    torch.manual_seed(seed)
    return [torch.randn(2, 3, 7, 4, dtype=torch.float64, requires_grad=True) for _ in range(3)]


def masks() -> dict[str, Tensor | None]:
    seen = torch.ones(2, 1, 7, 7, dtype=torch.bool)
    seen[1, :, :, 5:] = False
    return {"none": None, "seen": seen, "added": torch.zeros(2, 1, 7, 7, dtype=torch.float64).masked_fill(~seen, -1e30)}


@pytest.mark.parametrize("kind", ["none", "seen", "added"])
@pytest.mark.parametrize("scale", [None, 0.3])
def test_values_and_gradients(kind: str, scale: float | None) -> None:
    ours, theirs = parts(), parts()
    mask = masks()[kind]
    a = attention(*ours, mask, scale)
    b = scaled_dot_product_attention(*theirs, attn_mask=mask, scale=scale)
    torch.testing.assert_close(a, b)
    weights = torch.randn_like(a)
    (a * weights).sum().backward()
    (b * weights).sum().backward()
    for x, y in zip(ours, theirs, strict=True):
        torch.testing.assert_close(x.grad, y.grad)


def test_the_gradient_is_the_numerical_one() -> None:
    assert torch.autograd.gradcheck(attention, parts())


@pytest.mark.parametrize("mode", [CpuAttention, WholeWindowAttention])
@pytest.mark.parametrize("kind", ["none", "seen", "added"])
def test_within_the_context_a_call_means_the_same(mode: type, kind: str) -> None:
    mask = masks()[kind]
    with mode():
        found = scaled_dot_product_attention(*parts(), attn_mask=mask)
        causal = scaled_dot_product_attention(*parts(), is_causal=True)
    torch.testing.assert_close(found, scaled_dot_product_attention(*parts(), attn_mask=mask))
    torch.testing.assert_close(causal, scaled_dot_product_attention(*parts(), is_causal=True))


def test_training_on_cpu_takes_this_road() -> None:
    with CpuAttention():
        assert "_Attention" in scaled_dot_product_attention(*parts()).grad_fn.name()
        with torch.no_grad():
            assert scaled_dot_product_attention(*parts()).grad_fn is None

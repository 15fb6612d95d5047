"""Attention as plain matrix products: for training on CPU with an explicit backward pass, and for the exported graph.

PyTorch's fused CPU kernel is quick forward and slow backward in bf16 with heads as narrow as 32: at 16 windows of 256
tokens a layer's backward pass takes 41 ms there and 18 ms here, on the machine of docs/experiments.md. The probabilities
[windows, heads, tokens, tokens] are kept for the backward pass, so memory grows with the window's square; windows are short.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from torch.overrides import TorchFunctionMode


class _Attention(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None, scale: float) -> Tensor:
        query = query * scale
        scores = query @ key.transpose(-1, -2)
        if bias is not None:
            scores += bias
        weights = torch.softmax(scores, -1)
        ctx.save_for_backward(query, key, value, weights)
        ctx.scale = scale
        return weights @ value

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, Tensor, None, None]:
        query, key, value, weights = ctx.saved_tensors
        (gradient,) = gradients
        to_scores = torch._softmax_backward_data(gradient @ value.transpose(-1, -2), weights, -1, weights.dtype)
        return (to_scores @ key) * ctx.scale, to_scores.transpose(-1, -2) @ query, weights.transpose(-1, -2) @ gradient, None, None


def attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None, scale: float | None = None) -> Tensor:
    """softmax(query · keyᵀ · scale + mask) · value, as ``scaled_dot_product_attention`` without dropout computes it.

    Args:
        query, key, value: [windows, heads, tokens, width of a head].
        mask: added to the scores, or True where a token may be seen; it gets no gradient.
        scale: 1/√width if not given.
    """
    if mask is not None and mask.dtype == torch.bool:
        mask = torch.zeros_like(mask, dtype=query.dtype).masked_fill_(~mask, torch.finfo(query.dtype).min)
    return _Attention.apply(query, key, value, mask, scale or query.shape[-1] ** -0.5)  # type: ignore[no-any-return]


class CpuAttention(TorchFunctionMode):
    """Within this context a CPU's training passes use :func:`attention`, whichever model calls for attention. Calls with
    dropout, causal masks or grouped heads, on other devices or without gradients keep PyTorch's kernel."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Answer for ``scaled_dot_product_attention``; pass everything else on."""
        if func is scaled_dot_product_attention:
            wanted = _plain_arguments(*args, **(kwargs or {}))
            if wanted is not None and wanted[0].device.type == "cpu" and wanted[0].requires_grad:
                return attention(*wanted)
        return func(*args, **(kwargs or {}))


def _plain_arguments(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> tuple[Tensor, Tensor, Tensor, Tensor | None, float | None] | None:
    """The arguments of a call that asks for nothing but attention, or None."""
    return None if dropout_p or is_causal or enable_gqa else (query, key, value, attn_mask, scale)


class WholeWindowAttention(TorchFunctionMode):
    """Within this context a model attends over windows without padding: a mask that hides nothing is not added, so the
    exported graph holds no trace of it. A mask that hides something (a sliding window, say) stays."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Answer for ``scaled_dot_product_attention``; pass everything else on."""
        if func is not scaled_dot_product_attention:
            return func(*args, **(kwargs or {}))
        wanted = _plain_arguments(*args, **(kwargs or {}))
        if wanted is None:
            return func(*args, **(kwargs or {}))
        query, key, value, mask, scale = wanted
        scores = (query * (scale or int(query.shape[-1]) ** -0.5)) @ key.transpose(-1, -2)
        if mask is not None and mask.dtype == torch.bool:
            scores = scores if bool(mask.all()) else scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
        elif mask is not None and bool((mask != 0).any()):
            scores = scores + mask
        return torch.softmax(scores, -1) @ value

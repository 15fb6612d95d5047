"""One contender of ``scripts.benchmark``, in a process of its own: loads, reads one article, then the rest, and prints what it
measured as JSON lines. CONTENDER is ``int8`` or ``fp32`` (isnad with that graph) or ``pipeline`` (a Hugging Face pipeline)."""

import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ReadMany = Callable[[Sequence[str]], object]


def isnad_reader(graph: str, model: Path) -> dict[str, ReadMany]:
    """The installed package over one of the model's graphs."""
    import isnad

    extractor = isnad.load(model, graph)
    return {"": lambda texts: extractor.extract(list(texts))}


def pipeline_reader(model: Path) -> dict[str, ReadMany]:
    """What a user would write: token classification over the same encoder and windows in PyTorch, in f32, one article at a time
    or in batches of eight. Its head is untrained: the time is the same."""
    from transformers import AutoModelForTokenClassification, AutoTokenizer, pipeline

    card = json.loads((model / "isnad.json").read_text(encoding="utf-8"))
    encoder = model / "encoder"
    network = AutoModelForTokenClassification.from_pretrained(encoder, num_labels=15)
    tokenizer = AutoTokenizer.from_pretrained(encoder, model_max_length=card["window"])
    read = pipeline(
        "token-classification", network, tokenizer=tokenizer, stride=card["window"] - card["stride"], aggregation_strategy="simple"
    )
    return {f", batches of {n}": lambda texts, n=n: list(read(list(texts), batch_size=n)) for n in (1, 8)}


def main() -> None:
    """Measure, and print each figure as soon as it is there."""
    contender, model, articles = sys.argv[1], Path(sys.argv[2]), json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))
    readers = pipeline_reader(model) if contender == "pipeline" else isnad_reader(contender, model)
    one = articles["one"]
    next(iter(readers.values()))([one])
    print(json.dumps({"first": True}), flush=True)
    for suffix, read in readers.items():
        times = []
        for _ in range(articles["rounds"]):
            started = time.perf_counter()
            read(articles["many"])
            times.append(time.perf_counter() - started)
        print(json.dumps({"many": suffix, "articles_a_second": len(articles["many"]) / min(times)}), flush=True)
    latencies = []
    for _ in range(30):
        started = time.perf_counter()
        next(iter(readers.values()))([one])
        latencies.append(time.perf_counter() - started)
    latencies.sort()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"p50": latencies[14], "p95": latencies[28], "peak_mb": peak / 1024}), flush=True)


main()

"""Documents to tags and back: what the words can express survives the round trip."""

from collections import Counter
from pathlib import Path

import numpy as np

from isnad.decoding import decode
from isnad.document import Document, Mention
from isnad.schema import MAX_CLITICS, TAGS
from isnad.tokenization import Tokenizer
from train.corpus import read_article, read_corpus
from train.examples import IGNORE, collate, epoch_batches, epoch_windows, layer_spans, make_example

GOLD = Path(__file__).parents[1] / "fixtures" / "gold.xml"


def decoded(document: Document, tokenizer: Tokenizer, losses: Counter[str]) -> set[tuple[str, int, int]]:
    example = make_example(document, tokenizer, losses)
    tags = np.eye(len(TAGS), dtype=np.float32)[np.where(example.tags == IGNORE, 0, example.tags)] * 9
    clitics = np.eye(MAX_CLITICS + 1, dtype=np.float32)[np.where(example.clitics == IGNORE, 0, example.clitics)] * 9
    return {(s.layer, s.start, s.end) for s in decode(document.text, example.tokens, tags, clitics)}


def test_gold_tags_decode_to_gold_spans(tokenizer: Tokenizer, root: Path) -> None:
    lost, total = Counter[str](), 0
    for document in [read_article(GOLD), *read_corpus(root / "data" / "corpus")[::7]]:
        losses = Counter[str]()
        wanted = {(layer, *span) for layer, spans in layer_spans(document).items() for span in spans}
        missing = wanted - decoded(document, tokenizer, losses)
        lost.update(layer for layer, *_ in missing)
        total += len(wanted)
    assert sum(lost.values()) <= total * 0.005, lost


def test_what_words_cannot_express_is_counted(tokenizer: Tokenizer) -> None:
    text = "العراقيون"
    losses = Counter[str]()
    make_example(Document("a", text, (Mention("m1", 2, 6, "LOC", text[2:6], "e1"),)), tokenizer, losses)
    make_example(Document("b", text, (Mention("m1", 5, 9, "LOC", text[5:9], "e1"),)), tokenizer, losses)
    twice = (Mention("m1", 0, 9, "LOC", text, "e1"), Mention("m2", 0, 9, "LOC", text, "e2"))
    make_example(Document("c", text, twice), tokenizer, losses)
    assert +losses == {"LOC: ends inside a word": 1, "LOC: begins inside a word": 1, "LOC: overlaps another of its layer": 1}


def test_epoch_windows_tile_every_document(tokenizer: Tokenizer) -> None:
    examples = [make_example(Document(str(n), "كلمة " * n), tokenizer, Counter()) for n in (3, 90, 400)]
    for epoch in range(3):
        windows = epoch_windows(examples, 64, seed=5, epoch=epoch)
        for n, example in enumerate(examples):
            covered = [i for m, a, b in windows if m == n for i in range(a, b)]
            assert covered == list(range(len(example)))
            assert all(b - a <= 64 for m, a, b in windows if m == n)


def test_batches_are_bounded_and_repeatable(tokenizer: Tokenizer) -> None:
    examples = [make_example(Document(str(n), "كلمة " * (5 + 11 * n)), tokenizer, Counter()) for n in range(12)]
    batches = epoch_batches(examples, 64, 200, seed=3, epoch=1)
    assert batches == epoch_batches(examples, 64, 200, seed=3, epoch=1)
    assert batches != epoch_batches(examples, 64, 200, seed=3, epoch=2)
    assert sorted(w for b in batches for w in b) == sorted(epoch_windows(examples, 64, 3, 1))
    assert all(len(b) == 1 or len(b) * (max(e - s for _, s, e in b) + 2) <= 200 for b in batches)


def test_collate_frames_and_pads(tokenizer: Tokenizer) -> None:
    examples = [make_example(Document("a", "قال نعم"), tokenizer, Counter()), make_example(Document("b", "لا"), tokenizer, Counter())]
    batch = collate(examples, [(0, 0, len(examples[0])), (1, 0, len(examples[1]))], tokenizer)
    assert (batch.ids[:, 0] == tokenizer.begin).all()
    assert batch.ids[1, 1 + len(examples[1])] == tokenizer.separator
    assert (batch.mask.sum(axis=1) == [len(e) + 2 for e in examples]).all()
    assert (batch.tags[batch.mask == 0] == IGNORE).all()
    assert (batch.ids[batch.mask == 0] == tokenizer.pad).all()

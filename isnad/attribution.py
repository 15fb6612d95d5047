"""Who said a quote, and which word says so: the plain rules, and the baseline of the learned linker.

- The cue of a quote is the last reporting word before it in its paragraph that no other quote parts from it; else the
  first one after its end, in its sentence.
- The speaker is the subject of the cue: the first person, role, body or place between cue and quote; for a quote that
  comes first, the first one after the cue; else one straight before the cue in its sentence, unless the cue is a
  participle. A verb with no subject continues the previous speaker.
- A quote with no cue that is a whole paragraph continues the previous speaker.
"""

from __future__ import annotations

from dataclasses import dataclass

from isnad.arabic import fold
from isnad.neighbours import SOURCE_CUES, Neighbours, text_of


@dataclass(frozen=True, slots=True)
class Attribution:
    """What a quote was attributed by: ``mention`` and ``cue`` are indices, None where there is none."""

    mention: int | None
    cue: int | None
    kind: str
    score: float = 1.0


def attribute(page: Neighbours) -> list[Attribution]:
    """One attribution for each quote, in order."""
    out: list[Attribution] = []
    previous: int | None = None
    for q, quote in enumerate(page.quotes):
        cue = page.nearest_cue(quote)
        outer = page.outer_quote(q, cue)
        if outer is not None:
            out.append(out[outer])
            continue
        subject = None if cue is None else page.subject(page.cues[cue], quote)
        out.append(_decide(cue, subject, previous, cue is not None and fold(text_of(page.text, page.cues[cue])) in SOURCE_CUES))
        previous = out[-1].mention if out[-1].mention is not None else previous
    return out


def _decide(cue: int | None, subject: int | None, previous: int | None, names_a_source: bool) -> Attribution:
    if subject is not None:
        return Attribution(subject, cue, "explicit")
    if previous is None or names_a_source:
        return Attribution(None, cue, "none")
    return Attribution(previous, cue, "heading" if cue is None else "continued")

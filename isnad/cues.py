"""Reporting words (cues) to their lemma and speech act, by a lexicon of listed forms and a few regular affixes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from isnad.arabic import fold
from isnad.errors import InputError

ACTS: Final = ("say", "add", "stress", "deny", "accuse", "warn", "call", "announce", "ask", "describe")
"""Coarse speech acts; ``data/cues.tsv`` says what each means."""

_SHADDA = "\u0651"
_CONJUNCTIONS = ("", "و", "ف")
_PREFIXES = {
    **dict.fromkeys(map("".join, product(_CONJUNCTIONS, ("", "ب", "ل", "ك"), ("", "ال"))), ""),
    **dict.fromkeys(map("".join, product(_CONJUNCTIONS, ("", "ل", "س"), "يتنا")), "ي"),
}
"""What stands before a form, and what the listed form has there: nothing, or the ي of the present's he-form."""
_ENDINGS = ("", "ا", "ه", "ت", "و", "ن", "وا", "نا", "تا", "تم", "ين", "ون", "ان", "ات", "تين", "تان")
_PRONOUNS = ("", "ه", "ها", "هم", "هن", "هما", "ي", "ني", "نا", "ك", "كم")
_SUFFIXES = frozenset(map("".join, product(_ENDINGS, _PRONOUNS)))
_LONGEST_PREFIX, _LONGEST_SUFFIX = max(map(len, _PREFIXES)), max(map(len, _SUFFIXES))
_LEAST_STEM = 3
"""Letters that an affix must leave: shorter stems are found in words that they have nothing to do with (ير in ترك)."""


@dataclass(frozen=True, slots=True)
class CueSense:
    """What a cue means. ``act`` is one of ACTS, or empty for a cue that the lexicon does not know; such a cue's ``lemma`` is
    its folded form. Nothing is taken off that: a cue begins behind its proclitics, and the و of وبخ is none."""

    lemma: str
    act: str


class CueLexicon:
    """Lemmas with their act and forms. Comparison is blind to spelling, but for a form that is listed with a shadda."""

    def __init__(self, entries: Mapping[str, tuple[str, tuple[str, ...]]], where: str = "lexicon") -> None:
        """``entries`` is lemma → act, forms. A lemma is a form too, unless another lists it.

        Raises:
            InputError: an unknown act, or a form that two lemmas list; ``where`` names the lexicon.
        """
        self.entries = dict(entries)
        self._senses: dict[str, CueSense] = {}
        for lemma, (act, forms) in self.entries.items():
            if act not in ACTS:
                raise InputError(f"{where}: {lemma}: act is {act!r}; expected one of {', '.join(ACTS)}")
            for form in map(_key, forms):
                known = self._senses.setdefault(form, CueSense(lemma, act))
                if known.lemma != lemma:
                    raise InputError(f"{where}: the form {form} stands under {known.lemma} and {lemma}; leave it to one of them")
        for lemma, (act, _) in self.entries.items():
            self._senses.setdefault(_key(lemma), CueSense(lemma, act))
        self._most_words = max((form.count(" ") + 1 for form in self._senses), default=1)

    @classmethod
    def from_dict(cls, value: Mapping[str, Any], where: str = "lexicon") -> CueLexicon:
        """Read the JSON form, lemma → ``{"act": …, "forms": […]}``.

        Raises:
            InputError: another shape, an unknown act, or a form of two lemmas.
        """
        try:
            entries = {str(lemma): (str(entry["act"]), tuple(map(str, entry["forms"]))) for lemma, entry in value.items()}
        except (AttributeError, KeyError, TypeError) as error:
            raise InputError(f'{where}: expected lemmas with "act" and "forms", found something else ({error}); write it anew') from None
        return cls(entries, where)

    @classmethod
    def from_table(cls, table: str, where: str = "lexicon") -> CueLexicon:
        """Read the text of ``data/cues.tsv``, whose header describes it.

        Raises:
            InputError: a line without its three columns, a lemma twice, an unknown act, or a form of two lemmas.
        """
        entries: dict[str, tuple[str, tuple[str, ...]]] = {}
        for number, line in enumerate(table.splitlines(), 1):
            if not line or line.startswith("#"):
                continue
            columns = line.split("\t")
            if len(columns) != 3:
                raise InputError(f"{where}:{number}: expected lemma, act and forms between tabs, found {len(columns)} columns")
            lemma, act = columns[0].replace("_", " "), columns[1]
            if lemma in entries:
                raise InputError(f"{where}:{number}: the lemma {lemma} stands twice; put its forms on one line")
            entries[lemma] = (act, tuple(form.replace("_", " ") for form in columns[2].split()))
        return cls(entries, where)

    def to_dict(self) -> dict[str, dict[str, Any]]:
        """The JSON form that ``from_dict`` reads."""
        return {lemma: {"act": act, "forms": list(forms)} for lemma, (act, forms) in self.entries.items()}

    def look_up(self, text: str) -> CueSense:
        """The sense of a cue as it stands in a text. Of several words the longest listed run decides, then the first."""
        words = _key(text).split()
        for length in range(min(self._most_words, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                sense = self._listed(" ".join(words[start : start + length]))
                if sense:
                    return sense
        return CueSense(fold(text), "")

    def _listed(self, form: str) -> CueSense | None:
        spellings = dict.fromkeys((form, form.replace(_SHADDA, "")))
        return next((self._senses[stem] for spelling in spellings for stem in _stems(spelling) if stem in self._senses), None)


def _key(text: str) -> str:
    """The folded form with its shaddas kept."""
    return " ".join(_SHADDA.join(map(fold, word.split(_SHADDA))) for word in text.split())


def _stems(form: str) -> Iterator[str]:
    """The forms that this one can be made of, the least changed first."""
    yield form
    for start in range(min(_LONGEST_PREFIX, len(form)) + 1):
        listed = _PREFIXES.get(form[:start])
        if listed is not None:
            ends = range(len(form), max(start, len(form) - _LONGEST_SUFFIX) - 1, -1)
            stems = (listed + form[start:end] for end in ends if form[end:] in _SUFFIXES)
            yield from (stem for stem in stems if len(stem) >= _LEAST_STEM)

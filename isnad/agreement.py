"""Gender and number of reporting verbs and of the words that may be their subjects, read off their spelling. Zero is
unknown: the evidence is used where there is any."""

from __future__ import annotations

from isnad.arabic import bare, fold, strip_marks

_FEMININE_AGREEMENT = frozenset(
    ["مصادر", "قوات", "سلطات", "تقارير", "وسائل", "معلومات", "دول", "امم", "ولايات", "ايران", "فرنسا", "تركيا", "حماس", "فتح"]
)
_MASCULINE_PLACES = frozenset(["عراق", "لبنان", "يمن", "سودان", "مغرب", "اردن", "قطاع", "اقليم", "فاتيكان", "صومال", "خليج"])
_MASCULINE, _FEMININE = 1, -1
_ROOT_TA = frozenset(["تابع", "لفت", "توقع", "تعهد", "تحدث", "توعد", "تمني", "تساءل", "تسايل", "ثبت", "بات", "اثبت", "تلا", "تبني"])
"""Masculine verbs whose own first or last letter is a ت."""


def verb_gender(cue: str) -> int:
    """1 masculine, -1 feminine, 0 unknown: قالت and تقول are feminine, a participle by its ending."""
    word = fold(cue)
    if word.startswith("م"):
        return _FEMININE if word.endswith(("ه", "يه")) else _MASCULINE if word.endswith("ا") else 0
    if word in _ROOT_TA:
        return _MASCULINE
    if word.endswith("ت") or (word.startswith("ت") and not word.endswith("ا") and len(word) == 4):
        return _FEMININE
    return _MASCULINE if word and not word.startswith("ال") else 0


def verb_is_plural(cue: str) -> bool:
    """قالوا، مشيرين، يقولون: the subject is several people."""
    return fold(cue).endswith(("وا", "ين", "ون"))


def noun_gender(name: str, layer: str) -> int:
    """The gender a verb takes with a name, role, body or place; a person's own name says nothing."""
    parts = fold(name).split()
    if not parts or layer == "PER":
        return 0
    head = bare(parts[0])
    if layer == "LOC":
        return _MASCULINE if head in _MASCULINE_PLACES else _FEMININE
    feminine = strip_marks(name).split()[0].endswith("ة") or head.endswith("ات") or head in _FEMININE_AGREEMENT
    return _FEMININE if feminine else _MASCULINE


def noun_is_plural(name: str) -> bool:
    """مسؤولون، نواب، مصادر: a head word in a plural of people."""
    parts = fold(name).split()
    head = bare(parts[0]) if parts else ""
    return head.endswith(("ون", "ين")) or head in ("نواب", "وزراء", "خبراء", "شهود", "قاده", "اعضاء", "سكان", "مصادر", "محللون")


def agrees(cue: str, name: str, layer: str, known_gender: int = 0) -> int:
    """1 where verb and subject agree in gender, -1 where they do not, 0 where either is unknown."""
    return verb_gender(cue) * (noun_gender(name, layer) or known_gender)

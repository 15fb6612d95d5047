"""What the linker needs to know of Arabic: comparing names, and the grammar of reporting verbs. Offsets never pass
through here: these forms are compared, not shown."""

from __future__ import annotations

import re
from functools import lru_cache

_DIACRITICS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_FOLD = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "_": " ", "#": " "})
_OWN_LAM = frozenset(
    ["لبنان", "ليبيا", "لندن", "لجنه", "لواء", "لقاء", "لكسمبورغ", "لاهاي", "لشبونه", "ليما", "ليتوانيا", "لاتفيا", "لاغوس"]
)
_NOT_WORD = re.compile(r"[^\w]+")


def strip_marks(text: str) -> str:
    """Without diacritics, tatweel and invisible marks."""
    return _DIACRITICS.sub("", text)


def fold(text: str) -> str:
    """A spelling-blind form: no diacritics or tatweel, one alef, one ya, ta marbuta as ha, single spaces."""
    return _fold_word(text) if len(text) <= _LONGEST_KEPT else _fold(text)


def _fold(text: str) -> str:
    return _NOT_WORD.sub(" ", strip_marks(text).translate(_FOLD)).strip()


_LONGEST_KEPT = 40
_fold_word = lru_cache(1 << 15)(_fold)  # the same words are compared again and again


def bare(word: str) -> str:
    """A folded word without its article."""
    return word[2:] if word.startswith("ال") and len(word) > 4 else word


def restore_alef(text: str, start: int, end: int) -> str:
    """A span's form with the alef that a glued ل swallowed (ل+لكرملين → الكرملين)."""
    form = text[start:end]
    swallowed = form.startswith("ل") and text[max(0, start - 1) : start] == "ل"
    return "ا" + form if swallowed and not _stands_alone(text[max(0, start - 5000) : end + 5000], form.split()[0]) else form


def _stands_alone(text: str, word: str) -> bool:
    """Whether a word that begins with ل is one in itself (لبنان), by a short list or because it also stands unglued."""
    return fold(word) in _OWN_LAM or re.search(rf"(?<!\w)[وف]?{re.escape(word)}(?!\w)", text) is not None

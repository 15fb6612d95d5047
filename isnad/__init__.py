"""isnad: who said what, in Arabic political news.

>>> import isnad
>>> document = isnad.load("base").extract("…")  # doctest: +SKIP
"""

from isnad.document import Cue, Document, Entity, Mention, Quote, Relation
from isnad.errors import DocumentError, InputError, IsnadError, ModelError
from isnad.extractor import Extractor
from isnad.offsets import OFFSET_UNITS
from isnad.runtime import load
from isnad.version import __version__

__all__ = [
    "OFFSET_UNITS",
    "Cue",
    "Document",
    "DocumentError",
    "Entity",
    "Extractor",
    "InputError",
    "IsnadError",
    "Mention",
    "ModelError",
    "Quote",
    "Relation",
    "__version__",
    "load",
]

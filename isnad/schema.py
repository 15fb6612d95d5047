"""The label schema: what is marked in an article, and the names of the layers that a model tags."""

from typing import Final

SCHEMA_VERSION: Final = 1
"""Version of the JSON form of a document."""

MENTION_TYPES: Final = ("PER", "ROLE", "ORG", "LOC")
QUOTE_KINDS: Final = ("direct", "indirect")
ATTRIBUTIONS: Final = ("explicit", "continued", "heading", "none")
RELATION_TYPES: Final = ("said_by", "cued_by", "holds_role", "role_of", "located_in")
ENTITY_TYPES: Final = ("PER", "ORG", "LOC")
"""A role names a person, so an entity known by roles alone is a PER."""

LAYERS: Final = (*MENTION_TYPES, "CUE", "DIRECT", "INDIRECT")
"""One BIO layer a type, so that names nest in roles and roles in quotes."""
TAGS: Final = ("O", "B", "I")
O, B, I = range(3)  # noqa: E741 - the scheme's own names

CLITIC_LAYERS: Final = (*MENTION_TYPES, "CUE")
"""Layers whose spans begin after glued proclitics (و ف ب ل ك س); a quote keeps them."""
MAX_CLITICS: Final = 3
"""The longest run of proclitic letters that can stand before a span within its token."""

ENTITY_TYPE_OF: Final = {"PER": "PER", "ROLE": "PER", "ORG": "ORG", "LOC": "LOC"}

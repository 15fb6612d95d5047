"""Errors that a user of the package can cause. Each message says what was expected, what was found, where, and what
to do about it; the command line prints it alone and exits with code 2."""


class IsnadError(Exception):
    """Base of every error with a way out."""


class InputError(IsnadError):
    """A text, file or option that cannot be used."""


class DocumentError(IsnadError):
    """A document that breaks the schema."""


class ModelError(IsnadError):
    """A model that is missing, damaged or of another format."""

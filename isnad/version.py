"""The version of the package and of its wheels."""

__version__ = "0.1.0"

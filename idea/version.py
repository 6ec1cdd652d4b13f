"""The version of the package, which records name without importing the rest of it."""

__version__ = "0.1.0"

"""File formats of weights."""

"""The formats of weights."""

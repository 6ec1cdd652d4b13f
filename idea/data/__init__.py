"""Data sets, and what is computed from them."""

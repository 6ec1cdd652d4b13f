"""What distinguishes idea's drawings of an image from other PNGs."""

from __future__ import annotations

__all__ = ["MARK"]

MARK = ("Software", "idea: an image")
"""The text chunk of the PNGs in which idea draws an image, each pixel as a square."""

"""Bounds that no image can exceed, and proofs of optimality."""

"""Attacks: the fewest flips that change a network's prediction, and proofs of minimality."""

"""The fewest flips that change what a network answers, and proofs that fewer don't."""

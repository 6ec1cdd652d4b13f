"""Upper bounds of the logits over all images, and proofs of optimality."""

"""Studies: many networks over a grid of hyperparameters, and the ideals of each."""

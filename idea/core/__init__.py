"""What the project exists for: models, states, strategies, and the search that joins them."""

"""Networks of files as a chain of layers, before it is known what can evaluate them."""

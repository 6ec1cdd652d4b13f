"""Training: a module per framework, and the training loop."""

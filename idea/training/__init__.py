"""Training, one module a framework; each gives weights that `idea.load_model` opens."""

"""Networks: their forward passes, their weights, and the bundled ones."""

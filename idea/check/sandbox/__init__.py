"""Uploaded models, opened and evaluated by confined processes."""

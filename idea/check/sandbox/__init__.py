"""Uploaded models, opened and evaluated by limited processes."""

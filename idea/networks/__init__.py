"""The networks that are searched: what they compute, and their weights."""

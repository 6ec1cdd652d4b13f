"""Opening networks: files, live objects of frameworks, functions."""

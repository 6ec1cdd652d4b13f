"""PyTorch's files, read without PyTorch: archives, pickles, modules."""

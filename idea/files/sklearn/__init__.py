"""Classifiers of scikit-learn: what their fitted attributes compute, and their files."""

"""Classifiers on a network that was trained on a million songs."""

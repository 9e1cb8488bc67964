"""Naming the genre of a clip."""

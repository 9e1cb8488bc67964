"""Measuring the generator: its representation, its likelihood, and its samples beside real pieces."""

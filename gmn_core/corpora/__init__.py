"""Data sets that the models are trained and judged on."""

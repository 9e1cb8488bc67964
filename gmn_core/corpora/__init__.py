"""Data sets that the models are trained and evaluated on."""

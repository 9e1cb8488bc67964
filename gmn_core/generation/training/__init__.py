"""Training the generator and exporting it; the only part that imports Keras."""

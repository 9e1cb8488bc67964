"""The convolutional network trained on GTZAN alone."""

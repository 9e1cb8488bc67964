"""What the models see of a clip: summary descriptors and log-mel spectrograms."""

"""The models' inputs: summary descriptors and log-mel spectrograms."""

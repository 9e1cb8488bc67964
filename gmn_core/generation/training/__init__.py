"""Training the generator and publishing what was learned; TensorFlow is imported here only."""

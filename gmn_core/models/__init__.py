"""The shipped models: one folder each, holding the weights and a model card."""

"""How good the classifiers are: inputs, folds, figures with intervals."""

"""Playing the trained generator, in NumPy alone."""

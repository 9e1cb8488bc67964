"""k nearest neighbours on 57 summary descriptors."""

"""The music itself: the band and its roles, metre, key, drums and instruments."""

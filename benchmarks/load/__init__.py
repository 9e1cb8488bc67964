"""How many listeners a study carries: what `make load` plays, and the page on capacity that it writes."""

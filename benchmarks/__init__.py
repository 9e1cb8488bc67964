"""How fast everything is: `make bench` measures it and writes docs/performance.md."""

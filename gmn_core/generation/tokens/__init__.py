"""The representation: a band as tokens on a grid, and what the network is conditioned on."""

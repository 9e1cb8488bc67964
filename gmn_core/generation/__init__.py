"""Making music: representation, network, sampler, rendering and production."""

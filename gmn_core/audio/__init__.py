"""Audio in and out: clips, decoding, loudness and encoding."""

"""The rate of all that is played here."""

SAMPLE_RATE = 48_000
"""In Hz; the synthesizer's own."""

"""Figures of audio, bands and classifiers, for Plotly.

Audio
    `waveform`, `spectrogram`, `genre_shares`
Classifiers
    `confusion`, `genres_over_time`, `influence_map`, `accuracy_ladder`, `published_ladder`, `reliability`,
    `recall_by_genre`
Bands
    `piano_roll`
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

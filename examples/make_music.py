"""Make a piece, its parts and its notes, and ask what genre it sounds like: python make_music.py FOLDER."""

import sys
from pathlib import Path

import gmn_core

folder = Path(sys.argv[1])

sample = gmn_core.generate("jazz", seconds=20, seed=7, blend="disco", blend_weight=0.3)
print(f"{sample.band.key_name}, {sample.band.tempo:.0f} beats per minute")

sample.save(folder / "piece.wav")  # or .ogg, .mp3
sample.save(folder / "piece.mid")
for role, stem in sample.stems().items():
    stem.save(folder / f"{role}.wav")  # each part alone
gmn_core.figures.piano_roll(sample.band).write_html(folder / "piece.html")

for genre, share in gmn_core.classify(sample.recording).ranked()[:3]:
    print(f"{genre.display_name}: {share:.0%}")

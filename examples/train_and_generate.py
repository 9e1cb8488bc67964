"""Train the generator on MIDI files and play it: python train_and_generate.py MIDI RUN UPDATES."""

import sys
from pathlib import Path

import gmn_core
from gmn_core.cli import main


def train_and_generate(midi, run, updates):
    # MIDI holds folders named after genres, which hold MIDI files. A small collection cannot teach a network
    # to play, so training starts from what ships; a few hundred updates give it the collection's manner.
    options = ["--run", run, "--start", "shipped", "--updates", updates, "--rate", "0.0003"]
    if status := main(["train", "lstm", "--midi", midi, *options]):
        sys.exit(status)

    for genre in sorted(folder.name for folder in Path(midi).iterdir()):
        sample = gmn_core.generate(genre, seconds=10, seed=1, model=f"{run}/models/lstm")
        sample.save(f"{run}/{genre}.wav")
        print(f"{run}/{genre}.wav: {sample.band.key_name}, {sample.band.tempo:.0f} beats per minute")


# Training reads the files in several processes, each of which imports this script anew.
if __name__ == "__main__":
    train_and_generate(*sys.argv[1:])

"""The ``train lstm`` command."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from gmn_core.cli import build_parser, main
from gmn_core.generation.playing.harmonist import PREFIX
from gmn_core.generation.playing.model import MODEL_FILES, NAME, WEIGHTS_FILE, read_model, read_weights
from gmn_core.generation.playing.sampler import sample_band
from gmn_core.generation.request import GenerationError, GenerationRequest
from gmn_core.generation.training.fitting import TrainingSettings
from gmn_core.generation.training.network import NetworkSettings
from gmn_core.genres import Genre
from gmn_core.models.training_run import run_model_dir
from tests.gmn_core.cli.conftest import SMALL, Refused, Run
from tests.gmn_core.generation.conftest import make_band


@pytest.fixture
def corpus_words(midi_corpus: Path, corpus_cache: Path) -> tuple[str, ...]:
    """The words that name the small corpus, encoded before."""
    return "train", "lstm", "--midi", str(midi_corpus), "--cache", str(corpus_cache)


def network_weights(folder: Path) -> dict[str, npt.NDArray[np.floating]]:
    """Return a generator's weights without those of its harmonist."""
    return {name: own for name, own in read_weights(folder).items() if not name.startswith(PREFIX)}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_two_updates_are_made_and_a_generator_is_written(trained_generator: Path) -> None:
    run = trained_generator.parents[1]
    rows = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
    assert [row["update"] for row in rows] == [2]
    with np.load(run / "best.npz", allow_pickle=False) as best:
        stored = network_weights(trained_generator)
        assert set(stored) == set(best)
        assert all((stored[name] == array.astype(np.float16)).all() for name, array in best.items())
    model = read_model(trained_generator)
    assert set(model.sheets) == {Genre.JAZZ, Genre.METAL}
    assert model.shapes.intervals == ((), (4, 7))
    assert {path.name for path in trained_generator.iterdir()} == {*MODEL_FILES, "card.json"}


def test_the_card_tells_how_the_generator_was_made(trained_generator: Path) -> None:
    card = json.loads((trained_generator / "card.json").read_text())
    history = (trained_generator.parents[1] / "history.jsonl").read_text()
    assert card["seed"] == 3
    assert card["choices"]["updates made"] == card["choices"]["training"]["updates"] == 2
    assert card["command"] == (
        "python -m gmn_core train lstm --midi DIR --updates 2 --rate 0.003 --seed 3 --batch 8 --hidden 32"
    )
    assert card["figures"]["validation"]["nats per step"] == json.loads(history)["valid_nats"]
    assert card["figures"]["validation"]["chords"]["nats per half bar"] > 0
    assert card["choices"]["harmonist"]["epochs"] == 1
    assert card["weights"] == {name: sha256(trained_generator / name) for name in MODEL_FILES}


def test_the_settings_can_be_chosen_and_are_recorded(
    trained_generator: Path, corpus_words: tuple[str, ...], tmp_path: Path
) -> None:
    parsed = build_parser().parse_args(corpus_words)
    for settings in (TrainingSettings(), NetworkSettings()):
        for name, usual in asdict(settings).items():
            assert getattr(parsed, name, usual) == usual or name == "updates"
    chosen = {"batch": 2, "decay": 0.1, "average": 0.5, "small_bands": 1.0}
    words = [word for name, value in chosen.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    words += ["--hidden", "24", "--dropout", "0.3", "--updates", "1", "--run", str(tmp_path / "run")]
    assert main([*corpus_words, *words]) == 0
    card = json.loads((run_model_dir(tmp_path / "run", NAME) / "card.json").read_text())
    assert card["choices"]["training"] == {**card["choices"]["training"], **chosen}
    assert (card["choices"]["network"]["hidden"], card["choices"]["network"]["dropout"]) == (24, 0.3)
    assert card["choices"]["backend"] == "tensorflow"
    assert card["command"].endswith(
        " --batch 2 --decay 0.1 --average 0.5 --small-bands 1.0 --hidden 24 --dropout 0.3"
    )


def test_a_training_starts_from_a_generator_that_stays_as_it_is(
    trained_generator: Path,
    corpus_words: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    start, before = network_weights(trained_generator), sha256(trained_generator / WEIGHTS_FILE)
    words = (*SMALL, "--start", trained_generator, "--run", tmp_path / "run", "--updates", "1")
    assert main([*corpus_words, *map(str, words), "--rate", "1e-4"]) == 0
    generator = run_model_dir(tmp_path / "run", NAME)
    assert f"model written to {generator}" in capsys.readouterr().out
    assert sha256(trained_generator / WEIGHTS_FILE) == before
    moved = network_weights(generator)
    steps = [np.abs(moved[name].astype(float) - start[name]).max() for name in start]
    # Adam's first step is as large as the rate, here a tenth of the highest; a half is rounded to 2**-11.
    assert 0 < max(steps) < 1e-3
    card = json.loads((generator / "card.json").read_text())
    assert card["choices"]["started from"] == f"weights {before}"
    assert "--start DIR" in card["command"]
    assert "--rate 0.0001" in card["command"]


def test_a_start_that_is_no_generator_is_refused(
    refused: Refused, corpus_words: tuple[str, ...], trained_generator: Path, tmp_path: Path
) -> None:
    assert refused(*corpus_words, "--start", "absent") == "absent holds no trained generator."
    broken = tmp_path / "broken"
    shutil.copytree(trained_generator, broken)
    (broken / WEIGHTS_FILE).write_bytes(b"half of it")
    assert refused(*corpus_words, "--start", broken) == f"{broken} holds no trained generator."
    assert not (tmp_path / "runs").exists()


def test_a_start_of_other_sizes_is_refused(
    refused: Refused, corpus_words: tuple[str, ...], trained_generator: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(trained_generator, other)
    weights = read_weights(other)
    weights["head/kernel"] = weights["head/kernel"][:, :-1]
    np.savez(other / WEIGHTS_FILE, **weights)
    sentence = refused(*corpus_words, "--start", other)
    assert sentence == "The generator to start from has a network of other sizes."


def test_a_corpus_that_is_not_there_is_refused(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in ("absent", "empty"):
        assert refused("train", "lstm", "--midi", folder) == (
            f"{folder} holds no genre-named folders of MIDI files."
        )


def test_a_corpus_too_small_to_split_is_refused(run_gmn: Run, tmp_path: Path) -> None:
    (tmp_path / "in" / "jazz").mkdir(parents=True)
    (tmp_path / "in" / "jazz" / "one.mid").write_bytes(make_band().to_midi())
    done = run_gmn("train", "lstm", "--midi", "in")
    assert done.returncode == 2
    assert done.stderr == (
        "error: The corpus is too small: no file is left for valid; bring at least 3 of a genre.\n"
    )
    assert "split is by file" in done.stdout


def test_no_training_takes_anothers_place(
    trained_generator: Path,
    corpus_words: tuple[str, ...],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Train on one corpus, then on another, in the same folder: weights and vocabulary stay together."""
    run, midi = tmp_path / "run", tmp_path / "midi"
    shutil.copytree(trained_generator.parents[1], run)
    (midi / "blues").mkdir(parents=True)
    for seed in range(4):
        (midi / "blues" / f"{seed}.mid").write_bytes(make_band(chord=(0, 3, 7, 10), seed=seed).to_midi())
    words = ("--run", run, *SMALL)
    cache = corpus_words[-2:]
    assert main(["train", "lstm", "--midi", str(midi), *cache, *map(str, words)]) == 0
    assert f"differs in corpus: it is kept as {tmp_path / 'run-1'}" in caplog.text
    assert read_model(run_model_dir(run, NAME)).shapes.intervals == ((), (3, 7, 10))
    assert read_model(run_model_dir(tmp_path / "run-1", NAME)).shapes.intervals == ((), (4, 7))
    history = [json.loads(line)["update"] for line in (run / "history.jsonl").read_text().splitlines()]
    assert history == [2], "the training went on from the other corpus's checkpoint"


def test_a_folder_of_other_files_is_not_touched(
    refused: Refused, corpus_words: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "songs").mkdir()
    (tmp_path / "songs" / "mine.txt").write_text("la la la")
    sentence = refused(*corpus_words, "--run", "songs", "--updates", "2")
    assert sentence == "songs is not the folder of a training; name another or an empty one."
    assert [path.name for path in (tmp_path / "songs").iterdir()] == ["mine.txt"]


def test_a_training_needs_an_update(refused: Refused, corpus_words: tuple[str, ...]) -> None:
    assert refused(*corpus_words, "--updates", "0") == "A training needs at least 1 update."


def test_a_generator_plays_the_genres_that_it_learned_and_refuses_others(trained_generator: Path) -> None:
    model = read_model(trained_generator)
    assert sample_band(GenerationRequest(Genre.JAZZ, seconds=10), model=model).notes
    for request in (
        GenerationRequest(Genre.REGGAE),
        GenerationRequest(Genre.JAZZ, blend=Genre.REGGAE, blend_weight=0.1),
    ):
        with pytest.raises(GenerationError) as caught:
            sample_band(request, model=model)
        assert str(caught.value) == "This generator learned from no reggae; it can play jazz and metal."

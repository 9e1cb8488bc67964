import json
from pathlib import Path

from gmn_core.generation.sound.fitting import FitSettings
from gmn_core.generation.sound.profile import Profile, profile_path
from gmn_core.generation.sound.publishing import OUTCOME_FILE, FitOutcome, write_production_card
from gmn_core.genres import Genre
from gmn_core.models.card import file_sha256


def test_a_fit_is_kept_only_where_it_does_good_on_other_pieces() -> None:
    better = FitOutcome(Profile(), {"tags": 1.0, "surprise": 2.0}, {"tags": 1.2, "surprise": 1.5})
    worse = FitOutcome(Profile(), {"tags": 1.0, "surprise": 2.0}, {"tags": 0.5, "surprise": 2.9})
    assert better.kept
    assert better.sentence.endswith("the fit is kept")
    assert not worse.kept
    assert "tags 1.00 to 0.50" in worse.sentence


def test_the_card_tells_what_was_fitted_and_how_good_it_is(tmp_path: Path) -> None:
    out, run_dir = tmp_path / "out", tmp_path / "run"
    out.mkdir()
    run_dir.mkdir()
    profile_path(Genre.ROCK, out).write_text(Profile(drive=18).to_json())
    outcome = {"before": {"tags": 1.23456}, "after": {"tags": 1.0}, "kept": True}
    (run_dir / OUTCOME_FILE.format(genre=Genre.ROCK)).write_text(json.dumps(outcome))
    write_production_card(out, run_dir, {"mel.npz": "ab"}, FitSettings(seed=3), tmp_path)
    card = json.loads((out / "card.json").read_text())
    assert card["weights"] == {"rock.json": file_sha256(out / "rock.json")}
    assert card["seed"] == 3
    (figures,) = card["figures"].values()
    assert figures["rock"]["before"]["tags"] == 1.235
    assert card["limits"][0] == (
        "Set by hand and not fitted: Blues, Classical, Country, Disco, Hip hop, Jazz, Metal, Pop, Reggae."
    )


def test_genres_that_are_not_fitted_again_keep_their_figures(tmp_path: Path) -> None:
    start, out, run_dir = tmp_path / "start", tmp_path / "out", tmp_path / "run"
    for folder in (start, out, run_dir):
        folder.mkdir()
    earlier = {"before": {"tags": 2.0}, "after": {"tags": 1.5}, "kept": True}
    figures = {"objective on validation pieces, start and fit": {"pop": earlier, "rock": earlier}}
    (start / "card.json").write_text(json.dumps({"figures": figures}))
    outcome = {"before": {"tags": 1.2}, "after": {"tags": 1.0}, "kept": True}
    (run_dir / OUTCOME_FILE.format(genre=Genre.ROCK)).write_text(json.dumps(outcome))
    write_production_card(out, run_dir, {}, FitSettings(), start)
    card = json.loads((out / "card.json").read_text())
    assert card["figures"] == {
        "objective on validation pieces, start and fit": {"pop": earlier, "rock": outcome}
    }
    assert "From an earlier training: Pop." in card["limits"]

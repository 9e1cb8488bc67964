"""What a guess is answered with."""

from __future__ import annotations

from gmn_core.generation.music.band import Role
from gmn_core.genres import Genre
from pages.front.game import answer, score
from pages.front.pieces import HomePiece


def piece(genre: Genre, **heard: float) -> HomePiece:
    shares = {Genre(name): share for name, share in heard.items()}
    return HomePiece(b"", 12.0, genre, 2, shares, {Role.BASS: [(0.0, 0.5, 40, 90)]})


def test_a_right_guess_that_the_classifier_shares() -> None:
    text = answer(piece(Genre.JAZZ, jazz=0.8, blues=0.2), Genre.JAZZ)
    assert text.endswith(
        "Yes, the network was asked for **jazz**.\n\nOur best classifier also hears **jazz** (80% sure)."
    )


def test_a_wrong_guess_and_a_wrong_classifier_are_both_told() -> None:
    text = answer(piece(Genre.JAZZ, jazz=0.3, blues=0.7), Genre.ROCK)
    assert "The network was asked for **jazz**; you said rock." in text
    assert text.endswith("Our best classifier hears **blues** (70% sure). It gives jazz 30%.")


def test_the_score_counts_what_was_guessed() -> None:
    pieces = (piece(Genre.JAZZ, jazz=1.0), piece(Genre.POP, rock=0.9, pop=0.1), piece(Genre.ROCK, rock=1.0))
    assert score(pieces, [Genre.JAZZ, Genre.POP]).startswith("You: 2 of 2 right. The classifier: 1 of 2.")

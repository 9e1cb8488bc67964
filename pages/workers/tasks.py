"""The work that visitors have done: functions of a `Report` and plain arguments, with small results."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pages.workers.worker import Report

if TYPE_CHECKING:
    from gmn_core.audio.clip import Clip
    from gmn_core.audio.recording import Recording
    from gmn_core.classification.batch import FileResult
    from gmn_core.classification.classifier import GenreClassifier
    from gmn_core.classification.explanation import Explanation
    from gmn_core.classification.prediction import GenrePrediction
    from gmn_core.generation.music.band import Band, Role
    from gmn_core.generation.request import GenerationRequest
    from gmn_core.generation.samples import GeneratedSample
    from gmn_core.genres import Genre

LEAD_SHEET, SCORE = "Lead sheet", "Score"


def get_ready(report: Report) -> None:
    """Load what nearly all work needs, while nobody waits for it."""
    from gmn_core.generation.playing.model import shipped_model
    from gmn_core.generation.request import GenerationError
    from gmn_core.models.card import ModelError
    from gmn_core.warm_up import warm_up

    warm_up()
    loaded()
    try:
        shipped_model()
    except (GenerationError, ModelError):
        return  # who asks for music is told


@cache
def loaded() -> tuple[tuple[GenreClassifier, ...], tuple[str, ...]]:
    """Return the classifiers that can be used, loaded once per worker, and why others cannot."""
    from gmn_core.classification.shipped import usable_classifiers

    return usable_classifiers()


def _classifier(name: str) -> GenreClassifier:
    """Return a classifier that is loaded; a `ModelError` says what is wrong with one that could not be."""
    from gmn_core.classification.shipped import load_classifier

    return next((each for each in loaded()[0] if each.name == name), None) or load_classifier(name)


def available(report: Report) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the classifiers that can be used, and why others cannot."""
    usable, problems = loaded()
    return tuple(classifier.name for classifier in usable), problems


def missing_models(report: Report) -> tuple[str, ...]:
    """Return why classifiers or the generator cannot be used; nothing where all can."""
    from gmn_core.generation.playing.model import shipped_model
    from gmn_core.generation.request import GenerationError
    from gmn_core.models.card import ModelError

    problems = loaded()[1]
    try:
        shipped_model()
    except (GenerationError, ModelError) as error:
        return (*problems, str(error))
    return problems


@dataclass(frozen=True, eq=False)
class ClipView:
    """What there is to see of a clip, and to say of it beside its genre.

    Parameters
    ----------
    doubt : str or None
        Why it does not look like music; None where it does.
    picture : bytes
        What `pages.shared.listening_view` draws.
    """

    doubt: str | None
    picture: bytes

    @classmethod
    def of(cls, clip: Clip, prediction: GenrePrediction, player: str) -> ClipView:
        """Look at a clip; ``prediction`` is drawn over time, and ``player`` names the page's player."""
        from gmn_core.classification.music_check import doubts
        from pages.shared.listening_view import picture_of

        return cls(doubts(clip), picture_of(clip, prediction, player))


@dataclass(frozen=True, eq=False)
class HeardFile:
    """What was found in a file.

    Parameters
    ----------
    result : FileResult
        The classifiers' answers, or why there are none.
    view : ClipView or None
        Where one was asked for and the file could be used.
    """

    result: FileResult
    view: ClipView | None = None


def classify_bytes(report: Report, name: str, data: bytes, player: str | None = None) -> HeardFile:
    """Decode a file and ask every classifier; with a player, look at it as well."""
    from gmn_core.audio.decode import decode
    from gmn_core.audio.errors import AudioError
    from gmn_core.classification.batch import FileResult, classify_decoded

    try:
        decoded = decode(data)
    except AudioError as error:
        return HeardFile(FileResult(name, error=str(error)))
    result = classify_decoded(name, decoded, loaded()[0], report)
    if player is None or not result.predictions:
        return HeardFile(result)
    *_, best = result.predictions.values()
    return HeardFile(result, ClipView.of(decoded.clip, best, player))


def look_at(report: Report, data: bytes, prediction: GenrePrediction, player: str) -> ClipView:
    """Look at one of many files, which are looked at only when someone asks."""
    from gmn_core.audio.decode import decode

    return ClipView.of(decode(data).clip, prediction, player)


def decode_bytes(report: Report, data: bytes, seconds: float) -> Recording:
    """Decode the beginning of a file in stereo."""
    from gmn_core.audio.decode import decode_stereo

    return decode_stereo(data, seconds)


def explain_bytes(report: Report, data: bytes, model: str, genre: Genre) -> Explanation:
    """Return what spoke for a genre in a file, in the ears of one of the networks."""
    from gmn_core.audio.decode import decode
    from gmn_core.classification.explanation import explain
    from gmn_core.classification.gtzan_cnn.model import GenreCnn
    from gmn_core.classification.pretrained.model import PretrainedCnn

    network = _classifier(model)
    if not isinstance(network, GenreCnn | PretrainedCnn):
        raise TypeError(f"{model} is not a network")
    return explain(network, decode(data).clip, genre)


def judge_bytes(report: Report, data: bytes) -> GenrePrediction:
    """Return what the strongest classifier makes of a file."""
    from gmn_core.audio.decode import decode
    from gmn_core.classification.shipped import STRONGEST

    return _classifier(STRONGEST).classify(decode(data).clip)


@dataclass(frozen=True, eq=False)
class Composed:
    """A sample as it travels: everything but the uncompressed audio.

    Parameters
    ----------
    band : Band
        The notes.
    drawn : dict of str to str
        What the piece turned out to be, in words.
    midi, ogg : bytes
        The files.
    """

    band: Band
    drawn: dict[str, str]
    midi: bytes
    ogg: bytes


def compose(report: Report, request: GenerationRequest, before: Band | None = None) -> Composed:
    """Make a sample; ``before`` is what its request without the last change gave."""
    from gmn_core.generation.samples import generate_sample

    sample = generate_sample(request, before=before, on_progress=report)
    return Composed(sample.band, sample.drawn(), sample.midi, sample.file("ogg"))


def make_sample(report: Report, request: GenerationRequest) -> GeneratedSample:
    """Make a sample, with all that a study records of it."""
    from gmn_core.generation.samples import generate_sample

    return generate_sample(request, on_progress=report)


def play_again(report: Report, request: GenerationRequest, midi: bytes) -> Recording:
    """Play the notes of a sample once more."""
    from gmn_core.generation.samples import play
    from gmn_core.generation.sound.soundfont import find_soundfont

    return play(request, midi, find_soundfont(), on_progress=report)


def play_as_wav(report: Report, request: GenerationRequest, midi: bytes) -> bytes:
    """Play the notes of a sample once more, into a WAV file."""
    from gmn_core.audio.encoding import to_wav

    return to_wav(play_again(report, request, midi))


def play_parts_as_ogg(report: Report, request: GenerationRequest, midi: bytes) -> dict[Role, bytes]:
    """Play the notes of a sample role by role, as in its mix, into Ogg files."""
    from gmn_core.audio.encoding import to_ogg
    from gmn_core.generation.samples import play_parts
    from gmn_core.generation.sound.soundfont import find_soundfont

    parts = play_parts(request, midi, find_soundfont(), on_progress=report)
    return {role: to_ogg(own) for role, own in parts.items()}


def stems_as_zip(report: Report, request: GenerationRequest, midi: bytes) -> bytes:
    """Play the notes of a sample role by role into WAV files, in one ZIP archive."""
    from gmn_core.generation.samples import zipped_stems
    from gmn_core.generation.sound.soundfont import find_soundfont

    return zipped_stems(request, midi, find_soundfont(), on_progress=report)


def write_scores(report: Report, request: GenerationRequest, band: Band) -> bytes:
    """Write the score and the lead sheet of a sample as MusicXML, in one ZIP archive."""
    import io
    import zipfile

    from gmn_core.generation.notation import lead_sheet_xml, score_xml
    from gmn_core.generation.samples import sample_name, title_of

    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as chosen:
        for name, write in (("score", score_xml), ("lead-sheet", lead_sheet_xml)):
            chosen.writestr(f"{sample_name(request)}-{name}.musicxml", write(band, title_of(request)))
            report(0.5)
    return archive.getvalue()


def draw_score(report: Report, request: GenerationRequest, band: Band, form: str) -> dict[str, bytes]:
    """Draw the score or the lead sheet of a sample for a page and for a phone, as SVG packed by gzip."""
    import gzip

    from gmn_core.generation.engraving import NARROW, WIDE, engraved
    from gmn_core.generation.notation import lead_sheet_xml, score_xml
    from gmn_core.generation.samples import title_of

    written = (lead_sheet_xml if form == LEAD_SHEET else score_xml)(band, title_of(request))
    report(0.8)
    widths = {"wide": WIDE, "narrow": NARROW}
    return {kind: gzip.compress(engraved(written, width).encode()) for kind, width in widths.items()}

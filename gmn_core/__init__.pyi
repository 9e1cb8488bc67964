from . import figures as figures
from .audio.clip import Clip as Clip
from .audio.errors import AudioError as AudioError
from .audio.recording import Recording as Recording
from .audio.source import load_audio as load_audio
from .classification.classifier import GenreClassifier as GenreClassifier
from .classification.evaluation.metrics import Evaluation as Evaluation
from .classification.evaluation.metrics import McNemarTest as McNemarTest
from .classification.evaluation.metrics import evaluate as evaluate
from .classification.evaluation.metrics import mcnemar_test as mcnemar_test
from .classification.prediction import GenrePrediction as GenrePrediction
from .classification.shipped import classify as classify
from .classification.shipped import load_classifier as load_classifier
from .corpora.collection import Collection as Collection
from .corpora.collection import CollectionError as CollectionError
from .corpora.collection import load_folder as load_folder
from .corpora.collection import load_gtzan as load_gtzan
from .generation.front import change as change
from .generation.front import generate as generate
from .generation.music.band import Band as Band
from .generation.music.band import Note as Note
from .generation.music.band import Role as Role
from .generation.request import GenerationError as GenerationError
from .generation.samples import GeneratedSample as GeneratedSample
from .genres import GENRES as GENRES
from .genres import Genre as Genre

__version__: str

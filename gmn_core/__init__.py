"""Music genre classification and generation: the machine-learning core.

Classification
    `classify`, `load_classifier`, `GenreClassifier`, `GenrePrediction`
Generation
    `generate`, `change`, `GeneratedSample`, `Band`, `Note`, `Role`
Audio
    `load_audio`, `Clip`, `Recording`
Collections
    `load_folder`, `load_gtzan`, `Collection`
Evaluation
    `evaluate`, `Evaluation`, `mcnemar_test`, `McNemarTest`
Figures
    `figures`
Genres
    `Genre`, `GENRES`
Errors
    `AudioError`, `CollectionError`, `GenerationError`

Importing this package is instant; each name loads its libraries when it is
first used. The stub beside this file lists what is public.
"""

import lazy_loader

__version__ = "1.0.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

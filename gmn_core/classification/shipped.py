"""The classifiers that ship, each under its name."""

from __future__ import annotations

from gmn_core.classification.descriptor_knn.model import DescriptorKnn
from gmn_core.classification.gtzan_cnn.model import GenreCnn
from gmn_core.classification.prediction import Classifier
from gmn_core.classification.pretrained.model import PretrainedCnn


def shipped_classifiers() -> tuple[Classifier, ...]:
    """Load the classifiers that judge a listener's audio, from the study's own to the strongest.

    The pretrained k-NN is left out: it is there to be measured, and hears
    nothing that the pretrained CNN does not.
    """
    cnn = GenreCnn.shipped()
    return DescriptorKnn.shipped(), cnn, PretrainedCnn.shipped(second=cnn)

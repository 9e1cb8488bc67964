"""What the classifiers are called."""

from __future__ import annotations

import pytest

from gmn_core.classification.names import MODEL_NAMES, MODEL_SENTENCES
from gmn_core.classification.shipped import CLASSIFIERS


@pytest.mark.parametrize("model", CLASSIFIERS)
def test_each_classifier_has_a_name_and_a_sentence(model: str) -> None:
    assert MODEL_NAMES[model]
    assert MODEL_SENTENCES[model].endswith(".")

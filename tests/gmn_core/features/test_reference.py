"""The 57 descriptors by librosa, against the published table."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gmn_core.audio.decode import decode_file
from gmn_core.corpora.gtzan import read_descriptors
from gmn_core.features.parity import tolerance
from gmn_core.features.reference import describe_by_librosa
from gmn_core.features.summary import DESCRIPTORS


@pytest.mark.corpus
def test_published_values_are_librosas_with_the_two_peculiarities(corpus_dir: Path) -> None:
    published = read_descriptors(corpus_dir / "gtzan" / "features_30_sec.csv")["blues.00000"]
    values = describe_by_librosa(decode_file(corpus_dir / "gtzan" / "parity" / "blues.00000.flac").clip)
    for name, error in zip(DESCRIPTORS, np.abs(values / published - 1), strict=True):
        assert error < tolerance(name), name


def test_importing_it_does_not_load_librosa() -> None:
    program = "import sys, gmn_core.features.parity; assert 'librosa' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)

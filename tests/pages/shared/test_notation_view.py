"""What the view of a score is sent."""

from __future__ import annotations

import json
import struct

from pages.shared.notation_view import score_data


def test_the_pictures_follow_a_header_that_names_them() -> None:
    data = score_data({"wide": b"page", "narrow": b"tel"}, "Score", "Score of two bars.")
    (length,) = struct.unpack_from("<I", data)
    assert json.loads(data[4 : 4 + length]) == {
        "title": "Score",
        "words": "Score of two bars.",
        "pictures": [{"kind": "wide", "size": 4}, {"kind": "narrow", "size": 3}],
    }
    assert data[4 + length :] == b"pagetel"

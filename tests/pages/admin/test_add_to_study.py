"""A sample from the Generate page in a study."""

from __future__ import annotations

import json

from gmn_core.generation.request import GenerationRequest
from gmn_core.genres import Genre
from pages.admin.add_to_study import request_record


def test_a_request_can_be_kept_as_json_and_made_again_from_it() -> None:
    request = GenerationRequest(
        Genre.JAZZ, 12.0, seed=7, blend=Genre.DISCO, blend_weight=0.3, opening=b"MThd"
    )
    record = json.loads(json.dumps(request_record(request)))
    record["opening"] = bytes.fromhex(record["opening"])
    record["genre"], record["blend"] = Genre(record["genre"]), Genre(record["blend"])
    assert GenerationRequest(**record) == request
    assert request_record(GenerationRequest(Genre.JAZZ))["opening"] is None

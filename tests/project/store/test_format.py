from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prismdesk.project.ids import BusId
from prismdesk.project.model import FadeShape, Project
from prismdesk.project.store.codec import MAX_POSITION_SAMPLES, Memo, decode_project, encode_project
from prismdesk.project.store.errors import FormatError
from prismdesk.project.store.format import file_bytes, parse_object, read_file_bytes
from prismdesk.project.store.json_patch import apply_patch, diff
from prismdesk.project.store.recovery import load_state
from prismdesk.project.store.upgrades import CURRENT_FORMAT
from tests.builders import (
    a_clip,
    a_keyed_shape,
    a_lane,
    a_marker,
    a_media,
    a_project,
    a_provenance,
    a_region,
    a_segment,
    a_shape,
    a_take,
    a_track,
    some_paint,
)

WHOLE = a_project(
    media=(a_media(), a_media("media-2", path="/elsewhere/caf\u00e9 \udce9.wav", picture=None)),
    tracks=(
        a_track(
            "track-1",
            a_lane("lane-1", a_clip("clip-1", 0, 500, fade_in=10, shape=FadeShape.S_CURVE)),
            gain_db=-3.25,
            bus_id=BusId("bus-ambience"),
        ),
    ),
    regions=(
        a_region(
            takes=(
                a_take(
                    provenance=a_provenance(
                        settings=(("guidance", 4.5), ("loop", True), ("mode", "x"), ("steps", 25)),
                        weights=(("b.safetensors", "00"), ("a.safetensors", "11")),
                        adapters=(("Rain", 0.5), ("Attic", 1.0)),
                        saw_picture=True,
                        varied_take_id="take-0",
                        drawn_masks=(a_shape(feather=0.5),),
                        mask_stills=("masks/c.png",),
                    ),
                    proposed_gain_db=-2.5,
                ),
            ),
            comp=(a_segment("take-1", 100, 200),),
            seed=2**40,
            sees_picture=False,
            masks=("masks/a.png", "masks/b.png"),
            adapters=(("Rain@0123456789ab", 0.5), ("Attic@ba9876543210", -1.0)),
            muted_adapters=("Attic@ba9876543210",),
            drawn_masks=(a_keyed_shape("m1", takes_away=True), some_paint("m2", ((0.1, 0.2),))),
        ),
    ),
    markers=(a_marker("marker-1", 77, name="Türknall “laut”"),),
)


def document_of(project: Project) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(file_bytes(encode_project(project)))
    return document


def test_a_region_of_an_older_file_has_all_its_adapters_on() -> None:
    document = document_of(WHOLE)
    for region in document["regions"]:
        del region["muted_adapters"]
    (region,) = decode_project(document).regions
    assert region.muted_adapters == ()
    assert region.sounding_adapters == region.adapters


def read(document: dict[str, Any]) -> Project:
    return load_state(read_file_bytes(json.dumps(document).encode()), Memo())


def test_every_kind_of_value_comes_back_equal() -> None:
    assert decode_project(read_file_bytes(file_bytes(encode_project(WHOLE)))) == WHOLE


def test_same_project_gives_the_same_bytes_whatever_order_it_was_read_in() -> None:
    data = file_bytes(encode_project(WHOLE))
    shuffled = json.dumps(dict(reversed(json.loads(data).items()))).encode()
    assert file_bytes(encode_project(decode_project(read_file_bytes(shuffled)))) == data


def test_file_is_readable_line_by_line() -> None:
    lines = file_bytes(encode_project(WHOLE)).decode().splitlines()
    assert lines[1] == f' "format": {CURRENT_FORMAT},'
    assert ' "name": "Test",' in lines
    assert '   "range": [100, 200],' in lines
    assert '       "fade_in": {"length_samples": 10, "shape": "s_curve"},' in lines
    assert max(map(len, lines)) < 120


def _with_unknown_fields(value: Any, names: list[str]) -> Any:
    """Add a field to every object, as a newer program might."""
    if isinstance(value, list):
        return [_with_unknown_fields(item, names) for item in value]
    if isinstance(value, dict):
        names.append(f"newer_{len(names)}")
        new: dict[str, Any] = {names[-1]: {"deep": [len(names), None, 1.5, "ü"]}}
        return new | {name: _with_unknown_fields(item, names) for name, item in value.items()}
    return value


def test_unknown_fields_survive_at_every_level_through_an_edit() -> None:
    names: list[str] = []
    document = _with_unknown_fields(document_of(WHOLE), names)
    assert len(names) > 15
    edited = replace(read(document), name="edited")
    written = document_of(edited)
    assert written == document | {"name": "edited"}


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (["tracks", 0, "gain_db"], "loud", r"^tracks\[0\]\.gain_db must be a number, not 'loud'$"),
        (["tracks", 0, "gain_db"], None, r"tracks\[0\]\.gain_db must be a number, not null"),
        (["tracks", 0, "gain_db"], 1e300, "gain_db must be a number of at most"),
        (["tracks", 0, "is_muted"], 1, "is_muted must be true or false, not 1"),
        (["tracks", 0, "lanes"], {}, "lanes must be a list, not an object"),
        (["tracks", 0, "lanes", 0, "clips", 0, "fade_in", "shape"], "x", "one of linear"),
        (["tracks", 0, "lanes", 0, "clips", 0, "start_samples"], 1.5, "whole number, not 1.5"),
        (["tracks", 0, "lanes", 0, "clips", 0, "start_samples"], True, "whole number, not True"),
        (["tracks", 0, "lanes", 0, "clips", 0, "start_samples"], 10**30, "start_samples must lie"),
        (["tracks", 0, "lanes", 0, "clips", 0, "start_samples"], 2**52, "far too late"),
        (["tracks", 0, "id"], "", "id must be an id of 1 to 200"),
        (["tracks", 0, "id"], "x" * 201, "id must be an id of 1 to 200"),
        (["tracks", 0, "name"], "x" * 1_000_001, "longer than 1000000"),
        (["tracks", 0, "lanes", 0, "id"], "track-1", '“track-1”|"track-1" is used twice'),
        (["tracks", 0, "bus_id"], "nowhere", "no such bus"),
        (["rate_hz"], 0, "rate_hz must lie between 1"),
        (["media", 0, "picture", "rate"], "24/0", "rate must be a rate"),
        (["media", 0, "picture", "rate"], 23.976, "must be a rate like “24000/1001”, not 23.976"),
        (["media", 0, "picture", "rate"], "9" * 99, "must be a rate"),
        (["media", 0, "path"], "../../etc/passwd", r"media\[0\]\.path must be absolute or inside"),
        (["regions", 0, "takes", 0, "path"], "../x.wav", "outside the project's folder"),
        (["regions", 0, "takes", 0, "path"], "/etc/passwd", "outside the project's folder"),
        (["regions", 0, "range"], [5, 1], r"regions\[0\]\.range ends at 1, before its start 5"),
        (["regions", 0, "range"], [5], "must be a pair"),
        (["regions", 0, "comp", 0], 3, r"comp\[0\] must be an object, not 3"),
        (["regions", 0, "adapters"], [["x"]], r"adapters\[0\] must be a list of 2 values"),
        (["regions", 0, "settings"], [["a", []]], r"settings\[0\]\[1\] must be a text, not a list"),
        (["regions", 0, "seed"], 2**70, "seed must lie between"),
        (["regions", 0, "drawn_masks", 0, "shape"], "star", "shape must be one of rectangle"),
        (["regions", 0, "drawn_masks", 0, "key_frames"], [], "0 key frames instead of 1"),
        (["regions", 0, "drawn_masks", 0, "key_frames", 0, "box", "x"], 1e9, "outside all bounds"),
        (
            ["regions", 0, "takes", 0, "provenance", "drawn_masks", 0, "feather"],
            -1,
            "has a feather of -1",
        ),
        (["markers"], [{}], r"markers\[0\] has no id"),
        (["markers"], [0] * 1_000_001, "markers has more than 1000000 items"),
    ],
)
def test_wrong_value_is_one_sentence_naming_the_field(
    path: list[str | int], value: Any, sentence: str
) -> None:
    document = document_of(WHOLE)
    del document["format"]
    broken = apply_patch(document, [["set", list(path), value]])
    with pytest.raises(FormatError, match=sentence) as caught:
        load_state(broken, Memo())  # type: ignore[arg-type]  # an object, as WHOLE is
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "line 1 is no JSON"),
        (b"\xff\xfe", "byte 0 is no UTF-8"),
        (b"[]", "no JSON object"),
        (b"{}", "no format number"),
        (b'{"format": 1, "rate_hz": NaN}', "NaN, which is no number"),
        (b'{"format": 1, "rate_hz": -Infinity}', "-Infinity, which is no number"),
        (b'{"format": 1, "rate_hz": 1e999}', "absurd number"),
        (b'{"format": 1, "rate_hz": 1' + b"0" * 5000 + b"}", "absurd number"),
        (b'{"format": 1, "x": 1, "x": 2}', "“x” stands twice"),
        (b'{"x":' * 100_000, "nested too deeply"),
        (b'{"format": 1, "x": ' + b"[" * 200 + b"]" * 200 + b"}", "nested deeper than 64|has no"),
    ],
)
def test_file_that_is_no_project_is_one_sentence(data: bytes, sentence: str) -> None:
    with pytest.raises(FormatError, match=sentence):
        load_state(read_file_bytes(data), Memo())


def test_unknown_field_nested_too_deeply_is_refused() -> None:
    nested: Any = 1
    for _ in range(65):
        nested = [nested]
    document = document_of(WHOLE) | {"newer": nested}
    with pytest.raises(FormatError, match="newer, nested deeper than 64 levels"):
        read(document)
    assert read(document | {"newer": nested[0]})


def test_position_bound_is_itself_allowed_by_the_file() -> None:
    project = replace(WHOLE, markers=(a_marker("marker-1", MAX_POSITION_SAMPLES),))
    assert decode_project(encode_project(project)) == project
    with pytest.raises(FormatError, match=r"^markers\[0\]\.position_samples must lie"):
        encode_project(replace(WHOLE, markers=(a_marker("marker-1", MAX_POSITION_SAMPLES + 1),)))


def test_memo_shares_what_did_not_change() -> None:
    memo = Memo()
    before = encode_project(WHOLE, memo)
    after = encode_project(replace(WHOLE, name="other"), memo)
    assert isinstance(before["tracks"], list)
    assert isinstance(after["tracks"], list)
    assert after["tracks"][0] is before["tracks"][0]
    assert decode_project(after, memo).tracks[0] is WHOLE.tracks[0]
    assert diff(before, after) == [["set", ["name"], "other"]]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_flipped_bytes_give_a_sentence_or_a_sound_project(data: st.DataObject) -> None:
    content = bytearray(file_bytes(encode_project(WHOLE)))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content) * 8)) :]
    with suppress(FormatError):  # whose form the tests above check
        assert isinstance(load_state(read_file_bytes(bytes(content)), Memo()), Project)


@given(st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=5), max_size=5))
def test_text_of_any_object_parses_back(extra: dict[str, Any]) -> None:
    assert parse_object(file_bytes(extra)) == {"format": CURRENT_FORMAT, **extra}

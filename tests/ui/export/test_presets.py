from __future__ import annotations

import json

from prismdesk.session.model_words import size_words
from prismdesk.ui.export.presets import (
    BUILT_IN,
    from_records,
    to_record,
    with_preset,
)
from prismdesk.ui.export.words import duration_words


def test_presets_come_back_from_the_preferences() -> None:
    records = json.loads(json.dumps([to_record(preset) for preset in BUILT_IN]))

    assert from_records(records) == BUILT_IN


def test_damaged_presets_are_left_out() -> None:
    good = to_record(BUILT_IN[0])

    assert from_records([good, {"name": "x"}, 3, {**good, "kind": "magic"}]) == BUILT_IN[:1]
    assert from_records("nonsense") == ()


def test_a_preset_of_the_same_name_is_replaced() -> None:
    first, second = BUILT_IN[:2]

    assert with_preset((first, second), first) == (second, first)


def test_sizes_and_times_are_short() -> None:
    assert [size_words(size) for size in (12, 1_500, 612_400_000, 2_100_000_000)] == [
        "12 B",
        "1.5 kB",
        "612 MB",
        "2.1 GB",
    ]
    assert [duration_words(seconds) for seconds in (0.2, 58, 125, 4_320)] == [
        "1 s",
        "58 s",
        "2 min 05 s",
        "1 h 12 min",
    ]

from __future__ import annotations

from pathlib import Path

import pytest

from prismdesk.engines.training.example_files import (
    example_path,
    file_name,
    reference_example_path,
)

FOLDER = Path("examples")


def test_example_is_found_by_step_and_pair() -> None:
    assert example_path(FOLDER, "harbour-steps", 500) == FOLDER / "step-000500-harbour-steps.wav"
    assert reference_example_path(FOLDER, "rain") == FOLDER / "reference-rain.wav"


@pytest.mark.parametrize("pair", ["../../etc/passwd", "a/b", "..", "", "a" * 500, "ä ö", "C:\\x"])
def test_any_name_stays_inside_the_folder(pair: str) -> None:
    name = file_name(pair)

    assert name
    assert len(name) < 100
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def test_names_that_look_alike_are_told_apart() -> None:
    assert len({file_name(text) for text in ("a b", "a/b", "a-b", "a.b")}) == 4

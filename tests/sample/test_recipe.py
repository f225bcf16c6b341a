from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import InputError
from prismdesk.resources import resource_path
from prismdesk.sample.recipe import load_recipe

if TYPE_CHECKING:
    from pathlib import Path


def a_changed_recipe(folder: Path, before: str, after: str) -> Path:
    text = resource_path("sample_film.toml").read_text(encoding="utf-8")
    assert text.count(before) == 1
    path = folder / "changed.toml"
    path.write_text(text.replace(before, after), encoding="utf-8")
    return path


def test_shipped_recipe_is_what_the_user_was_promised() -> None:
    recipe = load_recipe()

    assert recipe.picture.frames / recipe.picture.frames_per_second >= 12
    assert (recipe.picture.width_px, recipe.picture.height_px) == (1280, 720)
    assert recipe.picture.frames_per_second == 24
    assert recipe.sound.rate_hz == 48_000
    assert recipe.picture.start_timecode == "01:00:00:00"
    assert recipe.defects.dropout_length_samples == 0.012 * 48_000
    assert recipe.defects.hole_length_samples == 0.8 * 48_000
    assert recipe.length_samples - recipe.defects.sound_end_samples == 1.5 * 48_000


def test_dropout_lies_in_the_bed_away_from_what_is_seen_to_sound() -> None:
    recipe = load_recipe()
    events = [
        *(recipe.step_frame(step) for step in range(recipe.walker.steps)),
        *recipe.ring_frames(),
        recipe.fish.leap_frame,
        recipe.fish.dive_frame,
    ]
    dropout_frame = recipe.defects.dropout_at_samples / recipe.samples_per_frame

    assert min(abs(dropout_frame - event) for event in events) >= 3


def test_last_step_closes_the_feet() -> None:
    recipe = load_recipe()
    last = recipe.walker.steps - 1

    assert 0 < recipe.foot_x_px(last) - recipe.foot_x_px(last - 1) < recipe.walker.stride_px / 2


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("dive_frame = 150", "dive_frame = 120", "dive after it leaps"),
        ("rate_hz = 48000", "rate_hz = 44101", "whole number of samples"),
        ("sound_end_samples = 600000", "sound_end_samples = 700000", "end within the picture"),
        ("hole_at_samples = 388800", "hole_at_samples = 590000", "before the end of the sound"),
        ("steps = 13", 'steps = "many"', "walker.steps"),
        ("width_px = 1280", "width_px = 1920", "picture.width_px"),
        ("[fish]", "[fish]\ncolour = 3", "fish.colour"),
        ("[fish]", "[fish", "can't be read"),
    ],
)
def test_impossible_recipe_is_refused_with_its_place(
    tmp_path: Path, before: str, after: str, named: str
) -> None:
    path = a_changed_recipe(tmp_path, before, after)

    with pytest.raises(InputError, match=named) as refused:
        load_recipe(path)

    assert "changed.toml" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_missing_recipe_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml can't be read"):
        load_recipe(tmp_path / "none.toml")


def test_missing_resource_says_so() -> None:
    with pytest.raises(InputError, match="no_such_file"):
        resource_path("no_such_file.toml")

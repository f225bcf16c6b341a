from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.adapters.reference import name_in
from prismdesk.cli.parser import build_parser
from prismdesk.cli.wanted_sound import (
    read_changes,
    read_drafts,
    read_length,
    read_machine,
    read_wish,
)
from prismdesk.errors import InputError
from prismdesk.session.presets import own_root
from tests.adapters.preset_files import write_preset

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def options(*words: object) -> argparse.Namespace:
    return build_parser().parse_args(["fill", "f.mov", "--out", "o.wav", *map(str, words)])


@pytest.mark.parametrize(
    ("text", "samples"), [("2.5", 120_000), (".5s", 24_000), ("7sm", 7), (" 1s ", 48_000)]
)
def test_a_length_is_read_in_seconds_or_samples(text: str, samples: int) -> None:
    assert read_length(text, rate_hz=48_000) == samples


@pytest.mark.parametrize("text", ["", "0", "-1", "1.5sm", "12fr", "1e3", "0.000001"])
def test_what_is_no_length_is_said(text: str) -> None:
    with pytest.raises(InputError, match="is no length"):
        read_length(text, rate_hz=48_000)


def test_a_wish_has_the_command_s_engine_unless_one_is_named() -> None:
    assert read_wish(options()).engine == "ambience"
    assert read_wish(options("--engine", "selva")).engine == "selva"


def test_options_of_their_own_name_are_settings_like_the_others() -> None:
    wish = read_wish(options("--set", "feather=2", "--steps", 9, "--guidance", 3))
    assert wish.settings == (("feather", "2"), ("steps", "9"), ("guidance", "3.0"))
    with pytest.raises(InputError, match="must be written NAME=VALUE"):
        read_wish(options("--set", "=2"))


def test_an_adapter_has_the_strength_of_its_card_unless_one_is_given() -> None:
    foley = write_preset(own_root() / "foley.safetensors", strength=0.8)
    write_preset(own_root() / "rain.safetensors", seed=2)
    wish = read_wish(options("--adapter", str(foley), "--adapter", "rain:0.4"))
    assert [(name_in(one), strength) for one, strength in wish.adapters] == [
        ("foley", 0.8),
        ("rain", 0.4),
    ]
    with pytest.raises(InputError, match="NAME or NAME:STRENGTH"):
        read_wish(options("--adapter", "rain:much"))


def test_a_variation_changes_only_what_is_given() -> None:
    changes = read_changes(options("--prompt", "rain"))
    assert (changes.prompt, changes.variant, changes.sees_picture) == ("rain", None, None)
    assert read_changes(options("--no-picture")).sees_picture is False


def test_drafts_name_a_step_and_a_wav_in_a_folder_that_is_there(tmp_path: Path) -> None:
    wav = tmp_path / "draft.wav"
    assert read_drafts(options("--hear-at", 3, wav)) == ((3, wav),)
    for step, path in (("0", wav), ("x", wav), ("3", tmp_path / "a.mp3"), ("3", wav / "b.wav")):
        with pytest.raises(InputError, match="--hear-at"):
            read_drafts(options("--hear-at", step, path))


def test_the_machine_is_the_preferences_own_unless_something_is_said() -> None:
    assert read_machine(options()) is None
    machine = read_machine(options("--device", "cpu"))
    assert machine is not None
    assert (machine.device, machine.offload) == ("cpu", "auto")
    with pytest.raises(InputError, match="--device gpu is none of"):
        read_machine(options("--device", "gpu"))

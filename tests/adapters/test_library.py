from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from prismdesk.adapters.library import Library, NoSuchPresetError
from prismdesk.adapters.sidecar import Sidecar, write_sidecar
from prismdesk.errors import Cancelled, InputError
from tests.adapters.preset_files import write_preset

if TYPE_CHECKING:
    from pathlib import Path


def names(library: Library) -> list[str]:
    return [preset.name for preset in library.scan()]


def test_a_card_has_what_the_file_says(tmp_path: Path) -> None:
    write_preset(
        tmp_path / "Harbour planks.safetensors",
        trigger="harbour planks, boots",
        base_model="selva-small_16k",
        licence="CC0",
        sound_from="own recordings",
        tags=["wood"],
        strength=0.8,
    )
    (preset,) = Library([tmp_path]).presets()
    assert preset.name == "Harbour planks"
    assert preset.trigger_words == ("harbour planks", "boots")
    assert (preset.family, preset.base_model) == ("selva", "selva-small_16k")
    assert (preset.rank, preset.alpha, preset.lacks_alpha) == (4, 8.0, False)
    assert (preset.licence, preset.sound_from, preset.tags) == ("CC0", "own recordings", ("wood",))
    assert preset.strength == 0.8
    assert preset.reference == f"Harbour planks@{preset.content_sha256[:12]}"


def test_the_sidecar_counts_before_the_file(tmp_path: Path) -> None:
    path = write_preset(tmp_path / "planks.safetensors", trigger="planks", author="Ada")
    said = Sidecar(trigger="boards", tags=("wet",), strength=0.5, is_favourite=True, notes="thin")
    write_sidecar(tmp_path / "planks.json", said)
    (preset,) = Library([tmp_path]).presets()
    assert (preset.trigger, preset.author, preset.tags) == ("boards", "Ada", ("wet",))
    assert (preset.strength, preset.is_favourite, preset.notes) == (0.5, True, "thin")
    assert preset.path == path


def test_picture_and_example_of_the_same_name_belong_to_it(tmp_path: Path) -> None:
    write_preset(tmp_path / "planks.safetensors")
    for name in ("planks.png", "planks.wav", "other.png"):
        (tmp_path / name).write_bytes(b"x")
    (preset,) = Library([tmp_path]).presets()
    assert (preset.picture, preset.example) == (tmp_path / "planks.png", tmp_path / "planks.wav")


def test_a_peft_folder_is_one_preset(tmp_path: Path) -> None:
    write_preset(tmp_path / "boards" / "adapter_model.safetensors", alpha=None)
    config = {"peft_type": "LORA", "r": 4, "lora_alpha": 8, "target_modules": ["qkv"]}
    (tmp_path / "boards" / "adapter_config.json").write_text(json.dumps(config), encoding="utf-8")
    (preset,) = Library([tmp_path]).presets()
    assert (preset.name, preset.alpha, preset.problem) == ("boards", 8.0, "")


def test_a_damaged_file_is_a_card_that_says_what_is_wrong(tmp_path: Path) -> None:
    path = write_preset(tmp_path / "planks.safetensors")
    path.write_bytes(path.read_bytes()[:-40])
    (tmp_path / "page.safetensors").write_text("<!DOCTYPE html><html></html>", encoding="utf-8")
    page, cut = Library([tmp_path]).presets()
    assert "was cut short" in cut.problem
    assert "page.safetensors" in page.problem
    assert (cut.facts, cut.reference, cut.hash) == (None, "", "")


def test_a_damaged_sidecar_is_told_on_the_card_and_the_preset_stays_usable(tmp_path: Path) -> None:
    write_preset(tmp_path / "planks.safetensors", trigger="planks")
    (tmp_path / "planks.json").write_text("{", encoding="utf-8")
    (preset,) = Library([tmp_path]).presets()
    assert "planks.json is damaged" in preset.problem
    assert preset.trigger == "planks"


def test_a_scan_tells_how_far_it_is_and_can_be_cancelled(tmp_path: Path) -> None:
    for number in range(4):
        write_preset(tmp_path / f"{number}.safetensors", seed=number)
    library = Library([tmp_path])
    told: list[float] = []
    library.scan(told.append)
    assert told == [0.25, 0.5, 0.75, 1.0]
    write_preset(tmp_path / "5.safetensors", seed=5)
    with pytest.raises(Cancelled):
        library.scan(cancelled=lambda: True)
    assert len(library.presets()) == 4


def test_a_preset_is_found_by_reference_hash_name_and_path(tmp_path: Path) -> None:
    path = write_preset(tmp_path / "Harbour planks.safetensors")
    write_preset(tmp_path / "rain.safetensors", seed=2)
    library = Library([tmp_path])
    preset = library.find("Harbour planks")
    digits = preset.hash
    for text in (
        "harbour PLANKS",
        f"other name@{digits}",
        digits,
        preset.content_sha256,
        str(path),
    ):
        assert library.find(text) == preset


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    library = Library([tmp_path])
    with pytest.raises(NoSuchPresetError, match="the library is empty"):
        library.find("planks")
    write_preset(tmp_path / "rain.safetensors")
    library.scan()
    with pytest.raises(NoSuchPresetError, match=r"no preset “planks”; there are: rain\."):
        library.find("planks")
    with pytest.raises(NoSuchPresetError, match=r"planks \(0123456789ab\) isn't in the library"):
        library.find("planks@0123456789ab")


def test_two_of_one_name_are_two_presets(tmp_path: Path) -> None:
    one = write_preset(tmp_path / "sea" / "rain.safetensors")
    other = write_preset(tmp_path / "town" / "rain.safetensors", seed=2)
    library = Library([tmp_path])
    with pytest.raises(NoSuchPresetError, match="Several presets are called “rain”") as caught:
        library.find("rain")
    assert str(other.parent) in str(caught.value)
    assert library.find(str(one)) != library.find(str(other))


def test_a_file_from_elsewhere_is_looked_at(tmp_path: Path) -> None:
    path = write_preset(tmp_path / "elsewhere" / "planks.safetensors")
    library = Library([tmp_path / "root"])
    assert library.look_at(path).root == path.parent
    with pytest.raises(InputError, match="isn't there"):
        library.look_at(tmp_path / "none.safetensors")


def test_single_files_are_looked_at_anew(tmp_path: Path) -> None:
    library = Library([tmp_path])
    old = write_preset(tmp_path / "b.safetensors")
    assert len(library.scan()) == 1
    new = write_preset(tmp_path / "a.safetensors", seed=2)
    write_preset(tmp_path / "c.safetensors", seed=3)
    assert [preset.name for preset in library.refresh(new)] == ["a", "b"]
    reference = library.find("b").reference
    old.unlink()
    assert [preset.name for preset in library.refresh(old)] == ["a"]
    with pytest.raises(NoSuchPresetError):
        library.find(reference)
    assert [preset.name for preset in library.scan()] == ["a", "c"]

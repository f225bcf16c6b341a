from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import Cancelled
from prismdesk.session import preset_carrying
from prismdesk.session.preset_carrying import bring_into_library, carry
from prismdesk.session.presets import find_preset, known_preset, library, own_root
from prismdesk.session.project_presets import presets_in
from tests.adapters.preset_files import low_rank_tensors, write_preset, write_tensors

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.adapters.card import Preset


@pytest.fixture
def presets(tmp_path: Path) -> Path:
    return tmp_path / "film" / "presets"


def in_project(presets: Path) -> dict[str, Preset]:
    return {one.name: one for one in presets_in(presets.parent)}


def write_peft(folder: Path, seed: int = 1) -> Path:
    """Write an adapter as PEFT does: a folder."""
    tensors = {
        f"base_model.model.{name}": tensor
        for name, tensor in low_rank_tensors(seed=seed, alpha=None).items()
    }
    write_tensors(folder / "adapter_model.safetensors", tensors)
    (folder / "adapter_config.json").write_text(
        json.dumps({"peft_type": "LORA", "r": 4, "lora_alpha": 8})
    )
    (folder / "optimizer.pt").write_bytes(b"of its training")
    return folder


def test_a_preset_comes_into_the_library_as_it_is(presets: Path) -> None:
    write_preset(presets / "planks.safetensors", seed=51)
    (presets / "planks.json").write_text('{"notes": "thin"}')
    (presets / "planks.preview.png").write_bytes(b"a picture")
    preset = in_project(presets)["planks"]
    told: list[float] = []

    (brought,) = bring_into_library((preset,), told.append).presets

    assert brought == find_preset(preset.reference)
    assert brought.path.parent == own_root()
    assert (brought.notes, brought.picture) == ("thin", own_root() / "planks.preview.png")
    assert told[-1] == 1.0
    again = bring_into_library((preset,))
    assert again.presets == ()
    assert again.refused == ("planks is in the library already, as planks.",)


def test_what_another_program_wrote_keeps_its_hash(presets: Path) -> None:
    write_peft(presets / "steps")
    preset = in_project(presets)["steps"]

    (brought,) = bring_into_library((preset,)).presets

    assert brought.reference == preset.reference
    assert sorted(path.name for path in brought.path.iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
    ]


def test_a_name_that_is_taken_gets_a_number(presets: Path) -> None:
    own = write_preset(own_root() / "Planks.safetensors", seed=52)
    write_preset(presets / "planks.safetensors", seed=51)
    (brought,) = bring_into_library(in_project(presets).values()).presets
    assert brought.name == "planks 2"
    assert find_preset("Planks").path == own


def test_damaged_files_are_told_and_stay_out(presets: Path) -> None:
    write_preset(presets / "planks.safetensors", seed=51)
    (presets / "broken.safetensors").write_bytes(b"<html>")
    brought = bring_into_library(in_project(presets).values())
    assert [one.name for one in brought.presets] == ["planks"]
    assert len(brought.refused) == 1
    assert [one.name for one in library().scan()] == ["planks"]


def test_neither_links_nor_huge_pictures_come_along(
    presets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_preset(presets / "planks.safetensors", seed=51)
    (tmp_path / "secret").write_bytes(b"a key")
    (presets / "planks.png").symlink_to(tmp_path / "secret")
    (presets / "planks.wav").write_bytes(bytes(2000))
    monkeypatch.setattr(preset_carrying, "MOST_COMPANION_BYTES", 1999)
    (brought,) = bring_into_library(in_project(presets).values()).presets
    assert (brought.picture, brought.example) == (None, None)
    assert [path.name for path in own_root().iterdir()] == ["planks.safetensors"]


def test_a_weight_file_that_leads_out_is_not_followed(presets: Path, tmp_path: Path) -> None:
    write_peft(presets / "steps")
    weights = presets / "steps" / "adapter_model.safetensors"
    weights.rename(tmp_path / "elsewhere.safetensors")
    weights.symlink_to(tmp_path / "elsewhere.safetensors")
    (sentence,) = bring_into_library(in_project(presets).values()).refused
    assert "leads out of its folder" in sentence
    assert library().scan() == ()


def test_cancelling_leaves_nothing_of_the_one_on_its_way(presets: Path, tmp_path: Path) -> None:
    write_preset(presets / "planks.safetensors", seed=51)
    (presets / "planks.json").write_text("{}")
    preset = in_project(presets)["planks"]
    asked = iter([False, True])
    with pytest.raises(Cancelled):
        carry(preset, tmp_path / "target", lambda _: None, lambda: next(asked))
    assert list((tmp_path / "target").iterdir()) == []
    assert known_preset(preset.reference) is None


def test_a_file_that_is_gone_is_said_to_be(presets: Path) -> None:
    write_preset(presets / "planks.safetensors", seed=51)
    preset = in_project(presets)["planks"]
    preset.path.unlink()
    assert "planks is gone" in bring_into_library((preset,)).refused[0]

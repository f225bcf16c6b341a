from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.adapters.library import NoSuchPresetError
from prismdesk.adapters.sidecar import Sidecar, write_sidecar
from prismdesk.errors import InputError
from prismdesk.session.presets import (
    PRESETS_VARIABLE,
    add_preset_folder,
    avoiding_of,
    find_preset,
    forget_preset_folder,
    known_preset,
    lacking_triggers,
    library,
    library_roots,
    own_root,
    used_in,
    uses_in,
    words_with_triggers,
)
from tests.adapters.preset_files import write_preset
from tests.builders import a_project, a_provenance, a_region, a_take

if TYPE_CHECKING:
    from pathlib import Path


def test_the_users_own_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert library_roots() == (own_root(),)
    assert own_root().parts[-2:] == ("prismdesk", "presets")
    monkeypatch.setenv(PRESETS_VARIABLE, str(tmp_path / "mine"))
    added = tmp_path / "added"
    added.mkdir()
    assert add_preset_folder(added) == (tmp_path / "mine", added)
    assert add_preset_folder(added) == (tmp_path / "mine", added)
    assert forget_preset_folder(added)
    assert not forget_preset_folder(added)
    assert library_roots() == (tmp_path / "mine",)


def test_only_a_folder_is_added(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no folder"):
        add_preset_folder(tmp_path / "none")


def test_what_comes_later_is_found_without_a_word() -> None:
    assert library().presets() == ()
    path = write_preset(own_root() / "planks.safetensors")
    preset = find_preset("planks")
    assert preset.path == path
    write_sidecar(own_root() / "planks.json", Sidecar(trigger="boards"))
    assert find_preset(preset.reference).trigger == "boards"


def test_what_is_renamed_is_found_by_its_reference() -> None:
    path = write_preset(own_root() / "planks.safetensors")
    reference = find_preset("planks").reference
    path.rename(own_root() / "boards.safetensors")
    assert find_preset(reference).name == "boards"


def test_a_file_that_was_replaced_is_another_preset() -> None:
    path = write_preset(own_root() / "planks.safetensors", seed=91)
    reference = find_preset("planks").reference
    write_preset(path, seed=92, rank=5)
    assert find_preset("planks").reference != reference
    assert known_preset(reference) is None


def test_a_file_from_elsewhere_is_known_by_its_reference(tmp_path: Path) -> None:
    path = write_preset(tmp_path / "elsewhere.safetensors", seed=77)
    preset = find_preset(str(path))
    assert find_preset(preset.reference) == preset
    path.unlink()
    assert known_preset(preset.reference) is None


def test_what_is_not_there_is_told_again_and_again() -> None:
    for _ in range(2):
        with pytest.raises(NoSuchPresetError, match="no preset “planks”"):
            find_preset("planks")


def test_regions_and_takes_tell_where_a_preset_is_used() -> None:
    write_preset(own_root() / "planks.safetensors")
    library().scan()
    preset = find_preset("planks")
    older_name = f"boards@{preset.hash}"
    take = a_take(provenance=a_provenance(adapters=((older_name, 1.0),)))
    project = a_project(
        regions=(
            a_region("named", adapters=((preset.reference, 0.5), ("gone@0123456789ab", 1.0))),
            a_region("made", 300, 400, takes=(take,)),
            a_region("neither", 500, 600, adapters=(("old words", 1.0),)),
        )
    )
    assert used_in(project, preset) == ("named", "made")
    assert uses_in(project)["0123456789ab"] == ("named",)
    assert len(uses_in(project)) == 2


def test_trigger_words_come_before_a_prompt_that_lacks_them() -> None:
    write_preset(own_root() / "a.safetensors", trigger="harbour planks, boots", negative="music")
    write_preset(own_root() / "b.safetensors", seed=2, trigger="boots,tar")
    presets = library().presets()
    told = words_with_triggers("slow steps in Boots", presets)
    assert told == "harbour planks, tar, slow steps in Boots"
    assert words_with_triggers(told, presets) == told
    adapters = [(preset.reference, 1.0) for preset in presets]
    assert "lacks “harbour planks, tar”," in lacking_triggers("boots", adapters)
    assert lacking_triggers(told, [*adapters, ("gone", 1.0)]) == ""
    assert words_with_triggers("", presets) == "harbour planks, boots, tar"
    assert avoiding_of("speech", presets) == "speech, music"
    assert avoiding_of("Music", presets) == "Music"

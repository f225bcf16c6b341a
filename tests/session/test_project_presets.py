from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.adapters.library import NoSuchPresetError
from prismdesk.session import project_presets
from prismdesk.session.licence_statements import statement_of_adapter
from prismdesk.session.presets import find_preset, known_preset, library, own_root, seen_preset
from prismdesk.session.project_presets import (
    beside,
    is_beside_project,
    look_beside,
    look_no_more_beside,
    presets_beside_projects,
    presets_in,
    project_folder_of,
)
from tests.adapters.preset_files import write_preset

if TYPE_CHECKING:
    from pathlib import Path


class Opened:
    """As much of an open project as is asked for its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_preset(tmp_path / "film" / "presets" / "planks.safetensors", seed=31)
    (tmp_path / "film" / "presets" / "planks.json").write_text(
        '{"prismdesk": {"licence": "CC BY 4.0", "sound_from": "own recordings"}}'
    )
    return tmp_path / "film"


def test_what_the_library_lacks_is_found_while_the_project_is_open(folder: Path) -> None:
    (preset,) = presets_in(folder)
    assert known_preset(preset.reference) is None
    with beside(folder):
        assert find_preset(preset.reference) == seen_preset(preset.reference) == preset
        assert find_preset(f"other name@{preset.hash}") == preset
        assert is_beside_project(preset)
        assert statement_of_adapter(preset.reference).licence == "CC BY 4.0"
    assert known_preset(preset.reference) is None
    assert not is_beside_project(preset)


def test_a_name_alone_means_nothing_there(folder: Path) -> None:
    with beside(folder), pytest.raises(NoSuchPresetError):
        find_preset("planks")


def test_the_library_comes_first(folder: Path) -> None:
    (preset,) = presets_in(folder)
    own = write_preset(own_root() / "mine.safetensors", seed=31)
    library().scan()
    with beside(folder):
        assert find_preset(preset.reference).path == own
        own.unlink()
        assert find_preset(preset.reference) == preset


def test_a_file_with_other_content_is_another_preset(folder: Path) -> None:
    (preset,) = presets_in(folder)
    with beside(folder):
        assert find_preset(preset.reference) == preset
        write_preset(preset.path, seed=32, rank=5)
        assert known_preset(preset.reference) is None


def test_a_project_that_moves_takes_its_presets_along(folder: Path, tmp_path: Path) -> None:
    (preset,) = presets_in(folder)
    project = Opened(folder)
    look_beside(project)
    try:
        project.folder = folder.rename(tmp_path / "named")
        found = find_preset(preset.reference)
        assert found.path == tmp_path / "named" / "presets" / "planks.safetensors"
    finally:
        look_no_more_beside(project)


def test_links_lead_nowhere(folder: Path, tmp_path: Path) -> None:
    elsewhere = write_preset(tmp_path / "elsewhere" / "rain.safetensors", seed=33)
    (folder / "presets" / "rain.safetensors").symlink_to(elsewhere)
    assert [one.name for one in presets_in(folder)] == ["planks"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "presets").symlink_to(elsewhere.parent)
    assert presets_in(tmp_path / "other") == ()


def test_of_many_files_only_so_many_are_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(project_presets, "MOST_PRESETS", 2)
    for number in range(4):
        write_preset(tmp_path / "many" / "presets" / f"{number}.safetensors", seed=40 + number)
    with beside(tmp_path / "many"):
        assert len(presets_beside_projects()) == 2


def test_a_project_is_meant_by_its_file_its_folder_and_its_presets(folder: Path) -> None:
    assert project_folder_of(folder / "presets") is None
    (folder / "film.prismdesk").touch()
    for path in (folder, folder / "film.prismdesk", folder / "presets"):
        assert project_folder_of(path) == folder
    assert project_folder_of(folder / "presets" / "planks.safetensors") is None
    assert project_folder_of(folder / "other.prismdesk") is None

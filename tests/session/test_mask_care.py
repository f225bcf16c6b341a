from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.project.edits import set_region_masks
from prismdesk.project.ids import RegionId
from prismdesk.project.store import ProjectStore
from prismdesk.session import mask_care
from prismdesk.session.mask_care import delete_unused_stills
from prismdesk.session.masks import import_mask
from prismdesk.session.opening import create_empty_session, open_session
from tests.builders import a_project, a_region
from tests.stills import write_grey

if TYPE_CHECKING:
    from pathlib import Path

R = RegionId("region-1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with ProjectStore.create(
        tmp_path / "project", "Salt Road", a_project(regions=(a_region(R, 0, 8000),))
    ) as store:
        return store.folder


def a_mask(folder: Path, level: int) -> str:
    """Keep a grey still in a project; return its path in there."""
    still = write_grey(folder.parent / "still.png", np.full((3, 4), level, np.uint8))
    return import_mask(folder, still)


def use(folder: Path, *masks: str) -> None:
    with ProjectStore.open(folder) as store:
        store.apply("Use masks", lambda project: set_region_masks(project, R, masks))


def kept(folder: Path) -> set[str]:
    return {f"masks/{path.name}" for path in (folder / "masks").iterdir()}


def test_opening_a_project_deletes_stills_that_nothing_names(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    create_empty_session(folder).close()
    used, unused = a_mask(folder, 1), a_mask(folder, 2)
    (folder / "takes/take-1.json").write_text(f'{{"masks": ["{used}"]}}')
    with open_session(folder):
        assert kept(folder) == {used}
    assert not (folder / unused).exists()


def test_what_undo_and_redo_bring_back_stays(folder: Path) -> None:
    first, second, third = (a_mask(folder, level) for level in (1, 2, 3))
    use(folder, first)
    use(folder, second)
    use(folder, third)
    with ProjectStore.open(folder) as store:
        store.undo()
        store.save()
    assert delete_unused_stills(folder) == 0
    assert kept(folder) == {first, second, third}


def test_what_no_step_knows_any_more_goes(folder: Path) -> None:
    first, second = a_mask(folder, 1), a_mask(folder, 2)
    use(folder, first)
    use(folder, second)
    with ProjectStore.open(folder, undo_steps=1) as store:
        for _ in range(4):
            store.apply("Use twice", lambda project: set_region_masks(project, R, (second,) * 2))
            store.apply("Use once", lambda project: set_region_masks(project, R, (second,)))
        store.save()
        store.apply("Use twice", lambda project: set_region_masks(project, R, (second,) * 2))
        store.save()
    assert delete_unused_stills(folder) > 0
    assert kept(folder) == {second}


@pytest.mark.parametrize(
    "record",
    [
        "takes/take-1.json",
        "takes/older/take-1.json",
        "jobs/job-1/job.json",
        "jobs/job-1/result.json",
        "quarantine/2026-Salt Road.prismdesk.journal",
        "Another.prismdesk",
        "Salt Road.prismdesk.bak",
    ],
)
def test_what_a_record_names_stays(folder: Path, record: str) -> None:
    named, unnamed = a_mask(folder, 1), a_mask(folder, 2)
    (folder / record).parent.mkdir(parents=True, exist_ok=True)
    (folder / record).write_text(f'{{"mask_stills": ["{named}"]}}')
    assert delete_unused_stills(folder) == (folder.parent / "still.png").stat().st_size
    assert kept(folder) == {named}
    assert not (folder / unnamed).exists()


def test_a_name_is_found_wherever_a_long_record_is_cut(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    masks = [a_mask(folder, level) for level in range(40)]
    monkeypatch.setattr(mask_care, "_CHUNK_BYTES", 97)
    (folder / "takes/take-1.json").write_text(" ".join(f'"{mask}"' for mask in masks))
    assert delete_unused_stills(folder) == 0


def test_files_of_other_names_are_left_alone(folder: Path) -> None:
    unnamed = a_mask(folder, 2)
    (folder / "masks" / "my own.png").write_bytes(b"mine")
    delete_unused_stills(folder)
    assert kept(folder) == {"masks/my own.png"}
    assert not (folder / unnamed).exists()


def test_nothing_is_deleted_where_a_record_cannot_be_read(folder: Path) -> None:
    unnamed = a_mask(folder, 2)
    (folder / "takes" / "take-1.json").symlink_to(folder / "gone.json")
    assert delete_unused_stills(folder) == 0
    assert kept(folder) == {unnamed}


def test_nothing_is_deleted_where_a_folder_cannot_be_listed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unnamed = a_mask(folder, 2)

    def refuse(*_: object, **__: object) -> object:
        raise PermissionError

    monkeypatch.setattr(os, "scandir", refuse)
    assert delete_unused_stills(folder) == 0
    monkeypatch.undo()
    assert kept(folder) == {unnamed}


def test_a_project_without_masks_is_no_trouble(folder: Path) -> None:
    assert delete_unused_stills(folder) == 0

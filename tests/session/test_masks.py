from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.media.errors import MediaError, MediaWorkError
from prismdesk.session.masks import import_mask
from tests.stills import write_grey

if TYPE_CHECKING:
    from pathlib import Path


def a_still(path: Path, level: int = 255) -> Path:
    return write_grey(path, np.full((3, 4), level, np.uint8))


def test_a_mask_is_copied_into_the_project_under_its_content(tmp_path: Path) -> None:
    still = a_still(tmp_path / "Über mask.PNG")
    relative = import_mask(tmp_path / "project", still) if _folder(tmp_path) else ""
    assert relative.startswith("masks/")
    assert relative.endswith(".png")
    assert (tmp_path / "project" / relative).read_bytes() == still.read_bytes()


def test_the_same_picture_is_kept_once(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    first = import_mask(folder, a_still(tmp_path / "a.png"))
    assert import_mask(folder, a_still(tmp_path / "b.png")) == first
    assert import_mask(folder, folder / first) == first
    assert import_mask(folder, a_still(tmp_path / "c.png", 9)) != first
    assert len(list((folder / "masks").iterdir())) == 2


def test_what_is_no_picture_stays_out(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (tmp_path / "a.png").write_text("words")
    with pytest.raises(MediaError, match="no picture"):
        import_mask(folder, tmp_path / "a.png")
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "masks").touch()
    with pytest.raises(MediaWorkError, match="Can't write"):
        import_mask(folder, a_still(tmp_path / "a.png"))


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder

from __future__ import annotations

import shutil
from collections import namedtuple
from typing import TYPE_CHECKING

import pytest

from prismdesk.media.errors import NoRoomError
from prismdesk.session.room import check_room, needed_bytes
from tests.builders import a_project, a_region

if TYPE_CHECKING:
    from pathlib import Path

Usage = namedtuple("Usage", "total used free")


def test_a_region_is_refused_where_its_takes_have_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = a_region("region-1", 0, 48_000, engine="ambience", name="Door")
    project = a_project(regions=(region,))
    needed = needed_bytes(project, region, 2)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9 - needed, needed))
    check_room(tmp_path, project, region, 2)
    with pytest.raises(NoRoomError, match=r"MB are needed for “Door”, .* are free\."):
        check_room(tmp_path, project, region, 3)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 0))
    with pytest.raises(NoRoomError, match="0 B are free"):
        check_room(tmp_path / "not" / "there", project, region, 1)


def test_a_disk_that_doesnt_say_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(shutil, "disk_usage", refuse)
    region = a_region("region-1", 0, 48_000, engine="ambience")
    check_room(tmp_path, a_project(regions=(region,)), region, 64)

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.session.measured import Measured, Run, work_of

if TYPE_CHECKING:
    from pathlib import Path


def test_the_pace_is_that_of_most_runs(tmp_path: Path) -> None:
    measured = Measured(tmp_path / "folder" / "measured.json")
    assert measured.pace("selva", "small") is None
    for loading, making in ((20.0, 10.0), (0.0, 12.0), (22.0, 400.0)):
        measured.add("selva", "small", Run(5.0, loading, making))
    pace = Measured(tmp_path / "folder" / "measured.json").pace("selva", "small")
    assert pace is not None
    assert pace.loading_seconds == 21.0
    assert pace.seconds(10.0) == pytest.approx(24.0)
    assert measured.pace("selva", "large") is None


def test_clicks_that_were_mended_make_no_long_forecast(tmp_path: Path) -> None:
    measured = Measured(tmp_path / "measured.json")
    for work in (0.0000625, 0.012, 0.0000625, 1.5):
        measured.add("ambience", "", Run(work, 0.0, 0.4))
    pace = measured.pace("ambience", "")
    assert pace is not None
    assert pace.seconds(1.0) == pytest.approx(0.4)
    assert pace.seconds(0.001) == pytest.approx(0.4)


def test_old_runs_are_forgotten(tmp_path: Path) -> None:
    measured = Measured(tmp_path / "measured.json")
    for making in [100.0] * 20 + [1.0] * 12:
        measured.add("ambience", "", Run(1.0, 0.0, making))
    pace = measured.pace("ambience", "")
    assert pace is not None
    assert pace.seconds_per_work == 1.0
    assert pace.loading_seconds == 0.0


@pytest.mark.parametrize("data", [b"", b"[1]", b'{"x": [["a"]]}', b"\xff"])
def test_a_damaged_file_is_as_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "measured.json"
    path.write_bytes(data)
    assert Measured(path).pace("selva", "small") is None
    Measured(path).add("selva", "small", Run(1.0, 0.0, 2.0))
    assert Measured(path).pace("selva", "small") is not None


def test_a_place_that_cant_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    measured = Measured(tmp_path / "file" / "measured.json")
    measured.add("selva", "small", Run(1.0, 0.0, 2.0))
    assert measured.pace("selva", "small") is None


def test_more_steps_and_takes_are_more_work() -> None:
    assert work_of(4.0, 2, ()) == 8.0
    assert work_of(4.0, 2, (("steps", 50),)) == 16.0
    assert work_of(4.0, 1, (("steps", True), ("guidance", 3.0))) == 4.0

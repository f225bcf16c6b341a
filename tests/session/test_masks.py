from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.errors import MediaError, MediaWorkError
from prismdesk.media.still_picture import read_grey
from prismdesk.session.masks import MaskStills, draw_stills, import_mask, inverted_masks
from tests.builders import a_box, a_keyed_shape, a_region, a_shape
from tests.stills import write_grey

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.project.model import Region
    from prismdesk.project.picture_mask import DrawnMask


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


# Masks that are drawn

RATE_HZ = 1000
FULL_HD = (1920, 1080)


def stills_of(folder: Path, region: Region) -> list[npt.NDArray[np.float32]]:
    paths = draw_stills(folder, region, rate_hz=RATE_HZ, picture_px=FULL_HD)
    return [read_grey(folder / path) for path in paths]


def test_what_stays_as_it_is_becomes_one_still_in_the_pictures_shape(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    region = a_region("r", 0, 8000, drawn_masks=(a_shape(),))
    (still,) = stills_of(folder, region)
    assert still.shape == (216, 384)
    assert still[108, 192] == 1
    assert still[0, 0] == 0


def test_the_same_drawing_is_kept_once(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    for end in (1000, 2000):
        region = a_region("r", 0, end, drawn_masks=(a_shape(),))
        assert len(draw_stills(folder, region, rate_hz=RATE_HZ, picture_px=FULL_HD)) == 1
    assert len(list((folder / "masks").iterdir())) == 1


def test_nothing_drawn_needs_no_stills(tmp_path: Path) -> None:
    region = a_region("r", 0, 1000, masks=("masks/a.png",))
    assert draw_stills(tmp_path, region, rate_hz=RATE_HZ, picture_px=FULL_HD) == ()


@pytest.mark.parametrize(("seconds", "count"), [(0.02, 2), (1, 25), (8, 200), (60, 400)])
def test_a_movement_becomes_as_many_stills_as_a_model_looks(seconds: float, count: int) -> None:
    length = round(seconds * RATE_HZ)
    mask = a_keyed_shape(keys={0: a_box(0.2), length: a_box(0.8)})
    region = a_region("r", 0, length, drawn_masks=(mask,))
    stills = MaskStills(Path(), region, rate_hz=RATE_HZ, picture_px=FULL_HD)
    assert len(stills) == count
    columns = np.arange(384)
    for number in (0, count // 2, count - 1):
        pixels = stills[number].astype(float)
        middle = (pixels.sum(axis=0) * columns).sum() / pixels.sum() / 384
        assert middle == pytest.approx(0.2 + 0.6 * (number + 0.5) / count, abs=0.01)


def test_a_movement_that_is_none_becomes_one_still(tmp_path: Path) -> None:
    mask = a_keyed_shape(keys={0: a_box(), 500: a_box()})
    region = a_region("r", 0, 1000, drawn_masks=(mask,))
    assert len(stills_of(_folder(tmp_path), region)) == 1


def test_what_is_drawn_lies_over_the_stills_that_were_given(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    left, right = np.zeros((2, 4), np.uint8), np.zeros((2, 4), np.uint8)
    left[:, :2], right[:, 2:] = 255, 255
    given = tuple(
        import_mask(folder, write_grey(tmp_path / f"{name}.png", still))
        for name, still in (("left", left), ("right", right))
    )
    hole = a_shape("hole", a_box(0.5, 0.5, 0.2, 0.2), takes_away=True)
    region = a_region("r", 0, 1000, masks=given, drawn_masks=(hole,))
    first, second = stills_of(folder, region)
    for still, bright, dark in ((first, 10, 370), (second, 370, 10)):
        assert (still[5, bright], still[5, dark], still[108, 192]) == (1, 0, 0)


def test_stills_that_were_given_keep_their_times_under_a_movement(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    given = tuple(
        import_mask(folder, a_still(tmp_path / f"{level}.png", level)) for level in (0, 90, 180)
    )
    mask = a_keyed_shape(keys={0: a_box(0.1, 0.1, 0.1, 0.1), 999: a_box(0.9, 0.9, 0.1, 0.1)})
    region = a_region("r", 0, 1000, masks=given, drawn_masks=(mask,))
    stills = stills_of(folder, region)
    assert len(stills) % 3 == 0
    levels = [round(float(still[-1, 0]) * 255) for still in stills]
    third = len(stills) // 3
    assert levels == [0] * third + [90] * third + [180] * third


def test_inverted_stills_are_bright_where_they_were_dark(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    given = import_mask(folder, a_still(tmp_path / "a.png", 55))
    (turned,) = inverted_masks(folder, (given,))
    assert np.allclose(read_grey(folder / turned), 200 / 255)
    (back,) = inverted_masks(folder, (turned,))
    assert np.allclose(read_grey(folder / back), 55 / 255)


def test_drawing_can_be_cancelled(tmp_path: Path) -> None:
    region = a_region("r", 0, 1000, drawn_masks=(a_keyed_shape(),))
    with pytest.raises(Cancelled):
        draw_stills(tmp_path, region, rate_hz=RATE_HZ, picture_px=FULL_HD, cancelled=lambda: True)


def a_moving_shape() -> DrawnMask:
    return a_keyed_shape(keys={0: a_box(0.2), 2000: a_box(0.8)})


def test_how_far_the_stills_are_is_told_and_never_falls(tmp_path: Path) -> None:
    region = a_region("r", 0, 2000, drawn_masks=(a_moving_shape(),))
    told: list[float] = []
    draw_stills(
        _folder(tmp_path), region, rate_hz=RATE_HZ, picture_px=FULL_HD, progress=told.append
    )
    assert len(told) > 50
    assert told == sorted(told)
    assert told[-1] == 1


def test_a_cancel_is_heard_while_stills_are_written_too(tmp_path: Path) -> None:
    region = a_region("r", 0, 2000, drawn_masks=(a_moving_shape(),))
    told: list[float] = []
    with pytest.raises(Cancelled):
        draw_stills(
            _folder(tmp_path),
            region,
            rate_hz=RATE_HZ,
            picture_px=FULL_HD,
            progress=told.append,
            cancelled=lambda: bool(told) and told[-1] > 0.5,
        )
    assert told[-1] < 1

"""Masks of the picture come into the project's folder, named by their content.

Stills that the user gives are copied as they are; what is drawn over them and over the picture is
drawn as stills once sound is to be made with it.
"""

from __future__ import annotations

import hashlib
import math
import re
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.media.errors import reading, writing
from prismdesk.media.grey_png import grey_png
from prismdesk.media.mask_drawing import MaskDrawing
from prismdesk.media.still_picture import read_grey
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)
from prismdesk.project.picture_mask import times_of
from prismdesk.project.store.durable import write_atomically
from prismdesk.project.store.folder import MASKS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from prismdesk.project.model import Region

LONGER_SIDE_PX = 384
"""Of drawn stills: as much as any engine looks at."""

STILLS_PER_SECOND = 25
"""Of masks that change: as often as any engine looks."""

MOST_STILLS = 400
_WRITERS = 8
_DRAWING_SHARE = 0.5

_KNOWN_SUFFIX = re.compile(r"\.[a-z0-9]{1,5}", re.ASCII)


def import_mask(project_folder: Path, picture: Path) -> str:
    """Copy a still picture into a project, to be used as a mask.

    The same picture is kept once, however often and under whatever name it comes.

    Returns:
        Its path relative to the project's folder: what ``set_region_masks`` takes.

    Raises:
        MediaError: it is missing, too large or no picture.
        MediaWorkError: it can't be written.
    """
    read_grey(picture)
    with reading(picture):
        data = picture.read_bytes()
    suffix = picture.suffix.lower()
    name = hashlib.sha256(data).hexdigest()[:32]
    name += suffix if _KNOWN_SUFFIX.fullmatch(suffix) else ".png"
    return _keep(project_folder, name, data)


def draw_stills(
    project_folder: Path,
    region: Region,
    *,
    rate_hz: int,
    picture_px: tuple[int, int],
    into: Path | None = None,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> tuple[str, ...]:
    """Draw a region's masks, over the stills that the user gave, as stills in its project.

    Args:
        project_folder: of the project.
        region: with its masks.
        rate_hz: of the project.
        picture_px: width and height of the film as shown.
        into: another folder that the stills are kept in, and their paths relative to.
        progress: called with the share drawn and written.
        cancelled: asked before each; what was written by then stays until the project is opened
            next (see ``mask_care``).

    Returns:
        Paths relative to the project's folder, to follow each other evenly over the region: one
        where nothing changes; none where nothing was drawn and the user's are used as they are.

    Raises:
        MediaError: a still that the user gave can't be read.
        MediaWorkError: one can't be written.
        Cancelled: as told.
    """
    if not region.drawn_masks:
        return ()
    stills = MaskStills(project_folder, region, rate_hz=rate_hz, picture_px=picture_px)
    names: list[str] = []
    kept: dict[str, Future[str]] = {}
    # Most of the time goes into waiting for the disk to have each: so several are on their way.
    with ThreadPoolExecutor(_WRITERS, thread_name_prefix="mask-stills") as writers:
        try:
            for index in range(len(stills)):
                raise_if_cancelled(cancelled)
                pixels = stills[index]
                names.append(_name_of(pixels))
                if names[-1] not in kept:
                    kept[names[-1]] = writers.submit(_keep_grey, into or project_folder, pixels)
                progress(_DRAWING_SHARE * (index + 1) / len(stills))
            for written, _ in enumerate(as_completed(kept.values()), 1):
                raise_if_cancelled(cancelled)
                progress(_DRAWING_SHARE + (1 - _DRAWING_SHARE) * written / len(kept))
        except BaseException:
            writers.shutdown(wait=False, cancel_futures=True)
            raise
    paths = tuple(kept[name].result() for name in names)
    return paths[:1] if len(kept) == 1 else paths


class MaskStills:
    """A region's masks, drawn over the stills that the user gave: a sequence of pictures.

    Args:
        project_folder: where the user's stills are.
        region: with its masks.
        rate_hz: of the project.
        picture_px: width and height of the film as shown.
        longer_side_px: of the pictures.
    """

    def __init__(
        self,
        project_folder: Path,
        region: Region,
        *,
        rate_hz: int,
        picture_px: tuple[int, int],
        longer_side_px: int = LONGER_SIDE_PX,
    ) -> None:
        self._region = region
        self._size_px = size_within(picture_px, longer_side_px)
        width_px, height_px = self._size_px
        self._drawing = MaskDrawing(region.drawn_masks, width_px=width_px, height_px=height_px)
        self._given = [project_folder / mask for mask in region.masks]
        self._read: tuple[int, npt.NDArray[np.uint8]] | None = None
        self._count = _stills_wanted(region, rate_hz)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> npt.NDArray[np.uint8]:
        """Return one, uint8 (height, width): how the masks are in the middle of its time."""
        if not 0 <= index < self._count:
            raise IndexError(index)
        return self.at((index + 0.5) / self._count)

    def at(self, share: float) -> npt.NDArray[np.uint8]:
        """Return the masks at a share of the region, 0 to 1, as ``__getitem__`` does."""
        offset = round(self._region.range.length_samples * share)
        return self._drawing.at(offset, self._given_at(share))

    def _given_at(self, share: float) -> npt.NDArray[np.uint8] | None:
        if not self._given:
            return None
        index = min(len(self._given) - 1, max(0, int(share * len(self._given))))
        if self._read is None or self._read[0] != index:
            grey = _nearest(read_grey(self._given[index]), *self._size_px)
            self._read = index, _levels(grey)
        return self._read[1]


def inverted_masks(project_folder: Path, masks: Sequence[str]) -> tuple[str, ...]:
    """Keep stills with black and white exchanged; return their paths as ``import_mask`` does.

    Raises:
        MediaError: one can't be read.
        MediaWorkError: one can't be written.
    """
    return tuple(
        _keep_grey(project_folder, _levels(1 - read_grey(project_folder / mask))) for mask in masks
    )


def size_within(picture_px: tuple[int, int], longer_side_px: int) -> tuple[int, int]:
    """Return width and height of the same shape, the longer side as given."""
    longer = max(1, *picture_px)
    width, height = (max(1, round(side * longer_side_px / longer)) for side in picture_px)
    return width, height


def _stills_wanted(region: Region, rate_hz: int) -> int:
    given = max(1, len(region.masks))
    if not times_of(region.drawn_masks):
        return given
    seconds = region.range.length_samples / rate_hz
    wanted = min(MOST_STILLS, max(2, math.ceil(seconds * STILLS_PER_SECOND)))
    # A multiple, so that each of the user's begins when it did.
    return given * math.ceil(wanted / given)


def _nearest(
    grey: npt.NDArray[np.float32], width_px: int, height_px: int
) -> npt.NDArray[np.float32]:
    rows = ((np.arange(height_px) + 0.5) * grey.shape[0] / height_px).astype(np.intp)
    columns = ((np.arange(width_px) + 0.5) * grey.shape[1] / width_px).astype(np.intp)
    return np.ascontiguousarray(grey[rows[:, None], columns[None, :]])


def _levels(grey: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    return np.asarray(np.round(grey * 255), np.uint8)


def _name_of(pixels: npt.NDArray[np.uint8]) -> str:
    content = f"{pixels.shape}".encode() + pixels.tobytes()
    return hashlib.sha256(content).hexdigest()[:32] + ".png"


def _keep_grey(project_folder: Path, pixels: npt.NDArray[np.uint8]) -> str:
    name = _name_of(pixels)
    if not (project_folder / MASKS / name).exists():
        return _keep(project_folder, name, grey_png(pixels))
    return (PurePosixPath(MASKS) / name).as_posix()


def _keep(project_folder: Path, name: str, data: bytes) -> str:
    path = project_folder / MASKS / name
    if not path.exists():
        with writing(path):
            path.parent.mkdir(exist_ok=True)
            write_atomically(path, data)
    return (PurePosixPath(MASKS) / name).as_posix()

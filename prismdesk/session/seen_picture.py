"""What a region's model sees of the film at one time: its frame, size, shape and mask."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.capabilities import EngineInput
from prismdesk.engines.catalogue import capabilities_of, variant_of
from prismdesk.engines.errors import UnsupportedError
from prismdesk.engines.picture.seen import Look, seen
from prismdesk.engines.selva.looks import looks_of
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.media.film_stretch import film_stretch
from prismdesk.progress import IsCancelled, never_cancelled
from prismdesk.session.masks import MaskStills

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

    from prismdesk.media.film_stretch import FilmStretch
    from prismdesk.project.model import Region

_SEARCHED_SECONDS = Fraction(2)
"""How far after the time that a model looks at the film is searched for the next frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPicture:
    """One frame as one encoder of the model sees it.

    Attributes:
        look: how the encoder looks.
        pixels: uint8 RGB (size, size, 3).
        number: of the frame, from 0 at the region's start.
        is_masked: whether a mask hides part of it.
    """

    look: Look
    pixels: npt.NDArray[np.uint8]
    number: int
    is_masked: bool


def looks_of_region(region: Region) -> tuple[Look, ...]:
    """Return how a region's model looks at the film.

    Raises:
        UnsupportedError: there is no such engine or model, or it doesn't look in parts of a mask's
            kind; the message says why.
        SettingError: a setting of the region is none of the engine's.
    """
    engine = capabilities_of(region.engine)
    if EngineInput.PICTURE not in engine.inputs:
        raise UnsupportedError(f"{engine.name} doesn't look at the picture.")
    variant = variant_of(engine, region.variant)
    if engine.id != "selva" or variant is None:
        raise UnsupportedError(f"{engine.name} always takes in the whole picture.")
    return looks_of(model_of(variant.id, engine.id), dict(region.settings))


def seen_pictures(
    project_folder: Path,
    film: Path,
    region: Region,
    looks: Sequence[Look],
    *,
    rate_hz: int,
    position_samples: int,
    cancelled: IsCancelled = never_cancelled,
) -> tuple[SeenPicture, ...]:
    """Return what a region's model sees at a position of the timeline.

    Frames are counted from the region's start, as the model counts where it makes the region alone;
    where it hears what is around as well, it may count from a little before.

    Args:
        project_folder: where stills that the user gave as masks are.
        film: the file.
        region: with its masks.
        looks: from ``looks_of_region``.
        rate_hz: of the project.
        position_samples: brought into the region.
        cancelled: asked often.

    Raises:
        MediaError: the film or a mask can't be read.
        Cancelled: as told.
    """
    span = region.range
    position = min(max(position_samples, span.start_samples), span.end_samples - 1)
    start = Fraction(span.start_samples, rate_hz)
    since = Fraction(position, rate_hz) - start
    made = []
    for look in looks:
        number = math.floor(since * Fraction(look.rate_hz))
        at = start + number / Fraction(look.rate_hz)
        stretch = film_stretch(
            film, start_seconds=at, end_seconds=at + _SEARCHED_SECONDS, cancelled=cancelled
        )
        frame, shown_after = _frame(stretch, look, cancelled)
        mask = _mask(
            project_folder,
            region,
            look,
            float(at - start) + shown_after,
            rate_hz=rate_hz,
            picture_px=stretch.size_px,
        )
        pixels = seen(frame, look, mask, picture_size_px=stretch.size_px)
        made.append(
            SeenPicture(look=look, pixels=pixels, number=number, is_masked=mask is not None)
        )
    return tuple(made)


def _frame(
    stretch: FilmStretch, look: Look, cancelled: IsCancelled
) -> tuple[npt.NDArray[np.uint8], float]:
    """Return the first frame that begins in the stretch, or the last there is, and when it does."""
    times = stretch.frame_times_seconds
    first = min(int(np.searchsorted(times, 0.0, "left")), len(times) - 1)
    width_px, height_px = stretch.size_px
    if look.scales_while_reading:
        width_px = height_px = look.size_px
    pixels = stretch.read(
        times[first : first + 1],
        width_px=width_px,
        height_px=height_px,
        fit=look.geometry if look.scales_while_reading else "squash",
        cancelled=cancelled,
    )
    return pixels[0], float(times[first])


def _mask(
    project_folder: Path,
    region: Region,
    look: Look,
    since_start_seconds: float,
    *,
    rate_hz: int,
    picture_px: tuple[int, int],
) -> npt.NDArray[np.uint8] | None:
    has_masks = bool(region.masks or region.drawn_masks) and region.uses_masks
    if not has_masks or look.mask_strength == 0:
        return None
    stills = MaskStills(project_folder, region, rate_hz=rate_hz, picture_px=picture_px)
    share = since_start_seconds * rate_hz / region.range.length_samples
    index = min(max(0, math.floor(share * len(stills))), len(stills) - 1)
    return stills[index]

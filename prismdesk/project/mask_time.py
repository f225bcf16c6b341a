"""What becomes of key frames of masks where time is taken out of a region, or put in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.picture_mask import MAX_KEY_FRAMES, form_at

if TYPE_CHECKING:
    from prismdesk.project.picture_mask import DrawnMask, MaskKeyFrame


def without_time(
    masks: tuple[DrawnMask, ...], at_samples: int, length_samples: int
) -> tuple[DrawnMask, ...]:
    """Return masks of which a stretch is taken out: what follows comes as much earlier.

    Before and behind the cut they look as they did at that moment of the film.

    Args:
        masks: of a region.
        at_samples: where the stretch begins, 1 or more from the region's start.
        length_samples: of it, 1 or more.
    """

    def shortened(mask: DrawnMask) -> DrawnMask:
        end_samples = at_samples + length_samples
        before = [one for one in mask.key_frames if one.offset_samples < at_samples]
        after = [one for one in mask.key_frames if one.offset_samples >= end_samples]
        return _joined(
            mask,
            [*before, *(_later(one, -length_samples) for one in after)],
            form_at(mask, at_samples - 1),
            replace(form_at(mask, end_samples), offset_samples=at_samples),
        )

    return tuple(shortened(mask) if mask.is_keyed else mask for mask in masks)


def with_time(
    masks: tuple[DrawnMask, ...], at_samples: int, length_samples: int
) -> tuple[DrawnMask, ...]:
    """Return masks into which a stretch is put: what follows comes as much later.

    Throughout the stretch they are held as they are at its begin.

    Args:
        masks: of a region.
        at_samples: where, 1 or more from the region's start.
        length_samples: how much, 1 or more.
    """

    def lengthened(mask: DrawnMask) -> DrawnMask:
        before = [one for one in mask.key_frames if one.offset_samples < at_samples]
        after = [one for one in mask.key_frames if one.offset_samples >= at_samples]
        here = form_at(mask, at_samples)
        return _joined(
            mask,
            [*before, *(_later(one, length_samples) for one in after)],
            here,
            _later(here, length_samples),
        )

    return tuple(lengthened(mask) if mask.is_keyed else mask for mask in masks)


def _joined(mask: DrawnMask, frames: list[MaskKeyFrame], *seam: MaskKeyFrame) -> DrawnMask:
    """Return a mask with these key frames, and with those of the seam if it needs them."""
    plain = replace(mask, key_frames=tuple(frames)) if frames else None
    if plain and all(form_at(plain, one.offset_samples) == one for one in seam):
        return plain
    by_time = {one.offset_samples: one for one in (*frames, *seam)}
    if plain and len(by_time) > MAX_KEY_FRAMES:
        return plain
    return replace(mask, key_frames=tuple(by_time[time] for time in sorted(by_time)))


def _later(frame: MaskKeyFrame, by_samples: int) -> MaskKeyFrame:
    return replace(frame, offset_samples=frame.offset_samples + by_samples)

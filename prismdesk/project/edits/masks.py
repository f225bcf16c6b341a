"""Edits of masks drawn over the film's picture, in the layers of ``project.picture_mask``.

Times are samples from the region's start. In the drawings ``o`` is a key frame.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.consistency import check_masks
from prismdesk.project.edits.arguments import rules_as_refusals
from prismdesk.project.errors import EditError
from prismdesk.project.ids import MaskId, new_id
from prismdesk.project.lookup import region_of, replace_region
from prismdesk.project.picture_mask import (
    DrawnMask,
    MaskKeyFrame,
    MaskShape,
    form_at,
    within_bounds,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project, Region
    from prismdesk.project.picture_mask import MaskStroke


def mask_of(region: Region, mask_id: MaskId) -> DrawnMask:
    """Return a drawn mask of a region.

    Raises:
        EditError: there is no such mask.
    """
    for mask in region.drawn_masks:
        if mask.id == mask_id:
            return mask
    raise EditError(f'Region "{region.id}" has no drawn mask "{mask_id}".')


def set_drawn_masks(project: Project, region_id: RegionId, masks: tuple[DrawnMask, ...]) -> Project:
    """Set all drawn masks of a region, the lowest first: before none, after ``ellipse``.

    Raises:
        EditError: there is no such region, or a mask is drawn beyond all bounds.
    """
    changed = replace(region_of(project, region_id), drawn_masks=masks)
    with rules_as_refusals():
        check_masks(changed)
    return replace_region(project, changed)


def add_mask(project: Project, region_id: RegionId, mask: DrawnMask) -> Project:
    """Lay a drawn mask over the others: before ``ellipse``, after ``ellipse, rectangle``.

    Raises:
        EditError: there is no such region, its id is used, or it is drawn beyond all bounds.
    """
    masks = region_of(project, region_id).drawn_masks
    return set_drawn_masks(project, region_id, (*masks, mask))


def remove_mask(project: Project, region_id: RegionId, mask_id: MaskId) -> Project:
    """Take a drawn mask away: before ``ellipse, rectangle``, after ``rectangle``.

    Raises:
        EditError: there is no such region or mask.
    """
    region = region_of(project, region_id)
    gone = mask_of(region, mask_id)
    kept = tuple(mask for mask in region.drawn_masks if mask is not gone)
    return set_drawn_masks(project, region_id, kept)


def clear_masks(project: Project, region_id: RegionId) -> Project:
    """Listen to the whole picture again: before ``left.png, ellipse``, after none.

    Raises:
        EditError: there is no such region.
    """
    region = region_of(project, region_id)
    return replace_region(project, replace(region, masks=(), drawn_masks=()))


def invert_masks(project: Project, region_id: RegionId, pictures: tuple[str, ...] = ()) -> Project:
    """Listen to what was left out: before ``ellipse``, after ``all but the ellipse``.

    Every layer that added takes away, and the other way round; what lies below them is to be
    given turned around.

    Args:
        project: the project.
        region_id: the region.
        pictures: the still pictures turned around, as ``set_region_masks`` takes them.

    Raises:
        EditError: there is no such region, there is nothing to invert, or a path leads out of the
            project's folder.
    """
    region = region_of(project, region_id)
    if not region.drawn_masks and not region.masks:
        raise EditError(f'Region "{region_id}" has no mask to invert.')
    turned = tuple(replace(mask, takes_away=not mask.takes_away) for mask in region.drawn_masks)
    with_pictures = replace_region(project, replace(region, masks=pictures))
    return set_drawn_masks(with_pictures, region_id, turned)


def set_masks_used(project: Project, region_id: RegionId, *, uses_masks: bool) -> Project:
    """Say whether a region's masks are used, or only kept: before ``yes``, after ``no``.

    Raises:
        EditError: there is no such region.
    """
    region = region_of(project, region_id)
    return replace_region(project, replace(region, uses_masks=uses_masks))


def set_mask_form(
    project: Project, region_id: RegionId, mask_id: MaskId, form: MaskKeyFrame
) -> Project:
    """Say how a drawn mask looks at the form's time; always, where it isn't keyed.

    ::

        before  o.....o      after  o..o..o

    Raises:
        EditError: there is no such region or mask, or the form is beyond all bounds.
    """
    return _change(project, region_id, mask_id, lambda mask: _with_form(mask, form))


def set_mask_key_frame(
    project: Project, region_id: RegionId, mask_id: MaskId, offset_samples: int
) -> Project:
    """Hold how a drawn mask looks at a time; one that didn't change is keyed from now on.

    ::

        before  o.....o      after  o..o..o

    Raises:
        EditError: there is no such region or mask, or it has too many key frames.
    """

    def keyed(mask: DrawnMask) -> DrawnMask:
        here = within_bounds(form_at(mask, offset_samples))
        if not mask.is_keyed:
            return replace(mask, is_keyed=True, key_frames=(here,))
        return _with_form(mask, here)

    return _change(project, region_id, mask_id, keyed)


def remove_mask_key_frame(
    project: Project, region_id: RegionId, mask_id: MaskId, offset_samples: int
) -> Project:
    """Take a key frame away; a mask that loses its last one looks the same all the time.

    ::

        before  o..o..o      after  o.....o

    Raises:
        EditError: there is no such region, mask or key frame.
    """

    def without(mask: DrawnMask) -> DrawnMask:
        gone = _key_frame(mask, offset_samples)
        kept = tuple(frame for frame in mask.key_frames if frame is not gone)
        if kept:
            return replace(mask, key_frames=kept)
        return replace(mask, is_keyed=False, key_frames=(replace(gone, offset_samples=0),))

    return _change(project, region_id, mask_id, without)


def move_mask_key_frame(
    project: Project,
    region_id: RegionId,
    mask_id: MaskId,
    offset_samples: int,
    to_samples: int,
) -> Project:
    """Move a key frame to another time; one that is there already gives way.

    ::

        before  o..o...o      after  o....o.o

    Raises:
        EditError: there is no such region, mask or key frame.
    """

    def later(mask: DrawnMask) -> DrawnMask:
        taken = _key_frame(mask, offset_samples)
        left = tuple(frame for frame in mask.key_frames if frame is not taken)
        return _with_form(replace(mask, key_frames=left), replace(taken, offset_samples=to_samples))

    return _change(project, region_id, mask_id, later)


def set_mask_feather(
    project: Project, region_id: RegionId, mask_id: MaskId, feather: float
) -> Project:
    """Set how soft a drawn mask's edge is: before ``0``, after ``0.05`` of the picture's height.

    Raises:
        EditError: there is no such region or mask, or it isn't from 0 to 1.
    """
    return _change(project, region_id, mask_id, lambda mask: replace(mask, feather=feather))


def set_mask_takes_away(
    project: Project, region_id: RegionId, mask_id: MaskId, *, takes_away: bool
) -> Project:
    """Say whether a drawn mask adds to what is listened to or takes away from it.

    Raises:
        EditError: there is no such region or mask.
    """
    return _change(project, region_id, mask_id, lambda mask: replace(mask, takes_away=takes_away))


def add_mask_stroke(
    project: Project,
    region_id: RegionId,
    stroke: MaskStroke,
    *,
    takes_away: bool,
    offset_samples: int = 0,
    new_mask_id: MaskId | None = None,
) -> Project:
    """Paint a stroke over the masks: it joins the uppermost if that is paint of its kind.

    Args:
        project: the project.
        region_id: the region.
        stroke: the brush's way.
        takes_away: whether it erases.
        offset_samples: when, should the paint be keyed.
        new_mask_id: of the layer that it begins where it joins none; made if None.

    Raises:
        EditError: there is no such region, or it is beyond all bounds.
    """
    masks = region_of(project, region_id).drawn_masks
    form = within_bounds(MaskKeyFrame(strokes=(stroke,)))
    top = masks[-1] if masks else None
    if top is not None and top.shape is MaskShape.PAINT and top.takes_away is takes_away:
        here = form_at(top, offset_samples)
        painted = replace(here, strokes=(*here.strokes, *form.strokes))
        return set_mask_form(project, region_id, top.id, painted)
    layer = DrawnMask(
        id=new_mask_id or MaskId(new_id("mask")),
        shape=MaskShape.PAINT,
        key_frames=(form,),
        takes_away=takes_away,
    )
    return add_mask(project, region_id, layer)


def _change(
    project: Project, region_id: RegionId, mask_id: MaskId, change: Callable[[DrawnMask], DrawnMask]
) -> Project:
    region = region_of(project, region_id)
    before = mask_of(region, mask_id)
    after = change(before)
    masks = tuple(after if mask is before else mask for mask in region.drawn_masks)
    return set_drawn_masks(project, region_id, masks)


def _with_form(mask: DrawnMask, form: MaskKeyFrame) -> DrawnMask:
    if not mask.is_keyed:
        return replace(mask, key_frames=(replace(form, offset_samples=0),))
    others = [one for one in mask.key_frames if one.offset_samples != form.offset_samples]
    ordered = sorted((*others, form), key=lambda frame: frame.offset_samples)
    return replace(mask, key_frames=tuple(ordered))


def _key_frame(mask: DrawnMask, offset_samples: int) -> MaskKeyFrame:
    for frame in mask.key_frames:
        if mask.is_keyed and frame.offset_samples == offset_samples:
            return frame
    raise EditError(f'The drawn mask "{mask.id}" has no key frame at {offset_samples}.')

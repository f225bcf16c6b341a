"""Drags over the picture that draw, move, resize and paint: one step of the history each."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.edits.masks import add_mask, add_mask_stroke, set_mask_form
from prismdesk.project.ids import MaskId, new_id
from prismdesk.project.picture_mask import (
    MAX_POINTS,
    MaskStroke,
    bounds_of,
    fitted,
    form_at,
    moved,
    within_bounds,
)
from prismdesk.ui.masks.editing import MaskTool
from prismdesk.ui.masks.geometry import box_between, box_pulled

if TYPE_CHECKING:
    from prismdesk.project.model import Project, Region
    from prismdesk.project.picture_mask import DrawnMask, Point
    from prismdesk.ui.masks.editing import MaskEditing
    from prismdesk.ui.masks.geometry import Handle

_DENSITY = 0.2
"""Points of a stroke lie at least this share of the brush apart."""


class MaskGesture(ABC):
    """A drag; the history isn't touched before the first move.

    Args:
        editing: the mode.
        region: whose masks are drawn.
        start: where the drag began, in shares of the picture.
        aspect: width of the picture for its height.
    """

    label = ""

    def __init__(self, editing: MaskEditing, region: Region, start: Point, aspect: float) -> None:
        self.editing = editing
        self.region = region
        self.start = start
        self.aspect = aspect
        self.offset_samples = editing.offset_samples
        self._has_begun = False

    @abstractmethod
    def edit_to(self, project: Project, place: Point, *, is_even: bool) -> Project:
        """Return the project as the drag to a place leaves it."""

    def move(self, place: Point, *, is_even: bool = False) -> str:
        """Show what the pointer stands for; return why it can't be, or ""."""
        document = self.editing.document
        if not self._has_begun:
            self.editing.flush()
            document.begin_gesture(self.label)
            self._has_begun = True
        return document.preview(lambda project: self.edit_to(project, place, is_even=is_even))

    def finish(self) -> None:
        """Make the last preview a step."""
        if self._has_begun:
            self.editing.document.commit_gesture()

    def cancel(self) -> None:
        """Go back to exactly the state before."""
        if self._has_begun:
            self.editing.document.cancel_gesture()


class DrawShape(MaskGesture):
    """Draws a rectangle or an ellipse from corner to corner."""

    label = "Draw mask"

    def __init__(self, editing: MaskEditing, region: Region, start: Point, aspect: float) -> None:
        super().__init__(editing, region, start, aspect)
        self.label = f"Draw {editing.tool.value}"
        self._box = box_between(start, start, aspect=aspect, is_even=False)
        self._mask = editing.new_mask(self._box)

    def edit_to(self, project: Project, place: Point, *, is_even: bool) -> Project:
        """Return the project with the shape over the others."""
        box = box_between(self.start, place, aspect=self.aspect, is_even=is_even)
        form = within_bounds(replace(self._mask.key_frames[0], box=box))
        project = add_mask(project, self.region.id, self._mask)
        return set_mask_form(project, self.region.id, self._mask.id, form)

    def finish(self) -> None:
        """Make it a step, and give the new shape the handles."""
        super().finish()
        self.editing.choose(self._mask.id)


class MoveMask(MaskGesture):
    """Moves a mask, as it is at the playhead."""

    def __init__(
        self, editing: MaskEditing, region: Region, start: Point, aspect: float, mask: DrawnMask
    ) -> None:
        super().__init__(editing, region, start, aspect)
        self.label = f"Move {mask.shape.value}"
        self._mask = mask
        self._form = form_at(mask, self.offset_samples)

    def edit_to(self, project: Project, place: Point, *, is_even: bool) -> Project:
        """Return the project with the mask moved along; even, only across or down."""
        dx, dy = place[0] - self.start[0], place[1] - self.start[1]
        if is_even:
            dx, dy = (dx, 0.0) if abs(dx) * self.aspect >= abs(dy) else (0.0, dy)
        form = within_bounds(moved(self._form, dx, dy))
        return set_mask_form(project, self.region.id, self._mask.id, form)


class ResizeMask(MaskGesture):
    """Pulls a handle of a mask, as it is at the playhead."""

    def __init__(
        self,
        editing: MaskEditing,
        region: Region,
        start: Point,
        aspect: float,
        mask: DrawnMask,
        handle: Handle,
    ) -> None:
        super().__init__(editing, region, start, aspect)
        self.label = f"Resize {mask.shape.value}"
        self._mask = mask
        self._handle = handle
        self._form = form_at(mask, self.offset_samples)
        self._box = bounds_of(self._form, aspect=aspect)

    def edit_to(self, project: Project, place: Point, *, is_even: bool) -> Project:
        """Return the project with the mask larger or smaller; even, in its own shape."""
        if self._box is None:
            return project
        box = box_pulled(self._box, self._handle, place, is_even=is_even)
        form = within_bounds(fitted(self._form, self._box, box))
        return set_mask_form(project, self.region.id, self._mask.id, form)


class PaintStroke(MaskGesture):
    """Paints or erases along the pointer's way; even, straight from where it began."""

    def __init__(self, editing: MaskEditing, region: Region, start: Point, aspect: float) -> None:
        super().__init__(editing, region, start, aspect)
        self._erases = editing.tool is MaskTool.ERASER
        self.label = "Erase from mask" if self._erases else "Paint mask"
        self._brush = editing.brush
        self._points = [start]
        self._new_id = MaskId(new_id("mask"))

    def edit_to(self, project: Project, place: Point, *, is_even: bool) -> Project:
        """Return the project with the stroke so far."""
        if is_even:
            self._points = [self.start]
        if self._is_apart(place) and len(self._points) < MAX_POINTS:
            self._points.append(place)
        return add_mask_stroke(
            project,
            self.region.id,
            MaskStroke(brush=self._brush, points=tuple(self._points)),
            takes_away=self._erases,
            offset_samples=self.offset_samples,
            new_mask_id=self._new_id,
        )

    def finish(self) -> None:
        """Make it a step, and give the paint the handles; a press alone paints a dot."""
        if not self._has_begun:
            self.move(self.start)
        super().finish()
        if self.editing.masks:
            self.editing.choose(self.editing.masks[-1].id)

    def _is_apart(self, place: Point) -> bool:
        last = self._points[-1]
        away = max(abs(place[0] - last[0]) * self.aspect, abs(place[1] - last[1]))
        return away >= self._brush * _DENSITY

"""The mode in which masks are drawn: what is on, which tool, which mask; and what is done there."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prismdesk.engines.capabilities import EngineInput
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.engines.errors import UnsupportedError
from prismdesk.project.edits.masks import (
    add_mask,
    clear_masks,
    invert_masks,
    move_mask_key_frame,
    remove_mask,
    remove_mask_key_frame,
    set_mask_feather,
    set_mask_form,
    set_mask_key_frame,
    set_mask_takes_away,
)
from prismdesk.project.ids import MaskId, new_id
from prismdesk.project.lookup import picture_of
from prismdesk.project.picture_mask import (
    DrawnMask,
    MaskBox,
    MaskKeyFrame,
    MaskShape,
    bounds_of,
    fitted,
    form_at,
    moved,
    times_of,
    within_bounds,
)
from prismdesk.session.masks import inverted_masks

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.model import Project, Region
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.pending_edits import PendingEdits
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.transport import Transport

FIRST_BRUSH = 0.08
"""Of the picture's height, until another is chosen."""

_FIRST_SIZE = 0.4


class MaskTool(Enum):
    """What a drag over the picture draws."""

    RECTANGLE = "rectangle"
    ELLIPSE = "ellipse"
    BRUSH = "brush"
    ERASER = "eraser"

    @property
    def paints(self) -> bool:
        """Whether it draws with a brush."""
        return self in (MaskTool.BRUSH, MaskTool.ERASER)


class MaskEditing(QObject):
    """The masks of the selected region, at the playhead.

    ``changed`` follows every change of mode, tool, chosen mask and region; ``moved`` every
    movement of the playhead while the mode is on.

    Attributes:
        takes_away: whether the next rectangle or ellipse takes away.
        brush: width of the brush for the picture's height.
        feather: of the next mask.

    Args:
        document: the project.
        selection: the region.
        transport: the playhead.
        desktop: messages and long work.
        pending: typed edits, made before each of these.
        parent: owns it.
    """

    changed = Signal()
    moved = Signal()

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        desktop: Desktop,
        pending: PendingEdits,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.document = document
        self._selection = selection
        self.transport = transport
        self._desktop = desktop
        self._pending = pending
        self._is_on = False
        self._tool = MaskTool.ELLIPSE
        self._chosen: MaskId | None = None
        self._standing = (False, False)
        self.takes_away = False
        self.brush = FIRST_BRUSH
        self.feather = 0.0
        selection.changed.connect(self._follow_selection)
        document.changed.connect(self._follow_document)
        transport.moved.connect(self._follow_playhead)

    @property
    def is_on(self) -> bool:
        """Whether masks are shown and drawn."""
        return self._is_on

    @property
    def tool(self) -> MaskTool:
        """What a drag draws."""
        return self._tool

    @property
    def region(self) -> Region | None:
        """The selected region."""
        wanted = self._selection.region_id
        return next((one for one in self.document.project.regions if one.id == wanted), None)

    @property
    def masks(self) -> tuple[DrawnMask, ...]:
        """What is drawn for the region."""
        region = self.region
        return () if region is None else region.drawn_masks

    @property
    def chosen(self) -> DrawnMask | None:
        """The mask that has the handles."""
        return next((mask for mask in self.masks if mask.id == self._chosen), None)

    @property
    def offset_samples(self) -> int:
        """The playhead from the region's start; the nearest end of the region outside of it."""
        region = self.region
        if region is None:
            return 0
        offset = self.transport.position_samples - region.range.start_samples
        return min(max(0, offset), region.range.length_samples - 1)

    @property
    def is_inside(self) -> bool:
        """Whether the playhead is inside the region."""
        region = self.region
        at = self.transport.position_samples
        return region is not None and region.range.start_samples <= at < region.range.end_samples

    @property
    def key_times(self) -> tuple[int, ...]:
        """Where the chosen mask has key frames, or all of them if none is chosen."""
        chosen = self.chosen
        return times_of(self.masks if chosen is None else (chosen,))

    @property
    def is_at_key_frame(self) -> bool:
        """Whether the playhead stands on a key frame of the chosen mask."""
        return self.chosen is not None and self.offset_samples in self.key_times

    def why_not(self) -> bool | str:
        """Say why no mask can be drawn now; True if one can."""
        region = self.region
        if region is None:
            return "Select a region first"
        if picture_of(self.document.project) is None:
            return "The project has no picture"
        return self.why_unused(region) or True

    def why_unused(self, region: Region) -> str:
        """Say why an engine would not look at the region's masks; empty if it does."""
        try:
            engine = capabilities_of(region.engine)
        except UnsupportedError as error:
            return str(error)
        if EngineInput.PICTURE not in engine.inputs:
            return f"{engine.name} doesn't look at the picture"
        if EngineInput.PICTURE_MASK not in engine.inputs:
            return f"{engine.name} always takes in the whole picture"
        return ""

    def toggle(self) -> None:
        """Go into the mode or leave it; the playhead comes to the region."""
        if self._is_on:
            self.leave()
        elif self.region is not None:
            self._is_on = True
            self._choose_last()
            if not self.is_inside and not self.transport.is_playing:
                self.transport.move_to(self.region.range.start_samples)
            self.changed.emit()

    def leave(self) -> None:
        """Leave the mode; what was drawn stays."""
        if self._is_on:
            self._is_on = False
            self.changed.emit()

    def use(self, tool: MaskTool) -> None:
        """Take a tool; the mode is on with it."""
        self._tool = tool
        if not self._is_on:
            self.toggle()
        self.changed.emit()

    def choose(self, mask_id: MaskId | None) -> None:
        """Give a mask the handles."""
        if mask_id != self._chosen:
            self._chosen = mask_id
            self.changed.emit()

    def choose_next(self, step: int) -> None:
        """Give the next mask, or the one before, the handles."""
        ids = [mask.id for mask in self.masks]
        if ids:
            at = ids.index(self._chosen) + step if self._chosen in ids else 0
            self.choose(ids[at % len(ids)])

    def apply(self, label: str, edit: Callable[[Project, Region], Project]) -> bool:
        """Make an edit of the region as one step of the history."""
        region = self.region
        if region is None or self.document.in_gesture:
            return False
        self._pending.flush()
        return self.document.apply(label, lambda project: edit(project, region))

    def flush(self) -> None:
        """Make what was typed an edit, before a gesture begins."""
        self._pending.flush()

    def new_mask(self, box: MaskBox) -> DrawnMask:
        """Return a mask of the present tool over a box; it isn't in the project yet."""
        shape = MaskShape.RECTANGLE if self._tool is MaskTool.RECTANGLE else MaskShape.ELLIPSE
        return DrawnMask(
            id=MaskId(new_id("mask")),
            shape=shape,
            key_frames=(within_bounds(MaskKeyFrame(box=box)),),
            takes_away=self.takes_away,
            feather=self.feather,
        )

    def add_in_the_middle(self, aspect: float) -> None:
        """Add a mask where nobody drags: in the middle of the picture, as wide as high."""
        box = MaskBox(x=0.5, y=0.5, width=min(0.9, _FIRST_SIZE / aspect), height=_FIRST_SIZE)
        mask = self.new_mask(box)
        if self.apply(f"Draw {mask.shape.value}", lambda p, r: add_mask(p, r.id, mask)):
            self.choose(mask.id)

    def delete(self) -> None:
        """Take the chosen mask away."""
        mask = self.chosen
        if mask is not None and self.apply(
            f"Remove {mask.shape.value}", lambda p, r: remove_mask(p, r.id, mask.id)
        ):
            self._choose_last()
            self.changed.emit()

    def nudge(self, dx: float, dy: float) -> None:
        """Move the chosen mask by shares of the picture."""
        self._reform("Move", lambda form: moved(form, dx, dy))

    def grow(self, wide: float, high: float, aspect: float) -> None:
        """Make the chosen mask wider and higher by shares of the picture."""

        def grown(form: MaskKeyFrame) -> MaskKeyFrame:
            box = bounds_of(form, aspect=aspect)
            if box is None:
                return form
            larger = replace(
                box, width=max(0.01, box.width + wide), height=max(0.01, box.height + high)
            )
            return fitted(form, box, larger)

        self._reform("Resize", grown)

    def set_feather(self, feather: float) -> None:
        """Make the chosen mask's edge softer, and those drawn from now on."""
        self.feather = feather
        mask = self.chosen
        if mask is not None and mask.feather != feather:
            self.apply("Feather mask", lambda p, r: set_mask_feather(p, r.id, mask.id, feather))

    def set_takes_away(self, takes_away: bool) -> None:
        """Have the chosen mask take away, or add, and those drawn from now on."""
        self.takes_away = takes_away
        mask = self.chosen
        if mask is not None and mask.takes_away is not takes_away:
            self.apply(
                "Take away from mask" if takes_away else "Add to mask",
                lambda p, r: set_mask_takes_away(p, r.id, mask.id, takes_away=takes_away),
            )

    def set_brush(self, brush: float) -> None:
        """Paint with a wider or narrower brush from now on."""
        self.brush = brush
        self.changed.emit()

    def toggle_key_frame(self) -> None:
        """Set a key frame of the chosen mask at the playhead, or take away the one there."""
        mask, offset = self.chosen, self.offset_samples
        if mask is None:
            return
        if self.is_at_key_frame:
            self.apply(
                "Remove key frame", lambda p, r: remove_mask_key_frame(p, r.id, mask.id, offset)
            )
        else:
            self.apply("Set key frame", lambda p, r: set_mask_key_frame(p, r.id, mask.id, offset))

    def move_key_frame(self, project: Project, from_samples: int, to_samples: int) -> Project:
        """Return a project in which the chosen masks' key frames at one time are at another."""
        region, chosen = self.region, self.chosen
        if region is None:
            return project
        for mask in region.drawn_masks if chosen is None else (chosen,):
            if from_samples in times_of((mask,)):
                project = move_mask_key_frame(project, region.id, mask.id, from_samples, to_samples)
        return project

    def go_to_key(self, step: int) -> None:
        """Bring the playhead to the next key frame, or the one before."""
        region, here = self.region, self.offset_samples
        times = [time for time in self.key_times if (time - here) * step > 0]
        if region is not None and times:
            nearest = min(times, key=lambda time: abs(time - here))
            self.transport.move_to(region.range.start_samples + nearest)

    def invert(self) -> None:
        """Listen to what was left out; stills that the user gave are turned around as well."""
        region = self.region
        if region is None:
            return
        if not region.masks:
            self.apply("Invert mask", lambda p, r: invert_masks(p, r.id))
            return
        folder, masks = self.document.session.folder, region.masks

        def turn(turned: tuple[str, ...]) -> None:
            self._pending.flush()
            self.document.apply("Invert mask", lambda p: invert_masks(p, region.id, turned))

        self._desktop.background.run(
            "Inverting masks",
            lambda *_: inverted_masks(folder, masks),
            done=turn,
            quiet=True,
            owner=self,
        )

    def clear(self) -> None:
        """Take all masks of the region away."""
        self.apply("Clear mask", lambda p, r: clear_masks(p, r.id))

    def _reform(self, verb: str, change: Callable[[MaskKeyFrame], MaskKeyFrame]) -> None:
        mask = self.chosen
        if mask is None:
            return
        form = within_bounds(change(form_at(mask, self.offset_samples)))
        self.apply(f"{verb} {mask.shape.value}", lambda p, r: set_mask_form(p, r.id, mask.id, form))

    def _choose_last(self) -> None:
        masks = self.masks
        if self.chosen is None:
            self._chosen = masks[-1].id if masks else None

    def _follow_selection(self) -> None:
        if self.region is None or self.why_not() is not True:
            self._is_on = False
        self._choose_last()
        self.changed.emit()

    def _follow_document(self, _: object) -> None:
        if self._is_on and self.why_not() is not True:
            self._is_on = False
        self.changed.emit()

    def _follow_playhead(self, _: object) -> None:
        if not self._is_on:
            return
        standing = (self.is_inside, self.is_at_key_frame)
        if standing != self._standing:
            self._standing = standing
            self.changed.emit()
        self.moved.emit()

"""The window while masks are drawn over the picture, and what the model then sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtTest import QTest

from prismdesk.project.edits import rename_region, set_region_prompt
from prismdesk.project.edits.masks import set_drawn_masks
from prismdesk.project.ids import MaskId
from prismdesk.project.picture_mask import (
    DrawnMask,
    MaskBox,
    MaskKeyFrame,
    MaskShape,
    MaskStroke,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.model import Project, Region
    from prismdesk.ui.workspace import Workspace

    Until = Callable[[Callable[[], bool]], None]
    Trigger = Callable[[str], None]

_WALK = ((0.0, 0.142), (3.0, 0.266), (5.9, 0.32))
"""Where the walker on the pier is, in seconds from the region's start and shares of the width."""


def show_drawn(workspace: Workspace, region: Region, trigger: Trigger) -> None:
    """An ellipse that goes along with the walker, between two key frames."""
    walker = DrawnMask(
        id=MaskId("mask-walker"),
        shape=MaskShape.ELLIPSE,
        key_frames=tuple(
            MaskKeyFrame(
                offset_samples=round(seconds * workspace.document.times.rate_hz),
                box=MaskBox(x=x, y=0.75, width=0.14, height=0.3),
            )
            for seconds, x in _WALK
        ),
        is_keyed=True,
        feather=0.03,
    )
    _ask(workspace, region, "Footsteps", "slow steps on an old wooden pier, boards creak")
    _draw(workspace, region, (walker,))
    trigger("region.mask_ellipse")
    _go_to(workspace, region, 1.5)


def show_painted(workspace: Workspace, region: Region, trigger: Trigger) -> None:
    """The sea painted over, the buoy left out."""
    rows = tuple((x / 20, 0.62 + 0.07 * row) for row in range(3) for x in _to_and_fro(row))
    sea = DrawnMask(
        id=MaskId("mask-sea"),
        shape=MaskShape.PAINT,
        key_frames=(MaskKeyFrame(strokes=(MaskStroke(brush=0.12, points=rows),)),),
    )
    buoy = DrawnMask(
        id=MaskId("mask-buoy"),
        shape=MaskShape.RECTANGLE,
        key_frames=(MaskKeyFrame(box=MaskBox(x=0.77, y=0.7, width=0.1, height=0.26)),),
        takes_away=True,
        feather=0.02,
    )
    _ask(workspace, region, "Harbour water", "small waves against wood")
    _draw(workspace, region, (sea, buoy))
    trigger("region.mask_brush")
    _go_to(workspace, region, 1.5)
    layer = workspace.masks.layer
    QTest.mouseMove(layer, layer.map.point_of((0.55, 0.78)).toPoint())


def show_seen(workspace: Workspace, region: Region, trigger: Trigger, until: Until) -> None:
    """What SelVA sees of the walker."""
    show_drawn(workspace, region, trigger)
    trigger("region.mask_seen")
    view = workspace.masks.seen
    assert view is not None
    until(lambda: not view.panes["timing"].image.isNull())
    viewer = workspace.viewer
    view.move(viewer.mapToGlobal(viewer.rect().topRight()))


def _to_and_fro(row: int) -> tuple[int, ...]:
    way = tuple(range(8, 20))
    return way if row % 2 == 0 else way[::-1]


def _ask(workspace: Workspace, region: Region, name: str, prompt: str) -> None:
    def ask(project: Project) -> Project:
        return set_region_prompt(rename_region(project, region.id, name), region.id, prompt)

    workspace.document.apply("Ask", ask)


def _draw(workspace: Workspace, region: Region, masks: tuple[DrawnMask, ...]) -> None:
    workspace.document.apply("Draw", lambda project: set_drawn_masks(project, region.id, masks))


def _go_to(workspace: Workspace, region: Region, seconds: float) -> None:
    rate_hz = workspace.document.times.rate_hz
    workspace.transport.move_to(region.range.start_samples + round(seconds * rate_hz))

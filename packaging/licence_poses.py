"""The window in a commercial project: refused when made and at export, credited, with a policy."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from prismdesk.project.edits import add_region, set_project_use
from prismdesk.project.ids import RegionId
from prismdesk.project.model import ProjectUse, Region, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.policy import EXAMPLE, POLICY_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.app import Desk
    from prismdesk.project.model import Project
    from prismdesk.ui.workspace import Workspace

    Until = Callable[[Callable[[], bool]], None]

_MODEL = "custom-audiox-tiny-base-untrained"
_SPOTS = (("Gulls, far", "gulls far off", 3.0), ("Old bell", "a bell, single strokes", 7.0))


def make_two(workspace: Workspace, until: Until) -> None:
    """Make two regions with a model that mustn't be sold."""
    track, rate_hz = workspace.document.project.tracks[0], workspace.document.project.rate_hz
    for number, (name, prompt, at_seconds) in enumerate(_SPOTS):
        start = round(at_seconds * rate_hz)
        region = Region(
            id=RegionId(f"region-refused-{number}"),
            track_id=track.id,
            lane_ids=(track.lanes[0].id,),
            range=SampleRange(start, start + 2 * rate_hz),
            task=Task.GENERATE,
            name=name,
            engine="audiox",
            variant=_MODEL,
            prompt=prompt,
            settings=(("steps", 2),),
        )

        def mark(project: Project, region: Region = region) -> Project:
            return add_region(project, region)

        workspace.document.apply(f"Mark {name}", mark)
        workspace.sound.making.make(region.id)
    until(lambda: all(_takes(workspace, f"region-refused-{n}") for n in range(len(_SPOTS))))
    workspace.canvas.zoom_to(SampleRange(rate_hz, 11 * rate_hz))
    workspace.selection.select_region(RegionId("region-refused-0"))


def sell(workspace: Workspace) -> None:
    """Say that the film is to be sold."""
    workspace.document.apply(
        "Mark as commercial", lambda p: set_project_use(p, ProjectUse.COMMERCIAL)
    )


def show_refusal(workspace: Workspace, until: Until) -> None:
    """Ask for a take that is refused."""
    make_two(workspace, until)
    sell(workspace)
    workspace.sound.making.make(RegionId("region-refused-0"))


def show_refused_export(desk: Desk, workspace: Workspace, until: Until) -> None:
    """Ask for an export that is refused."""
    make_two(workspace, until)
    sell(workspace)
    desk.desktop.actions.trigger("file.export")


def show_credits(desk: Desk, workspace: Workspace, until: Until) -> None:
    """Export a film in which models were used, with a timeline beside it."""
    make_two(workspace, until)
    desk.desktop.actions.trigger("file.export")
    dialog = desk.exports.dialog
    assert dialog is not None
    out = Path(tempfile.mkdtemp()) / "Harbour, mended.mov"
    dialog.form.file.setText(str(out))
    dialog.form.timeline.setChecked(True)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    until(lambda: not desk.exports.is_running and out.is_file())


def show_policy(desk: Desk) -> None:
    """Show the page of a policy file."""
    path = Path(tempfile.gettempdir()) / "nordkai-policy.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    os.environ[POLICY_VARIABLE] = str(path)
    desk.desktop.actions.trigger("licence.policy")


def _takes(workspace: Workspace, region_id: str) -> int:
    return sum(
        len(region.takes) for region in workspace.document.project.regions if region.id == region_id
    )

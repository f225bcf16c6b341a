"""Somebody before the window who makes sound with models, for tests of whole ways through it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from prismdesk.app import Desk, make_application
from prismdesk.cli.main import main
from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.media.wav import map_wav
from prismdesk.playback.player import Player
from prismdesk.ui.inspector.settings_form import SettingCell
from prismdesk.ui.widgets.fields import ChoiceField, FigureField
from tests.journeys.window_user import ALT, SHIFT, User

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy as np
    import numpy.typing as npt
    from pytestqt.qtbot import QtBot

    from prismdesk.engines.contract import Phase
    from prismdesk.project.model import Region, Take
    from prismdesk.ui.timeline.job_look import JobLook

PATIENCE_MS = 120_000


@contextmanager
def sound_maker(qtbot: QtBot, *folders: Path) -> Iterator[SoundMaker]:
    """Open the window, with the checkpoints in these folders, for somebody to make sound in."""
    for folder in folders:
        assert main(["models", "add", str(folder)]) == 0
    desk = Desk(make_application(), player=Player(device="null"))
    desk.show()
    desk.window.activateWindow()
    try:
        yield SoundMaker(desk, qtbot)
    finally:
        desk.close()
        desk.window.deleteLater()


class SoundMaker(User):
    """A user who makes sound with models, and keeps in mind what the window showed meanwhile."""

    def __init__(self, desk: Desk, qtbot: QtBot) -> None:
        super().__init__(desk, qtbot, patience_ms=PATIENCE_MS)
        self.looks: list[JobLook] = []
        self.phases: list[Phase] = []

    def open(self, path: Path) -> None:
        super().open(path)
        self.workspace.sound.region_jobs.changed.connect(self._look)
        self.workspace.sound.bridge.queue.subscribe(self._note)

    def _look(self, region_id: Any) -> None:
        look = self.workspace.sound.region_jobs.look(region_id)
        if look is not None:
            self.looks.append(look)

    def _note(self, job: JobSnapshot) -> None:
        if job.state is JobState.RUNNING and job.progress is not None:
            self.phases.append(job.progress.phase)

    @property
    def region(self) -> Region:
        wanted = self.workspace.selection.region_id
        return next(region for region in self.project.regions if region.id == wanted)

    def mark(self, start: int, end: int, keys: Qt.KeyboardModifier = ALT) -> None:
        self.drag(start, end, keys)
        self.press(Qt.Key.Key_M, SHIFT)

    def use(
        self,
        variant: str,
        prompt: str = "",
        *,
        engine: str = "selva",
        takes: int = 1,
        **settings: float,
    ) -> None:
        """Fill in the inspector."""
        form = self.workspace.sound.inspector.form
        choose(form.engine.engine, engine)
        if variant:
            choose(form.engine.variant, variant)
        if prompt:
            form.prompt.text.selectAll()
            QTest.keyClicks(form.prompt.text, prompt)
            QTest.keyClick(form.prompt.text, Qt.Key.Key_Escape)
        self.set(**settings)
        form.seed.new_takes.setValue(takes)
        assert (self.region.engine, self.region.variant) == (engine, variant)

    def set(self, **settings: float) -> None:
        form = self.workspace.sound.inspector.form
        for name, value in settings.items():
            cells = form.settings.findChildren(SettingCell)
            # Those of the engine chosen before are still there until the window comes to rest.
            cell = [one for one in cells if one.spec.name == name][-1]
            assert isinstance(cell.control, FigureField)
            cell.control.setValue(value)
        assert dict(self.region.settings).items() >= settings.items()

    def until_made(self, count: int) -> Take:
        """Wait until the region has so many takes; return the last."""
        region_id = self.region.id
        self.wait(lambda: len(self.region.takes) >= count or self.failures != [])
        assert self.failures == []
        assert self.region.id == region_id
        assert len(self.region.takes) == count
        return self.region.takes[-1]

    @property
    def failures(self) -> list[str]:
        jobs = self.workspace.sound.bridge.jobs()
        return [job.failure.message for job in jobs if job.failure is not None]

    def samples(self, take: Take) -> npt.NDArray[np.float32]:
        with map_wav(self.workspace.document.session.folder / take.path) as wav:
            return wav.read(0, wav.length_samples).copy()


def choose(field: ChoiceField, value: str) -> None:
    """Choose an entry, as a click in its list does; one that is grey can't be."""
    index = field.findData(value)
    item: Any = field.model()
    assert item.item(index).isEnabled()
    field.setCurrentIndex(index)
    field.activated.emit(index)

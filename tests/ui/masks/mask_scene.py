"""A viewer in the mode of masks over a project with one region, and a hand that draws there."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from prismdesk.engines import catalogue
from prismdesk.engines.capabilities import EngineInput
from prismdesk.project.ids import RegionId
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.masks.mode import MaskMode
from prismdesk.ui.picture.viewer import Viewer
from prismdesk.ui.theme import DARK
from tests.builders import a_project
from tests.ui.making_scene import FAKE, Scene, a_fake_region, open_scene

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    import pytest
    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Region
    from prismdesk.project.picture_mask import DrawnMask
    from prismdesk.ui.masks.editing import MaskEditing
    from prismdesk.ui.masks.layer import MaskLayer

SEEING = replace(FAKE, inputs=FAKE.inputs | {EngineInput.PICTURE, EngineInput.PICTURE_MASK})
NO_KEYS = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
START, END = 48_000, 144_000


class FakeTransport(QObject):
    """A playhead that goes where it is sent."""

    moved = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.position_samples = START
        self.is_playing = False

    def move_to(self, samples: int, *, scrub: bool = False) -> None:
        self.position_samples = samples
        self.moved.emit(samples)


class MaskScene:
    """Opens the viewer on a film of 1280 by 720; the mode is off at first."""

    def __init__(
        self, folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, **fields: Any
    ) -> None:
        monkeypatch.setitem(catalogue._OFFERS, FAKE.id, lambda: SEEING)
        region = replace(a_fake_region(**fields), range=SampleRange(START, END))
        self.scene: Scene = open_scene(folder, a_project(regions=(region,)))
        self.transport = FakeTransport()
        self.viewer = Viewer(self.scene.document.times, DARK)
        qtbot.addWidget(self.viewer)
        self.viewer.resize(700, 560)
        self.viewer.set_film("Film.mov", (1280, 720), Fraction(24))
        image = QImage(640, 360, QImage.Format.Format_RGB32)
        image.fill(QColor(200, 200, 200))
        self.viewer.set_burn_in(False)
        self.viewer.show_frame(image, START)
        self.mode = MaskMode(
            self.scene.document,
            self.scene.selection,
            self.transport,  # type: ignore[arg-type]  # as much of it as is used
            self.viewer,
            self.scene.desktop,
            self.scene.pending,
        )
        self.mode.bind_actions()
        self.viewer.show()
        self.scene.selection.select_region(RegionId("region-1"))
        qtbot.waitExposed(self.viewer)

    @property
    def editing(self) -> MaskEditing:
        return self.mode.editing

    @property
    def layer(self) -> MaskLayer:
        return self.mode.layer

    @property
    def region(self) -> Region:
        return self.scene.project.regions[0]

    @property
    def masks(self) -> tuple[DrawnMask, ...]:
        return self.region.drawn_masks

    def has_chosen(self, index: int | None) -> bool:
        """Whether the mask of that number, or none, has the handles."""
        return self.editing.chosen == (None if index is None else self.masks[index])

    def takes_away(self) -> list[bool]:
        return [mask.takes_away for mask in self.masks]

    def is_on(self) -> bool:
        return self.editing.is_on

    @property
    def steps(self) -> list[str]:
        """The labels of all steps made, the first first."""
        document, labels = self.scene.document, []
        while (label := document.label_of_undo) is not None:
            labels.append(label)
            document.undo()
        for _ in labels:
            document.redo()
        return labels[::-1]

    def do(self, action_id: str) -> None:
        self.scene.desktop.actions.trigger(action_id)

    def why_not(self, action_id: str) -> str:
        self.scene.desktop.actions.refresh()
        return self.scene.desktop.actions.why_not(action_id)

    def point(self, x: float, y: float) -> QPoint:
        """Return where a place of the picture is."""
        return self.layer.map.point_of((x, y)).toPoint()

    def drag(
        self,
        *way: tuple[float, float],
        keys: Qt.KeyboardModifier = NO_KEYS,
        release: bool = True,
    ) -> None:
        points = [self.point(*place) for place in way]
        QTest.mousePress(self.layer, LEFT, keys, points[0])
        for point in points[1:]:
            move_mouse(self.layer, point, keys)
        if release:
            QTest.mouseRelease(self.layer, LEFT, keys, points[-1])

    def click(self, x: float, y: float) -> None:
        QTest.mouseClick(self.layer, LEFT, NO_KEYS, self.point(x, y))

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        QTest.keyClick(self.layer, key, keys)

    def close(self) -> None:
        self.mode.close()
        self.scene.close()


def move_mouse(layer: MaskLayer, point: QPoint, keys: Qt.KeyboardModifier) -> None:
    """Move with the left button and keys held, which QTest.mouseMove can't."""
    at = QPointF(point)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        at,
        QPointF(layer.mapToGlobal(point)),
        Qt.MouseButton.NoButton,
        LEFT,
        keys,
    )
    QApplication.sendEvent(layer, event)

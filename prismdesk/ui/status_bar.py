"""The lowest line: sound device, picture offset, project, what is on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QStatusBar

from prismdesk.project.lookup import picture_of
from prismdesk.ui.models.device_line import DeviceCorner
from prismdesk.ui.theme import ui_font
from prismdesk.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from prismdesk.playback.player import OutputState, Player
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.theme import Theme

_POLL_MS = 500


class StatusBar(QStatusBar):
    """Says how sound, picture and project stand; never more than one line."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setAccessibleName("Status")
        self.device = ElidedLabel()
        self.offset, self.project, self.saved = (QLabel() for _ in range(3))
        for label in (self.device, self.offset, self.project, self.saved):
            label.setFont(ui_font(11))
            label.setStyleSheet(f"color: {theme.dim};")
        self.engine = DeviceCorner(theme)
        self.device.setContentsMargins(10, 0, 6, 0)
        self.offset.setContentsMargins(6, 0, 10, 0)
        self.saved.setContentsMargins(0, 0, 10, 0)
        self.addWidget(self.engine)
        self.addWidget(self.device, 1)
        self.addPermanentWidget(self.offset)
        self.addPermanentWidget(self.project)
        self.addPermanentWidget(self.saved)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Say that nothing is open."""
        for label in (self.device, self.offset, self.saved):
            label.setText("")
        self.engine.show_nothing()
        self.project.setText("No project open")

    def show_output(self, output: OutputState) -> None:
        """Say which device plays, at what rate and delay, and what went wrong."""
        if output.is_null:
            words = output.trouble or "No sound device"
        else:
            runs = f"{output.under_runs} under-run{'s' * (output.under_runs != 1)}"
            words = (
                f"{output.name} · {output.rate_hz / 1000:g} kHz · "
                f"{output.latency_seconds * 1000:.1f} ms · {runs}"
            )
        self.device.setText(words)

    def show_offset(self, offset_ms: float) -> None:
        """Say how much later the picture comes than its sound."""
        self.offset.setText(f"Picture offset {offset_ms:g} ms")

    def show_project(self, document: Document) -> None:
        """Say what the open project is and how safe it is."""
        project = document.project
        facts = [f"{project.rate_hz / 1000:g} kHz"]
        picture = picture_of(project)
        if picture is not None:
            rate = f"{float(picture.rate):.3f}".rstrip("0").rstrip(".")
            facts.append(f"{rate} fps")
        facts.append(document.times.length_timecode(document.times.end_samples))
        self.project.setText(" · ".join(facts))
        history = document.session.store.history
        is_named = document.session.store.is_named
        words = "Saved" if history.is_saved and is_named else "Every edit is on disk"
        self.saved.setText(f"✓ {words}")
        self.saved.setToolTip(str(document.session.folder))


class StatusFeed:
    """Keeps the line true while a project is open."""

    def __init__(
        self, bar: StatusBar, document: Document, player: Player, desktop: Desktop
    ) -> None:
        self._bar = bar
        self._document = document
        self._player = player
        self._told_trouble = ""
        self._desktop = desktop
        self._timer = QTimer(bar)
        self._timer.setInterval(_POLL_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        document.changed.connect(self._show_project)
        document.history_changed.connect(self._show_project)
        self._end = desktop.preferences.subscribe(
            lambda now: self._bar.show_offset(now.picture_offset_ms)
        )
        bar.show_offset(desktop.preferences.now.picture_offset_ms)
        self._look()
        self._show_project()

    def close(self) -> None:
        """Leave the line as one without a project."""
        self._timer.stop()
        self._timer.deleteLater()
        self._end()
        self._bar.show_nothing()

    def _look(self) -> None:
        output = self._player.output()
        self._bar.show_output(output)
        if output.trouble and output.trouble != self._told_trouble:
            self._desktop.messages.tell(output.trouble)
        self._told_trouble = output.trouble

    def _show_project(self, _: object = None) -> None:
        self._bar.show_project(self._document)

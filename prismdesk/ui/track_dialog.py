"""Asks for a new track: its name, its channels, and the bus it goes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit

from prismdesk.project.ids import BusId, LaneId, TrackId, new_id
from prismdesk.project.model import ChannelLayout, Lane, Track
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.widgets.fields import ChoiceField

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from prismdesk.project.model import Project

_LAYOUTS = (
    (ChannelLayout.MONO, "Mono"),
    (ChannelLayout.STEREO, "Stereo"),
    (ChannelLayout.SURROUND_5_1, "5.1"),
)


class TrackDialog(QDialog):
    """Asks, and gives the new track with one empty lane to ``add``.

    Args:
        project: gives the buses, and the names in use.
        add: takes the track.
        parent: the window it belongs to.
    """

    def __init__(self, project: Project, add: Callable[[Track], object], parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Add track")
        self._add = add
        self._usual_name = f"Track {len(project.tracks) + 1}"
        self.name = QLineEdit()
        self.name.setFont(ui_font(12))
        self.name.setPlaceholderText(self._usual_name)
        self.name.setMinimumWidth(scaled_px(220))
        self.channels = ChoiceField("Channels", _LAYOUTS)
        offered = {layout for layout, _ in _LAYOUTS}
        self.channels.set_value(
            project.layout if project.layout in offered else ChannelLayout.STEREO
        )
        self.bus = ChoiceField("Bus", [(bus.id, bus.name) for bus in project.buses])
        form = QFormLayout(self)
        form.setVerticalSpacing(scaled_px(8))
        for words, field in (
            ("&Name", self.name),
            ("&Channels", self.channels),
            ("&Bus", self.bus),
        ):
            label = QLabel(words)
            label.setFont(ui_font(12))
            label.setBuddy(field)
            form.addRow(label, field)
        self.name.setAccessibleName("Name of the track")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        add_button = buttons.addButton("Add track", QDialogButtonBox.ButtonRole.AcceptRole)
        add_button.setProperty("kind", "main")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        for button in buttons.buttons():
            button.setFont(ui_font(12))
        form.addRow(buttons)
        # Only now it knows its dialog; Cancel came first and would have been taken.
        add_button.setDefault(True)

    def accept(self) -> None:
        """Give the track away, and close."""
        name = self.name.text().strip() or self._usual_name
        track = Track(
            id=TrackId(new_id("track")),
            name=name,
            layout=ChannelLayout(str(self.channels.value)),
            bus_id=BusId(str(self.bus.value)),
            lanes=(Lane(id=LaneId(new_id("lane"))),),
        )
        super().accept()
        self._add(track)

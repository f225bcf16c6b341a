"""The batch at the head of the jobs: how far it is, paused, gone on with, cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QSizePolicy

from prismdesk.ui.batches.words import made_words, moment_words
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.buttons import quiet_button
from prismdesk.ui.widgets.labels import ElidedLabel
from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from prismdesk.ui.batches.desk import BatchDesk
    from prismdesk.ui.theme import Theme


class BatchCard(QFrame):
    """Shows the batch that is under way; hides itself where there is none.

    Args:
        desk: the batch.
        theme: the colours.
    """

    def __init__(self, desk: BatchDesk, theme: Theme) -> None:
        super().__init__()
        self._desk = desk
        self._theme = theme
        self.setProperty("kind", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.words = ElidedLabel()
        self.words.setFont(ui_font(12, bold=True))
        self.about = ElidedLabel()
        self.about.setFont(ui_font(11))
        self.about.setProperty("kind", "dim")
        self.bar = ShareBar("How far the batch is")
        self.pause = quiet_button("Pause", theme, icon_name=IconName.PAUSE)
        self.pause.clicked.connect(self._pause_or_go_on)
        self.cancel = quiet_button("Cancel rest", theme, icon_name=IconName.CLOSE)
        self.cancel.setToolTip("Make nothing more of the batch; what is made stays.")
        self.cancel.clicked.connect(desk.cancel_rest)
        self.summary = quiet_button("Summary", theme, icon_name=IconName.LIST)
        self.summary.clicked.connect(desk.windows.show_summary)
        head = row()
        head.addWidget(self.words, 1)
        for button in (self.pause, self.cancel, self.summary):
            head.addWidget(button)
        foot = row()
        foot.addWidget(self.about, 2)
        foot.addWidget(self.bar, 1)
        layout = column(spacing_px=2)
        layout.addLayout(head)
        layout.addLayout(foot)
        layout.setContentsMargins(scaled_px(10), 4, scaled_px(6), 6)
        self.setLayout(layout)
        desk.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the batch as it is now."""
        moment = self._desk.moment
        self.setVisible(moment is not None)
        if moment is None:
            return
        record = moment.record
        is_held = bool(record.paused_because or record.start_at_utc)
        self.words.setText(moment_words(moment))
        parts = [made_words(record)]
        if moment.running is not None:
            parts.append(f"now “{moment.running.label}”")
        if record.paused_because:
            parts = [record.paused_because]
        self.about.setText(" · ".join(parts))
        self.bar.setValue(round(1000 * moment.fraction))
        self.pause.setText("Start now" if record.start_at_utc else "Go on" if is_held else "Pause")
        self.pause.setIcon(icon(IconName.PLAY if is_held else IconName.PAUSE, self._theme))
        self.setAccessibleName(f"{self.words.text()}: {self.about.text()}")

    def _pause_or_go_on(self) -> None:
        moment = self._desk.moment
        if moment is None:
            return
        if moment.record.start_at_utc:
            self._desk.begin_now()
        elif moment.record.paused_because:
            self._desk.go_on()
        else:
            self._desk.pause()

"""The foot of the inspector: the one main button, what it needs, what is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from prismdesk.engines.catalogue import capabilities_of
from prismdesk.engines.errors import UnsupportedError
from prismdesk.project.model import Task
from prismdesk.session.region_engine import engine_of
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.inspector.region_header import TASK_ICONS
from prismdesk.ui.job_words import TASK_WORDS, takes_words
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.arranging import key_words, row, set_kind
from prismdesk.ui.widgets.buttons import main_button, quiet_button
from prismdesk.ui.widgets.labels import ElidedLabel
from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from prismdesk.project.model import Region
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.making import Making
    from prismdesk.ui.timeline.job_look import JobLook

ACTION_OF_TASK = {
    Task.GENERATE: "region.generate",
    Task.INPAINT: "region.inpaint",
    Task.CONTINUE: "region.continue",
}


class Footer(QWidget):
    """Queues the region; says why it can't, or how far its job is.

    Args:
        document: the project.
        making: queues.
        desktop: colours and keys.
    """

    def __init__(self, document: Document, making: Making, desktop: Desktop) -> None:
        super().__init__()
        self._document = document
        self._making = making
        self._desktop = desktop
        self._region: Region | None = None
        self._refusal = self._told = ""
        self.make = main_button("Inpaint", desktop.theme, icon_name=IconName.INPAINT)
        self.make.clicked.connect(self._make)
        self.needs = ElidedLabel()
        self.needs.setProperty("kind", "dim")
        self._bar = ShareBar("How far the job is")
        self._bar.setFixedWidth(scaled_px(90))
        self.cancel = quiet_button("Cancel", desktop.theme, icon_name=IconName.CLOSE)
        self.cancel.clicked.connect(self._cancel)
        layout = row(self.make, 4, self._bar)
        layout.addWidget(self.needs, 1)
        layout.addWidget(self.cancel)
        layout.setContentsMargins(scaled_px(14), 8, scaled_px(14), 8)
        self.setLayout(layout)

    def show_region(self, region: Region, look: JobLook | None) -> None:
        """Show what the button would do, and what the region's job is at."""
        self._region = region
        theme = self._desktop.theme
        verb = TASK_WORDS[region.task]
        self.make.setText(f"{verb} {takes_words(self._making.new_takes)}")
        self.make.setIcon(icon(TASK_ICONS[region.task], theme, colour=theme.accent_text))
        self.make.set_key(key_words(self._desktop.actions.action(ACTION_OF_TASK[region.task])))
        refusal = self._making.refusals.of(region)
        self.make.setEnabled(not refusal)
        self.make.setToolTip(refusal or f"Queue it; you can go on working. {verb} adds new takes.")
        missed = self._making.refusals.missed_weights(region, refusal)
        self._refusal, self._told = refusal, refusal if missed is None else missed.words
        self.show_job(look)

    def show_job(self, look: JobLook | None) -> None:
        """Show what the region's job is at."""
        region = self._region
        if region is None:
            return
        is_underway = look is not None and not look.has_failed
        self._bar.setVisible(look is not None and look.fraction is not None)
        if look is not None and look.fraction is not None:
            self._bar.setValue(round(1000 * look.fraction))
        self.cancel.setVisible(is_underway)
        set_kind(self.needs, "warning" if self._refusal or (look and look.has_failed) else "dim")
        self.needs.setText(self._told or (look.words if look else self._needs(region)))

    def _needs(self, region: Region) -> str:
        try:
            engine = capabilities_of(engine_of(region))
        except UnsupportedError:
            return ""
        times, project = self._document.times, self._document.project
        length_samples = region.range.length_samples
        # No more than the film holds besides the region.
        film_seconds = (times.end_samples - length_samples) / project.rate_hz
        around = round(max(0.0, min(engine.context_seconds, film_seconds)), 1)
        length = times.length_words(length_samples)
        needs = "" if engine.needs_torch else " Needs no model."
        return f"{length}, from {around:g} s around it.{needs}"

    def _make(self) -> None:
        if self._region is not None:
            self._making.make(self._region.id)

    def _cancel(self) -> None:
        if self._region is not None:
            self._making.cancel_region(self._region.id)

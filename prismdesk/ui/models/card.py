"""The card of one model: what it is for, who allows what, what it needs, and what can be done."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from prismdesk.session.model_words import (
    channels_words,
    checks_words,
    missing_words,
    rate_words,
    size_words,
)
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.models.card_foot import CardFoot
from prismdesk.ui.models.card_state import NOT_LOADED, CardState
from prismdesk.ui.models.licence_lines import LicenceLines, TermsLine
from prismdesk.ui.models.memory_bars import MemoryBars, memory_rows
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row, set_kind, wrapped_label
from prismdesk.ui.widgets.labels import ElidedLabel, Pill

if TYPE_CHECKING:
    from prismdesk.engines.weights.verification import FileCheck
    from prismdesk.session.licence_statements import Statement
    from prismdesk.session.licences import Refusal
    from prismdesk.session.models import ListedModel
    from prismdesk.ui.models.work import ModelWork
    from prismdesk.ui.theme import Theme


class ModelCard(QFrame):
    """Shows a model as it is now; each wish of the user is a signal.

    ``get_wanted`` asks for the page of terms, ``resume_wanted`` to go on fetching what was begun,
    ``drop_wanted`` to delete what was fetched of a model that isn't whole.

    Args:
        listed: the model.
        theme: colours.
    """

    get_wanted = Signal()
    resume_wanted = Signal()
    pause_wanted = Signal()
    drop_wanted = Signal()
    repair_wanted = Signal()
    verify_wanted = Signal()
    remove_wanted = Signal()
    cancel_wanted = Signal()
    use_wanted = Signal()
    warm_wanted = Signal()
    stop_wanted = Signal()
    unload_wanted = Signal()

    def __init__(self, listed: ListedModel, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = CardState(listed)
        self._why_no_region = "Select a region first."
        self._why_no_warm_up = ""
        self._machine_bytes = 0
        self._region_seconds: float | None = None
        model = listed.model
        self.setProperty("kind", "card")
        self.name = ElidedLabel(model.name)
        self.name.setFont(ui_font(13, bold=True))
        self.state = Pill("", theme)
        self.sound = wrapped_label(
            f"{rate_words(model.native_rate_hz)} {channels_words(model.native_channels)} · "
            f"{model.natural_length_seconds:g} s at a time",
            kind="faint",
        )
        self.summary = wrapped_label(model.summary, kind="dim")
        self.weaknesses = wrapped_label(f"Weak at: {_lower(model.weaknesses)}", kind="dim")
        self.weaknesses.setVisible(bool(model.weaknesses))
        self.terms = TermsLine(model.licence_weights, theme)
        self.code = LicenceLines("Code", model.licence_code, theme, in_full=False)
        self.memory_title = ElidedLabel("Memory by length on this machine")
        self.memory_line = QLabel()
        for label in (self.memory_title, self.memory_line):
            label.setFont(ui_font(11))
            label.setProperty("kind", "faint")
        self.memory = MemoryBars(theme)
        self._told_mark = QLabel()
        self.told = wrapped_label()
        self.foot = CardFoot(model.name, theme)
        for button, wish in (
            (self.foot.get, self.get_wanted),
            (self.foot.resume, self.resume_wanted),
            (self.foot.pause, self.pause_wanted),
            (self.foot.repair, self.repair_wanted),
            (self.foot.verify, self.verify_wanted),
            (self.foot.stop, self.stop_wanted),
            (self.foot.warm, self.warm_wanted),
            (self.foot.unload, self.unload_wanted),
            (self.foot.use, self.use_wanted),
        ):
            button.clicked.connect(wish)
        self.foot.cancel_reading.connect(self.cancel_wanted)
        self.foot.removal_wanted.connect(self.remove_wanted)
        self.foot.drop_wanted.connect(self.drop_wanted)
        self._lay_out()
        self.show_machine(0, None)
        self._refresh()

    @property
    def model_id(self) -> str:
        """The id of its model."""
        return self._state.listed.model.id

    @property
    def card_state(self) -> CardState:
        """How it stands."""
        return self._state

    def show_listed(
        self, listed: ListedModel, refusal: Refusal | None, said: tuple[Statement, ...] = ()
    ) -> None:
        """Show what of the model is here, and whether the project may use it."""
        self._state = replace(self._state, listed=listed, refusal=refusal)
        self.foot.ask_nothing()
        self.terms.show_verdict(refusal, said)
        self._refresh()

    def show_machine(self, machine_bytes: int, region_seconds: float | None) -> None:
        """Show what it needs against what the machine has, for the selected region too."""
        self._machine_bytes, self._region_seconds = machine_bytes, region_seconds
        rows = memory_rows(self._state.listed.model, machine_bytes, region_seconds)
        self.memory.show_rows(rows, machine_bytes)
        self.memory_line.setText(f"line: {size_words(machine_bytes)}" if machine_bytes else "")

    def show_work(
        self,
        work: ModelWork | None,
        error: str,
        checks: tuple[FileCheck, ...] = (),
        *,
        is_paused: bool = False,
        is_known_damaged: bool = False,
    ) -> None:
        """Show what is done with the model, how fetching ended, and what reading it found."""
        self._state = replace(
            self._state,
            work=work,
            error=error,
            checks=checks,
            is_paused=is_paused,
            is_known_damaged=is_known_damaged,
        )
        self._refresh()

    def show_loaded(self, share: float, why_not: str) -> None:
        """Show how much of it is in memory, and why it can't be loaded now ("" if it can)."""
        if (share, why_not) == (self._state.loaded, self._why_no_warm_up):
            return
        self._state = replace(self._state, loaded=share)
        self._why_no_warm_up = why_not
        self._refresh()

    def show_region(self, why_not: str) -> None:
        """Show why the selected region can't be made with it ("" if it can)."""
        if why_not != self._why_no_region:
            self._why_no_region = why_not
            self._refresh()

    @property
    def fits_whole(self) -> bool:
        """Whether a usual region fits the machine's memory as a whole, as far as is known."""
        return not self.memory.rows or self.memory.rows[0].fits == "whole"

    def _lay_out(self) -> None:
        title = row(self.name, self.state)
        title.setStretch(0, 1)
        told = row(self._told_mark, self.told, spacing_px=4)
        told.setAlignment(self._told_mark, Qt.AlignmentFlag.AlignTop)
        told.setStretch(1, 1)
        memory_head = row(self.memory_title, self.memory_line)
        memory_head.setStretch(0, 1)
        whole: QVBoxLayout = column(spacing_px=4)
        margin = scaled_px(12)
        whole.setContentsMargins(margin, 10, margin, 10)
        whole.addLayout(title)
        parts: tuple[QWidget, ...] = (self.sound, self.summary, self.weaknesses)
        for part in parts:
            whole.addWidget(part)
        whole.addSpacing(2)
        whole.addWidget(self.terms)
        links = row(self.terms.link, self.code, spacing_px=4)
        links.setStretch(1, 1)
        links.setContentsMargins(scaled_px(16), 0, 0, 0)
        whole.addLayout(links)
        whole.addSpacing(2)
        whole.addLayout(memory_head)
        whole.addWidget(self.memory)
        whole.addStretch()
        whole.addSpacing(4)
        whole.addLayout(told)
        whole.addWidget(self.foot)
        self.setLayout(whole)

    def _refresh(self) -> None:
        state = self._state
        self.foot.show_state(
            state,
            why_not_used=state.why_not_used(self._why_no_region),
            why_not_warmed=state.why_not_warmed(self._why_no_warm_up),
        )
        self._show_told()
        words, name, kind = state.pill()
        self.state.show_state(words, icon_name=name, kind=kind)
        tip = state.refusal.sentence if words == "Refused here" and state.refusal else ""
        if not state.is_here:
            tip = missing_words(state.listed.state)
        self.state.setToolTip(tip)
        self.setAccessibleName(f"{state.listed.model.name}: {words}, {state.amount()}")

    def _show_told(self) -> None:
        """Say how fetching ended, what reading it found, or why it can't be fetched."""
        words, kind, name = _told(self._state)
        self.told.setText(words)
        set_kind(self.told, kind)
        self.told.setVisible(bool(words))
        self._told_mark.setVisible(bool(words))
        colours = {"error": self._theme.error, "good": self._theme.good}
        colour = colours.get(kind, self._theme.warning)
        ratio = self.devicePixelRatioF()
        self._told_mark.setPixmap(icon_pixmap(name, colour, size_px=14, pixel_ratio=ratio))


def loaded_share(variant: str, loaded_variant: str, warming: tuple[str, float] | None) -> float:
    """Return how much of a variant is in memory; ``NOT_LOADED`` if nothing is."""
    if warming is not None and warming[0] == variant:
        return min(0.99, warming[1])
    return 1.0 if loaded_variant == variant and warming is None else NOT_LOADED


def _told(state: CardState) -> tuple[str, str, IconName]:
    if state.work is not None:
        return "", "dim", IconName.INFO
    if state.error:
        return state.error, "error", IconName.WARNING
    if state.checks:
        kind = "error" if state.is_damaged else "good"
        name = IconName.WARNING if state.is_damaged else IconName.SHIELD_CHECK
        return checks_words(state.checks), kind, name
    if state.is_known_damaged:
        words = "Its checksum differs from the published one, so it was not loaded."
        return words, "error", IconName.WARNING
    own = [file.file_name for file in state.listed.state.missing if not file.repository]
    if own:
        folder = state.listed.model.custom_folder
        words = f"{', '.join(own)} is not in {folder}; put it there."
        return words, "warning", IconName.WARNING
    return "", "dim", IconName.INFO


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]

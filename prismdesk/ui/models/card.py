"""The card of one model: what it is for, who allows what, what it needs, and what can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from prismdesk.engines.weights.memory import memory_need
from prismdesk.session.model_words import (
    channels_words,
    checks_words,
    missing_words,
    rate_words,
    size_words,
)
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.jobs.strip import small_bar
from prismdesk.ui.models.licence_lines import LicenceLines
from prismdesk.ui.models.work import WorkKind
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row, set_kind, wrapped_label
from prismdesk.ui.widgets.buttons import plain_button, quiet_button
from prismdesk.ui.widgets.labels import ElidedLabel, Pill

if TYPE_CHECKING:
    from PySide6.QtWidgets import QHBoxLayout, QWidget

    from prismdesk.engines.weights.verification import FileCheck
    from prismdesk.session.models import ListedModel
    from prismdesk.ui.models.work import ModelWork
    from prismdesk.ui.theme import Theme

USUAL_REGION_SECONDS = 8.0


class ModelCard(QFrame):
    """Shows a model as it is now; each wish of the user is a signal.

    ``get_wanted`` asks for the page of terms, ``resume_wanted`` to go on fetching what was begun.

    Args:
        listed: the model.
        theme: colours.
    """

    get_wanted = Signal()
    resume_wanted = Signal()
    repair_wanted = Signal()
    verify_wanted = Signal()
    remove_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, listed: ListedModel, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._listed = listed
        self._work: ModelWork | None = None
        self._error = ""
        self._checks: tuple[FileCheck, ...] = ()
        model = listed.model
        self.setProperty("kind", "card")
        self.name = ElidedLabel(model.name)
        self.name.setFont(ui_font(13, bold=True))
        self.state = Pill("", theme)
        self.sound = wrapped_label(
            f"{rate_words(model.native_rate_hz)}, {channels_words(model.native_channels)}; "
            f"at home with {model.natural_length_seconds:g} s",
            kind="faint",
        )
        self.summary = wrapped_label(model.summary, kind="dim")
        self.use = Pill("", theme)
        self.weights = LicenceLines("Weights", model.licence_weights, theme, in_full=False)
        self.plain_words = wrapped_label(model.licence_weights.plain_words, kind="dim")
        self.code = LicenceLines("Code", model.licence_code, theme, in_full=False)
        self.memory = wrapped_label()
        self.memory.setToolTip("In 16-bit precision, worked out from the sizes of its networks.")
        self._make_foot()
        self._lay_out()
        self.show_memory(None)
        self.show_listed(listed, is_commercial=False)

    @property
    def model_id(self) -> str:
        """The id of its model."""
        return self._listed.model.id

    def show_listed(self, listed: ListedModel, *, is_commercial: bool) -> None:
        """Show what of the model is here, and whether a project may use it."""
        self._listed = listed
        self.ask_removal(is_asking=False)
        if listed.model.allows_commercial_use:
            self.use.show_state("Any use", icon_name=IconName.CHECK_CIRCLE, kind="good")
        elif is_commercial:
            words = "Refused in this commercial project"
            self.use.show_state(words, icon_name=IconName.PROHIBIT, kind="error")
        else:
            words = "Not for commercial use"
            self.use.show_state(words, icon_name=IconName.PROHIBIT, kind="warning")
        self._refresh()

    def show_memory(self, region_seconds: float | None) -> None:
        """Show the memory for the usual length, and for the selected region's (None: none is)."""
        lines = [USUAL_REGION_SECONDS, *([] if region_seconds is None else [region_seconds])]
        names = [f"{USUAL_REGION_SECONDS:g} s", f"the selected {region_seconds or 0:.1f} s"]
        needs = [memory_need(self._listed.model, seconds) for seconds in lines]
        whole = ", ".join(
            f"{size_words(need.all_kept_bytes)} for {name}"
            for need, name in zip(needs, names, strict=False)
        )
        least = size_words(needs[-1].offloaded_bytes)
        self.memory.setText(
            f"GPU memory, estimated: {whole}. {least} will do while networks wait in main memory."
        )

    def show_work(
        self, work: ModelWork | None, error: str, checks: tuple[FileCheck, ...] = ()
    ) -> None:
        """Show what is done with the model, how fetching ended, and what reading it found."""
        self._work, self._error, self._checks = work, error, checks
        self._refresh()

    def ask_removal(self, *, is_asking: bool) -> None:
        """Ask whether the files are to be deleted, or ask no more."""
        self._is_asking = is_asking
        self._refresh()
        if is_asking:
            self.keep.setFocus()

    def _make_foot(self) -> None:
        theme, name = self._theme, self._listed.model.name
        self._is_asking = False
        self.bar = small_bar(f"How far {name} is")
        self._told_mark = QLabel()
        self.told = wrapped_label()
        self.amount = ElidedLabel()
        self.amount.setProperty("kind", "dim")
        self.get = plain_button("Get…", theme, icon_name=IconName.DOWNLOAD)
        self.resume = plain_button("Go on", theme, icon_name=IconName.DOWNLOAD)
        self.repair = plain_button("Get the damaged part", theme, icon_name=IconName.DOWNLOAD)
        self.verify = quiet_button("Verify", theme, icon_name=IconName.SHIELD_CHECK)
        self.remove = quiet_button("Remove", theme, icon_name=IconName.TRASH)
        self.cancel = plain_button("Cancel", theme, icon_name=IconName.CLOSE)
        self.really = plain_button("Delete", theme, icon_name=IconName.TRASH)
        self.keep = plain_button("Keep", theme)
        for button, wish in (
            (self.get, self.get_wanted),
            (self.resume, self.resume_wanted),
            (self.repair, self.repair_wanted),
            (self.verify, self.verify_wanted),
            (self.cancel, self.cancel_wanted),
            (self.really, self.remove_wanted),
        ):
            button.clicked.connect(wish)
        self.remove.clicked.connect(lambda: self.ask_removal(is_asking=True))
        self.keep.clicked.connect(lambda: self.ask_removal(is_asking=False))
        self._buttons = (
            self.verify, self.remove, self.repair, self.resume, self.get, self.cancel, self.really,
            self.keep,
        )  # fmt: skip
        for button in self._buttons:
            button.setAccessibleName(f"{button.text().removesuffix('…')} ({name})")

    def _lay_out(self) -> None:
        title = row(self.name, self.state)
        title.setStretch(0, 1)
        told = row(self._told_mark, self.told, spacing_px=4)
        told.setAlignment(self._told_mark, Qt.AlignmentFlag.AlignTop)
        told.setStretch(1, 1)
        foot: QHBoxLayout = row(self.amount, *self._buttons, spacing_px=4)
        foot.setStretch(0, 1)
        whole: QVBoxLayout = column(spacing_px=4)
        margin = scaled_px(12)
        whole.setContentsMargins(margin, 10, margin, 10)
        whole.addLayout(title)
        parts: tuple[QWidget, ...] = (self.sound, self.summary)
        for part in parts:
            whole.addWidget(part)
        whole.addSpacing(4)
        whole.addLayout(row(self.use, None))
        for part in (self.weights, self.plain_words, self.code, self.memory):
            whole.addWidget(part)
        whole.addStretch()
        whole.addLayout(told)
        whole.addWidget(self.bar)
        whole.addLayout(foot)
        self.setLayout(whole)

    def _refresh(self) -> None:
        listed, work = self._listed, self._work
        is_busy = work is not None
        can_fetch = bool(listed.state.missing) and all(
            file.repository for file in listed.state.missing
        )
        is_begun = bool(listed.partial_bytes) and listed.is_accepted
        is_damaged = any(not check.is_good for check in self._checks)
        is_here = listed.state.is_installed
        is_calm = not is_busy and not self._is_asking
        self.get.setVisible(is_calm and can_fetch and not is_begun and not self._error)
        self.resume.setVisible(is_calm and can_fetch and (is_begun or bool(self._error)))
        self.repair.setVisible(is_calm and is_damaged and is_here)
        self.verify.setVisible(is_calm and is_here and not is_damaged)
        self.remove.setVisible(is_calm and self._has_own_files())
        self.cancel.setVisible(is_busy)
        self.cancel.setEnabled(work is None or work.kind is not WorkKind.STOPPING)
        self.really.setVisible(self._is_asking)
        self.keep.setVisible(self._is_asking)
        self.bar.setVisible(work is not None)
        self.bar.setValue(round(1000 * work.fraction) if work is not None else 0)
        self.amount.setText(self._size_words())
        self._show_told(is_damaged=is_damaged)
        self._show_state(is_damaged=is_damaged)

    def _has_own_files(self) -> bool:
        """Whether anything of it may be there that this program fetched."""
        model, state = self._listed.model, self._listed.state
        return model.custom_folder is None and bool(
            state.present_bytes or self._listed.partial_bytes
        )

    def _size_words(self) -> str:
        listed = self._listed
        if self._is_asking:
            return "Delete its files?"
        if self._work is not None:
            return self._work.words()
        if listed.state.is_installed:
            return f"{size_words(listed.state.present_bytes)} on disk"
        kept = listed.state.present_bytes + listed.partial_bytes
        left = max(0, listed.state.missing_bytes - listed.partial_bytes)
        if kept:
            return f"{size_words(kept)} kept, {size_words(left)} to fetch"
        return f"{size_words(left)} to fetch"

    def _show_told(self, *, is_damaged: bool) -> None:
        """Say how fetching ended, what reading it found, or why it can't be fetched."""
        words, kind, name = "", "dim", IconName.INFO
        if self._work is None and self._error:
            words, kind, name = self._error, "error", IconName.WARNING
        elif self._checks:
            words = checks_words(self._checks)
            kind = "error" if is_damaged else "good"
            name = IconName.WARNING if is_damaged else IconName.SHIELD_CHECK
        elif any(not file.repository for file in self._listed.state.missing):
            files = ", ".join(
                file.file_name for file in self._listed.state.missing if not file.repository
            )
            words = f"{files} is not in {self._listed.model.custom_folder}; put it there."
            kind, name = "warning", IconName.WARNING
        self.told.setText(words)
        set_kind(self.told, kind)
        self.told.setVisible(bool(words))
        self._told_mark.setVisible(bool(words))
        colours = {"error": self._theme.error, "good": self._theme.good}
        colour = colours.get(kind, self._theme.warning)
        ratio = self.devicePixelRatioF()
        self._told_mark.setPixmap(icon_pixmap(name, colour, size_px=14, pixel_ratio=ratio))

    def _show_state(self, *, is_damaged: bool) -> None:
        listed = self._listed
        if self._work is not None:
            words, name, kind = self._work.short_words(), IconName.SPINNER, ""
            if self._work.kind is WorkKind.WAITING:
                name = IconName.CLOCK
        elif is_damaged:
            words, name, kind = "File damaged", IconName.WARNING, "error"
        elif listed.state.is_installed:
            words, name, kind = "Installed", IconName.CHECK_CIRCLE, "good"
        elif self._error or listed.partial_bytes:
            words, name, kind = "Broken off", IconName.PAUSE, "warning"
        elif listed.state.present_bytes:
            words, name, kind = "Partly here", IconName.CIRCLE_DASHED, ""
        else:
            words, name, kind = "Not installed", IconName.DOWNLOAD, ""
        self.state.show_state(words, icon_name=name, kind=kind)
        self.state.setToolTip("" if listed.state.is_installed else missing_words(listed.state))
        self.setAccessibleName(f"{listed.model.name}: {words}, {self._size_words()}")

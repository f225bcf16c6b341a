"""The lowest part of a model's card: how much of it is here, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from prismdesk.session.model_words import size_words
from prismdesk.session.own_checkpoints import is_kept_here
from prismdesk.ui.icons import IconName
from prismdesk.ui.models.work import WorkKind
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.buttons import icon_button, plain_button, quiet_button
from prismdesk.ui.widgets.labels import ElidedLabel
from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QAbstractButton

    from prismdesk.ui.models.card_state import CardState
    from prismdesk.ui.theme import Theme

_ROW_PX = 30
_REMOVAL, _DROP = "removal", "drop"


class CardFoot(QWidget):
    """Shows amounts, a bar while something comes, and the buttons that make sense now.

    What deletes asks once more, in its own place: ``removal_wanted`` and ``drop_wanted`` are
    sent after that. ``cancel_reading`` stops the reading of files.

    Args:
        name: of the model.
        theme: colours.
    """

    removal_wanted = Signal()
    drop_wanted = Signal()
    cancel_reading = Signal()

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self._asked = ""
        self._state: CardState | None = None
        self.bar = ShareBar(f"How far {name} is")
        self.amount = ElidedLabel()
        self.amount.setFont(ui_font(11))
        self.amount.setProperty("kind", "dim")
        self.get = plain_button("Get…", theme, icon_name=IconName.DOWNLOAD)
        self.resume = plain_button("Resume", theme, icon_name=IconName.AGAIN)
        self.repair = plain_button("Get the damaged part", theme, icon_name=IconName.AGAIN)
        self.use = plain_button("Use for selected region", theme)
        self.warm = quiet_button("Warm up now", theme)
        self.unload = quiet_button("Unload", theme)
        self.stop = plain_button("Stop loading", theme)
        self.really = plain_button("Delete", theme, icon_name=IconName.TRASH)
        self.keep = plain_button("Keep", theme)
        self.pause = icon_button(IconName.PAUSE, theme, f"Pause ({name})")
        self.cancel = icon_button(IconName.CLOSE, theme, f"Cancel ({name})")
        self.verify = icon_button(IconName.SHIELD_CHECK, theme, f"Verify ({name})")
        self.remove = icon_button(IconName.TRASH, theme, f"Remove ({name})")
        self.pause.setToolTip("Pause; what is here is kept, and goes on from there.")
        self.verify.setToolTip("Verify: read its files again and compare their checksums.")
        self.remove.setToolTip("Remove: delete its files.")
        self.cancel.clicked.connect(self._cancel)
        self.remove.clicked.connect(lambda: self.ask(_REMOVAL))
        self.really.clicked.connect(self._delete)
        self.keep.clicked.connect(self.ask_nothing)
        buttons: tuple[QAbstractButton, ...] = (
            self.verify, self.remove, self.repair, self.resume, self.get, self.pause, self.cancel,
            self.warm, self.unload, self.stop, self.use, self.really, self.keep,
        )  # fmt: skip
        for button in buttons:
            if not isinstance(button, QToolButton):
                button.setAccessibleName(f"{button.text().removesuffix('…')} ({name})")
        of_use = (self.warm, self.unload, self.stop, self.use)
        of_files = [button for button in buttons if button not in of_use]
        files = row(self.amount, *of_files, spacing_px=4)
        files.setStretch(0, 1)
        files.addStrut(scaled_px(_ROW_PX))
        self._of_use = QWidget()
        self._of_use.setLayout(row(None, *of_use, spacing_px=4))
        whole = column(self.bar, spacing_px=4)
        whole.addLayout(files)
        whole.addWidget(self._of_use)
        self.setLayout(whole)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def ask(self, what: str) -> None:
        """Ask whether something is to be deleted, in place of the buttons."""
        self._asked = what
        self._refresh()
        self.keep.setFocus()

    def ask_nothing(self) -> None:
        """Ask no more."""
        if self._asked:
            self._asked = ""
            self._refresh()

    def show_state(self, state: CardState, *, why_not_used: str, why_not_warmed: str) -> None:
        """Show how the model stands.

        Args:
            state: of it.
            why_not_used: why the selected region can't be made with it; empty if it can.
            why_not_warmed: why it can't be loaded now; empty if it can.
        """
        self._state = state
        _explain(self.use, why_not_used, "Have the selected region made with it.")
        _explain(self.warm, why_not_warmed, "Load it, so that its next take begins at once.")
        self._refresh()

    def _refresh(self) -> None:
        state = self._state
        if state is None:
            return
        work, is_here = state.work, state.is_here
        is_calm = work is None and not self._asked
        is_ready = is_calm and is_here and not state.is_damaged
        is_fetch = work is not None and work.kind in (WorkKind.FETCHING, WorkKind.WAITING)
        model = state.listed.model
        has_own = bool(state.kept_bytes) and (model.custom_folder is None or is_kept_here(model))
        can_drop = is_calm and not is_here and bool(state.kept_bytes) and has_own
        can_warm = is_ready and state.refusal is None
        for button, is_shown in (
            (self.get, is_calm and state.can_fetch and not state.is_begun),
            (self.resume, is_calm and state.can_fetch and state.is_begun),
            (self.repair, is_calm and state.is_damaged),
            (self.verify, is_ready and not state.is_loading),
            (self.remove, is_calm and has_own and (is_here or can_drop) and not state.is_loading),
            (self.pause, is_fetch and not self._asked),
            (self.cancel, work is not None and not self._asked),
            (self.warm, can_warm and not state.is_loaded and not state.is_loading),
            (self.unload, is_calm and state.is_loaded),
            (self.stop, is_calm and state.is_loading),
            (self.use, is_ready and not state.is_loading),
            (self.really, bool(self._asked)),
            (self.keep, bool(self._asked)),
        ):
            button.setVisible(is_shown)
        self._of_use.setVisible(is_ready or (is_calm and (state.is_loaded or state.is_loading)))
        is_stopping = work is not None and work.kind is WorkKind.STOPPING
        self.pause.setEnabled(not is_stopping)
        self.cancel.setEnabled(not is_stopping)
        self._show_bar(state)
        self.updateGeometry()
        self.amount.setText(self._question(state) or state.amount())

    def _show_bar(self, state: CardState) -> None:
        fraction = -1.0
        if state.work is not None:
            fraction = state.work.fraction
        elif state.is_loading:
            fraction = state.loaded
        elif state.is_begun and not state.is_here:
            fraction = state.kept_bytes / max(1, state.whole_bytes)
        self.bar.setVisible(fraction >= 0)
        self.bar.setValue(round(1000 * max(0.0, fraction)))

    def _question(self, state: CardState) -> str:
        if self._asked == _DROP:
            kept = state.kept_bytes
            if state.work is not None and state.work.progress is not None:
                kept = max(kept, state.work.progress.done_bytes)
            return f"Stop, and delete the {size_words(kept)} that are here?"
        return "Delete its files?" if self._asked else ""

    def _cancel(self) -> None:
        work = None if self._state is None else self._state.work
        if work is not None and work.kind is WorkKind.FETCHING and work.progress is not None:
            self.ask(_DROP)
        else:
            self.cancel_reading.emit()

    def _delete(self) -> None:
        asked, self._asked = self._asked, ""
        self._refresh()
        if asked == _DROP:
            self.drop_wanted.emit()
        else:
            self.removal_wanted.emit()


def _explain(button: QAbstractButton, why_not: str, what: str) -> None:
    """Switch a button off with the reason, or on with what it does."""
    button.setEnabled(not why_not)
    button.setToolTip(why_not or what)
    button.setAccessibleDescription(why_not)

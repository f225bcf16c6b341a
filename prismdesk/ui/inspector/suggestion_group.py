"""What a region's stretch is like, in two quiet lines, and what could be done, as small buttons."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.project.model import Task
from prismdesk.session.suggestions import SuggestionKind, fact_lines, suggestions_for
from prismdesk.ui.icons import IconName
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.arranging import column, wrapped_label
from prismdesk.ui.widgets.buttons import KeyButton
from prismdesk.ui.widgets.flow_layout import FlowLayout
from prismdesk.ui.widgets.labels import caption

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.model import Region
    from prismdesk.session.suggestions import RegionFacts, Suggestion
    from prismdesk.ui.theme import Theme

_ICONS = {
    SuggestionKind.SPLIT: IconName.SCISSORS,
    SuggestionKind.AVOID: IconName.PLUS,
}
_TASK_ICONS = {
    Task.GENERATE: IconName.GENERATE,
    Task.INPAINT: IconName.INPAINT,
    Task.CONTINUE: IconName.CONTINUE,
}


class SuggestionGroup(QWidget):
    """Shows facts and proposals; ``wanted`` carries the ``Suggestion`` that was clicked.

    Args:
        theme: colours.
        timecode: writes positions.
    """

    wanted = Signal(object)

    def __init__(self, theme: Theme, timecode: Callable[[int], str]) -> None:
        super().__init__()
        self._theme = theme
        self._timecode = timecode
        self._shown: tuple[Suggestion, ...] = ()
        self.words = wrapped_label(kind="faint")
        self.words.setFont(caption("").font())
        self.words.setAccessibleName("What the region holds")
        self.buttons: list[KeyButton] = []
        self._flow = FlowLayout(spacing_px=scaled_px(6))
        self._proposals = QWidget()
        self._proposals.setLayout(self._flow)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self._proposals.setSizePolicy(policy)
        self.setLayout(column(self.words, self._proposals, spacing_px=4))

    def show_facts(self, facts: RegionFacts, region: Region) -> None:
        """Show what is known, and what follows from it."""
        lines = fact_lines(facts, self._timecode)
        # Length, cuts and what the lane holds fill a line; what is around has one of its own.
        inside = 3 if facts.cuts_samples else 2
        self._say("\n".join([" · ".join(lines[:inside]), *lines[inside:]]))
        self._offer(suggestions_for(facts, region))

    def show_listening(self) -> None:
        """Say that facts are on their way; what was known of another region goes."""
        self._say("Listening to what is here and around…")
        self._offer(())

    def show_nothing(self) -> None:
        """Say nothing: there is no region, or its sound can't be read."""
        self._say("")
        self._offer(())

    def _say(self, words: str) -> None:
        self.words.setText(words)
        self.words.setVisible(bool(words))

    def _offer(self, suggestions: tuple[Suggestion, ...]) -> None:
        if suggestions == self._shown and bool(suggestions) == bool(self.buttons):
            return
        self._shown = suggestions
        for button in self.buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [self._button(one) for one in suggestions]
        for button in self.buttons:
            self._flow.addWidget(button)
        self._proposals.setVisible(bool(suggestions))

    def _button(self, suggestion: Suggestion) -> KeyButton:
        name = _ICONS.get(suggestion.kind)
        if suggestion.task is not None:
            name = _TASK_ICONS[suggestion.task]
        is_task = suggestion.kind is SuggestionKind.TASK
        words = f"{suggestion.button} instead" if is_task else suggestion.button
        button = KeyButton(words, self._theme, kind="small", icon_name=name)
        button.setToolTip(suggestion.reason)
        button.setAccessibleDescription(suggestion.reason)
        button.clicked.connect(partial(self.wanted.emit, suggestion))
        return button

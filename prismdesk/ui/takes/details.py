"""The page of one take: its name, note and star, how it was made, and making it again.

Left is how it was made, right what other parts of the program tell of it (``add_part``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout, QWidget

from prismdesk.project.edits import note_take, rename_take
from prismdesk.session.recipes import command_line
from prismdesk.ui.icons import IconName
from prismdesk.ui.takes.made_facts import MadeFacts
from prismdesk.ui.takes.recipe import facts_of, made_words
from prismdesk.ui.takes.sameness import Sameness
from prismdesk.ui.takes.two_columns import TwoColumns
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import (
    column,
    key_words,
    make_title_field,
    row,
    rule,
    show_icon,
    wrapped_label,
)
from prismdesk.ui.widgets.buttons import KeyButton, icon_button, plain_button, quiet_button
from prismdesk.ui.widgets.labels import ElidedLabel, Pill, plain_label

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent

    from prismdesk.project.ids import TakeId
    from prismdesk.project.model import Region, Take
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.making import Making
    from prismdesk.ui.pending_edits import PendingEdits
    from prismdesk.ui.takes.audition import Audition
    from prismdesk.ui.takes.commands import TakeCommands

_MARGIN_PX = 14
_ICON_BUTTON_PX = 36
_FIELD_EDGES_PX = 14
"""Padding, border and the text field's own margin at both ends of the name."""
_COPY = "Copy as command line"
_USE_RECIPE = "Use recipe on a region"


class TakePart(Protocol):
    """What stands in the right column and follows the take that is shown."""

    def show_take(self, take: Take, region: Region) -> None:
        """Tell of a take; also called when the same take or its region has changed."""


class TakeDetails(QWidget):
    """Shows one take; ``closed`` follows when the user goes back to the region.

    Args:
        document: the project.
        audition: which take is chosen, how loud it is.
        commands: stars and removes.
        making: makes it again.
        desktop: colours, actions, messages.
        pending: what is being typed.
    """

    closed = Signal()
    recipe_wanted = Signal(object)
    """The id of a take whose recipe is to be used on other regions."""

    def __init__(
        self,
        document: Document,
        audition: Audition,
        commands: TakeCommands,
        making: Making,
        desktop: Desktop,
        pending: PendingEdits,
    ) -> None:
        super().__init__()
        self._document = document
        self._audition = audition
        self._commands = commands
        self._making = making
        self._desktop = desktop
        self._pending = pending
        self._take_id: TakeId | None = None
        theme = desktop.theme
        self.name = QLineEdit()
        self.name.setFont(ui_font(15, bold=True))
        self.name.setAccessibleName("Name of the take")
        make_title_field(self.name, theme)
        self._of = ElidedLabel()
        self._made = ElidedLabel()
        self._made.setFont(ui_font(11))
        self._made.setProperty("kind", "dim")
        self.pill = Pill("Chosen", theme, icon_name=IconName.CHECK, kind="good")
        self.choose = plain_button("Choose", theme, icon_name=IconName.CHECK)
        self.star = icon_button(IconName.STAR, theme, "Star", self._star)
        self.remove = icon_button(IconName.TRASH, theme, "Remove this take", self._remove)
        self.note = QLineEdit()
        self.note.setFont(ui_font(12))
        self.note.setPlaceholderText("Add a note")
        self.note.setAccessibleName("Note on the take")
        self.facts = MadeFacts()
        self._sameness = Sameness(document, desktop.background, self)
        self.same = column(spacing_px=2)
        left = QWidget()
        left_column = column(self.facts, spacing_px=8)
        left_column.addLayout(self.same)
        left.setLayout(left_column)
        self._columns = TwoColumns(left)
        self._part: TakePart | None = None
        self.again = plain_button("Again", theme, icon_name=IconName.AGAIN)
        self.again_new_seed = plain_button("Again, new seed", theme, icon_name=IconName.DICE)
        self.vary = plain_button("Vary", theme, icon_name=IconName.RIPPLE)
        self.use_recipe = quiet_button(_USE_RECIPE, theme, icon_name=IconName.EXPORT)
        self.copy = quiet_button(_COPY, theme, icon_name=IconName.COPY)
        for button, words in ((self.use_recipe, _USE_RECIPE), (self.copy, _COPY)):
            button.setAccessibleName(words)
            # Where the page is narrow it is an icon alone.
            button.setMinimumWidth(scaled_px(_ICON_BUTTON_PX))
        self._lay_out()
        self._tie()

    @property
    def take_id(self) -> TakeId | None:
        """The take that is shown."""
        return self._take_id

    def add_part(self, part: TakePart, widget: QWidget) -> None:
        """Put a widget into the right column, once; ``part`` is told of each take that is shown."""
        self._part = part
        self._columns.set_right(widget)
        self.refresh()

    def show_take(self, take_id: TakeId) -> None:
        """Show another take's page."""
        self._pending.flush()
        self._take_id = take_id
        self.refresh()

    def refresh(self) -> None:
        """Show the take as it is now; without it the page is left."""
        take = self._take()
        if take is None:
            if self._take_id is not None:
                self._take_id = None
                self.closed.emit()
            return
        region = self._audition.region
        if region is None:
            return
        if not self._pending.has("take name"):
            self.name.setText(take.name)
        if not self._pending.has("take note"):
            self.note.setText(take.note)
        self._of.setText(f"of {region.name or 'this region'}")
        self._made.setText(f"{made_words(take)} · kept as {take.path}")
        is_chosen = any(segment.take_id == take.id for segment in region.comp)
        self.pill.setVisible(is_chosen)
        self.choose.setVisible(not is_chosen)
        self._show_star(take)
        self._show_facts(take)
        self._show_keys()
        reason = self._making.refusals.of_variation(take.id)
        self.vary.setEnabled(not reason)
        self.vary.setToolTip(reason or "Make takes out of this one's own sound, half of it anew.")
        self.copy.setToolTip(f"{_COPY}:\n{self._command_line()}")
        self._ask_sameness()
        self._show_sameness()
        if self._part is not None:
            self._part.show_take(take, region)

    def rest(self) -> None:
        """Read no sound any more, until the page is shown again."""
        self._sameness.rest()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  (Qt's name)
        """Find out what making again would give, once somebody looks."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802  (Qt's name)
        """Read no sound for who doesn't look."""
        self.rest()
        super().hideEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Give the words of the quiet buttons away where there is no room for them."""
        buttons = (self.again, self.again_new_seed, self.vary)
        icon_px, gap_px = scaled_px(_ICON_BUTTON_PX), scaled_px(8)
        left = event.size().width() - 2 * scaled_px(_MARGIN_PX) - 5 * gap_px - 2 * icon_px
        # Their keys go first.
        left -= sum(button.minimumSizeHint().width() for button in buttons)
        for button, words in ((self.use_recipe, _USE_RECIPE), (self.copy, _COPY)):
            button.setText(words)
            wanted = button.minimumSizeHint().width()
            left -= wanted - icon_px
            button.setText(words if left >= 0 else "")
            button.setMinimumWidth(wanted if left >= 0 else icon_px)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Go back to the region on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self._pending.flush()
            self.closed.emit()
            return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        theme, margin = self._desktop.theme, scaled_px(_MARGIN_PX)
        back = icon_button(IconName.CARET_LEFT, theme, "Back to the region", self.closed.emit)
        title = row(self.name, self._of, spacing_px=2)
        title.setStretch(1, 1)
        words = column(spacing_px=0)
        words.addLayout(title)
        words.addWidget(self._made)
        header = row(back, spacing_px=8)
        header.addLayout(words, 1)
        for part in (self.pill, self.choose, self.star, self.remove):
            header.addWidget(part)
        header.setContentsMargins(margin, 8, margin, 8)
        body = QWidget()
        facts = QVBoxLayout(body)
        facts.setContentsMargins(margin, 10, margin, 10)
        facts.setSpacing(6)
        facts.addLayout(row(plain_label("Note", of=self.note, kind="dim"), self.note))
        facts.addSpacing(scaled_px(6))
        facts.addWidget(self._columns)
        facts.addStretch()
        scroll = QScrollArea()
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        footer = row(self.again, self.again_new_seed, self.vary, self.use_recipe, None, self.copy)
        footer.setContentsMargins(margin, 8, margin, 8)
        whole = column(spacing_px=0)
        whole.addLayout(header)
        whole.addWidget(rule())
        whole.addWidget(scroll, 1)
        whole.addWidget(rule())
        whole.addLayout(footer)
        self.setLayout(whole)

    def _tie(self) -> None:
        self.choose.clicked.connect(self._choose)
        self.again.clicked.connect(lambda: self._make_again(with_new_seed=False))
        self.again_new_seed.clicked.connect(lambda: self._make_again(with_new_seed=True))
        self.vary.clicked.connect(self._vary)
        self.use_recipe.clicked.connect(self._use_recipe)
        self.copy.clicked.connect(self._copy)
        self._sameness.changed.connect(self._show_sameness)
        self.name.textEdited.connect(self._type_name)
        self.name.textChanged.connect(self._fit_name)
        self.note.textEdited.connect(self._type_note)
        for field in (self.name, self.note):
            field.editingFinished.connect(self._pending.flush)
        self._audition.changed.connect(self._follow)
        self._document.changed.connect(self._ask_sameness)

    def _follow(self) -> None:
        if not self.isHidden():
            self.refresh()

    def _fit_name(self, words: str) -> None:
        # As wide as its text, so that "of Wind hit" follows it like one sentence.
        width = self.name.fontMetrics().horizontalAdvance(words) + _FIELD_EDGES_PX
        self.name.setFixedWidth(max(scaled_px(40), min(width, scaled_px(260))))

    def _take(self) -> Take | None:
        region = self._audition.region
        takes = region.takes if region else ()
        return next((take for take in takes if take.id == self._take_id), None)

    def _show_star(self, take: Take) -> None:
        is_on = take.rating > 0
        name = IconName.STAR_FILL if is_on else IconName.STAR
        theme = self._desktop.theme
        words = f"{'Unstar' if is_on else 'Star'} {take.name}"
        show_icon(self.star, name, words, theme, colour=theme.warning if is_on else None)

    def _show_facts(self, take: Take) -> None:
        levels = self._audition.levels
        level = levels.words(take.id) if levels else ""
        self.facts.show_facts(facts_of(take, self._document.times, level))

    def _ask_sameness(self) -> None:
        """Have it looked into what making again would give: any edit around may change that."""
        take, region = self._take(), self._audition.region
        if take is not None and region is not None and self.isVisible():
            self._sameness.ask(take, region)

    def _show_sameness(self) -> None:
        while (item := self.same.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for words, kind in self._sameness.lines:
            line = wrapped_label(words, kind=kind)
            line.setFont(ui_font(11))
            line.setTextFormat(Qt.TextFormat.PlainText)
            self.same.addWidget(line)

    def _show_keys(self) -> None:
        actions = self._desktop.actions
        pairs: tuple[tuple[KeyButton, str], ...] = (
            (self.again, "takes.again"),
            (self.again_new_seed, "takes.again_new_seed"),
            (self.vary, "takes.vary"),
        )
        key = key_words(actions.action("takes.use_recipe"))
        self.use_recipe.setToolTip(
            f"Have other regions made by this take's recipe{f' ({key})' if key else ''}."
        )
        for button, action_id in pairs:
            button.set_key(key_words(actions.action(action_id)))

    def _choose(self) -> None:
        if self._take_id is not None:
            self._audition.choose(self._take_id)

    def _star(self) -> None:
        if self._take_id is not None:
            self._commands.star(self._take_id)

    def _remove(self) -> None:
        if self._take_id is not None:
            self._pending.flush()
            self._commands.remove(self._take_id)

    def _make_again(self, *, with_new_seed: bool) -> None:
        if self._take_id is not None:
            self._making.again(self._take_id, with_new_seed=with_new_seed)

    def _vary(self) -> None:
        if self._take_id is not None:
            self._making.vary(self._take_id)

    def _use_recipe(self) -> None:
        if self._take_id is not None:
            self.recipe_wanted.emit(self._take_id)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._command_line())
        self._desktop.messages.tell("The command line was copied.")

    def _command_line(self) -> str:
        take = self._take()
        if take is None:
            return ""
        return command_line(self._document.project, take, self._document.session.store.path)

    def _type_name(self, words: str) -> None:
        take_id = self._take_id
        if take_id is not None and words.strip():
            self._pending.put(
                "take name",
                lambda: self._document.apply(
                    f"Rename to {words.strip()}", lambda p: rename_take(p, take_id, words.strip())
                ),
            )

    def _type_note(self, words: str) -> None:
        take_id = self._take_id
        if take_id is not None:
            self._pending.put(
                "take note",
                lambda: self._document.apply(
                    "Note on the take", lambda p: note_take(p, take_id, words)
                ),
            )

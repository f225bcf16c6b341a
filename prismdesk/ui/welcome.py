"""The first page: the sample film, what was open before, this computer, two questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from prismdesk.errors import PrismDeskError
from prismdesk.project.model import ProjectUse
from prismdesk.sample.recipe import load_recipe
from prismdesk.session.recent import recent_projects, without_recent
from prismdesk.session.use_words import USE_NAMES
from prismdesk.ui.actions.keymap import keymap_of, shown_key
from prismdesk.ui.computer_checks import check_computer
from prismdesk.ui.files.recent_dialog import RecentList
from prismdesk.ui.icons import IconName
from prismdesk.ui.labels import icon_label, label
from prismdesk.ui.sample_picture import SamplePicture, draw_sample_image
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.buttons import main_button, plain_button, quiet_button
from prismdesk.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QShowEvent

    from prismdesk.sample.recipe import Recipe
    from prismdesk.session.recent import RecentProject
    from prismdesk.ui.computer_checks import ComputerCheck
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.widgets.buttons import KeyButton

_STEPS = (
    (IconName.SEARCH, "1. Find gaps", "the scan lists the faults"),
    (IconName.INPAINT, "2. Mend all", "with Ambience, built in"),
    (IconName.LOOP, "3. Listen", "step through takes while it loops"),
    (IconName.CONTINUE, "4. Extend", "go on where the sound ends early"),
    (IconName.EXPORT, "5. Export", "and read the report"),
)
_MAX_WIDTH_PX = 1280


class WelcomePage(QScrollArea):
    """What is shown where no project is open.

    ``open_wanted`` sends the path of a project or film that the user chose here.

    Args:
        desktop: what every panel may need.
    """

    open_wanted = Signal(object)

    def __init__(self, desktop: Desktop, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desktop = desktop
        theme = desktop.theme
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Welcome")
        self.sample = main_button("Open the sample film", theme, icon_name=IconName.PLAY)
        self.sample.clicked.connect(lambda: desktop.actions.trigger("file.sample"))
        self.picture = SamplePicture(theme)
        self.recent = RecentList(self._recent(), theme)
        self.recent.setFrameShape(QFrame.Shape.NoFrame)
        self.recent.chosen.connect(self.open_wanted)
        self.recent.forgotten.connect(self._forget)
        self._checks = QGridLayout()
        self.check_again = quiet_button("Check again", theme, icon_name=IconName.AGAIN)
        self.check_again.clicked.connect(self.look_over)
        self.setWidget(self._page())
        self._draw_sample()
        self.look_over()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  (Qt's name)
        """Give the keyboard to the main button."""
        super().showEvent(event)
        self.sample.setFocus()

    def look_over(self) -> None:
        """Look at the computer again, off the window's thread."""
        self._desktop.background.run(
            "Looking at this computer",
            lambda _progress, _cancelled: check_computer(),
            done=self._show_checks,
            quiet=True,
            owner=self,
        )

    def _page(self) -> QWidget:
        page, inside = QWidget(), QWidget()
        inside.setMaximumWidth(scaled_px(_MAX_WIDTH_PX))
        outer = QHBoxLayout(page)
        outer.addStretch(1)
        outer.addWidget(inside, 100)
        outer.addStretch(1)
        column = QVBoxLayout(inside)
        column.setContentsMargins(*[scaled_px(24)] * 4)
        column.setSpacing(scaled_px(4))
        column.addStretch(1)
        title = "Sound for picture, made where it is missing"
        column.addWidget(label(title, size_px=26, bold=True, wraps=True))
        words = (
            "Open a film, mark a stretch of time, and have sound generated, inpainted or "
            "continued there. Your files are never written to."
        )
        column.addWidget(label(words, size_px=13, kind="dim", wraps=True))
        column.addSpacing(scaled_px(20))
        grid = QGridLayout()
        grid.setSpacing(scaled_px(20))
        grid.setColumnStretch(0, 13)
        grid.setColumnStretch(1, 7)
        right = QVBoxLayout()
        right.setSpacing(scaled_px(20))
        right.addWidget(self._drop_area())
        right.addWidget(self._recent_card(), 1)
        grid.addWidget(self._sample_card(), 0, 0)
        grid.addLayout(right, 0, 1)
        grid.addWidget(self._computer_card(), 1, 0)
        grid.addWidget(self._questions_card(), 1, 1)
        column.addLayout(grid)
        column.addStretch(2)
        return page

    def _sample_card(self) -> QWidget:
        theme, recipe = self._desktop.theme, load_recipe()
        steps = QVBoxLayout()
        steps.setSpacing(scaled_px(8))
        head = QHBoxLayout()
        head.addWidget(icon_label(IconName.FILM, theme.text))
        head.addWidget(
            label(f"{recipe.title}, the sample film", size_px=15, bold=True, wraps=True), 1
        )
        steps.addLayout(head)
        steps.addWidget(label(_sample_words(recipe), kind="dim", wraps=True))
        for icon, title, words in _STEPS:
            row = QHBoxLayout()
            row.setSpacing(scaled_px(10))
            row.addWidget(icon_label(icon, theme.dim), 0, Qt.AlignmentFlag.AlignTop)
            texts = QVBoxLayout()
            texts.setSpacing(0)
            texts.addWidget(label(title, bold=True))
            texts.addWidget(label(words, size_px=11, kind="faint", wraps=True))
            row.addLayout(texts, 1)
            steps.addLayout(row)
        steps.addStretch(1)
        upper = QHBoxLayout()
        upper.setSpacing(scaled_px(20))
        upper.addWidget(self.picture, 1, Qt.AlignmentFlag.AlignTop)
        upper.addLayout(steps, 1)
        lower = QHBoxLayout()
        lower.setSpacing(scaled_px(16))
        lower.addWidget(self.sample)
        words = "About five minutes from fault to finished film. Needs no model and no network."
        lower.addWidget(label(words, kind="dim", wraps=True), 1)
        return _card(upper, lower)

    def _drop_area(self) -> QWidget:
        theme = self._desktop.theme
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for action_id, words in (("file.open", "Open film…"), ("file.new", "New project…")):
            buttons.addWidget(self._action_button(action_id, words))
        buttons.addStretch(1)
        parts: list[QWidget | QLayout] = [
            _centred(icon_label(IconName.FOLDER, theme.dim, size_px=24)),
            _centred(label("Drop a film here", size_px=15, bold=True)),
            _centred(label("Any film or sound file.", kind="dim")),
            buttons,
        ]
        area = _card(*parts)
        area.setObjectName("drop")
        area.setStyleSheet(
            f"#drop {{ background: {theme.panel}; border: 2px dashed {theme.line_strong};"
            " border-radius: 4px; }"
        )
        return area

    def _action_button(self, action_id: str, words: str) -> KeyButton:
        actions = self._desktop.actions
        keys = actions.keymap.keys_of(action_id)
        key = shown_key(keys[0]) if keys else ""
        button = plain_button(words, self._desktop.theme, key=key)
        button.clicked.connect(lambda: actions.trigger(action_id))
        return button

    def _recent_card(self) -> QWidget:
        self._nothing_recent = _centred(label("Nothing here yet.", kind="dim"))
        self._nothing_words = _centred(
            label(
                "Projects you open are listed here, with their last picture.",
                size_px=11,
                kind="faint",
            )
        )
        card = _card(
            label("Recent projects", kind="dim", bold=True),
            self.recent,
            self._nothing_recent,
            self._nothing_words,
        )
        self.recent.setMinimumHeight(scaled_px(96))
        self.recent.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._show_recent()
        return card

    def _computer_card(self) -> QWidget:
        head = QHBoxLayout()
        head.addWidget(label("This computer", kind="dim", bold=True))
        head.addStretch(1)
        head.addWidget(self.check_again)
        self._checks.setColumnStretch(2, 1)
        self._checks.setHorizontalSpacing(scaled_px(12))
        self._checks.setVerticalSpacing(scaled_px(10))
        return _card(head, self._checks)

    def _questions_card(self) -> QWidget:
        theme, now = self._desktop.theme, self._desktop.preferences.now
        self.keys: SegmentedControl[str] = SegmentedControl(
            "Keys your hands know",
            (("nle", "Picture editor", IconName.KEYBOARD), ("daw", "Sound workstation", None)),
            theme,
        )
        self.keys.set_value(now.keymap)
        self.keys.chosen.connect(self._choose_keys)
        self.use: SegmentedControl[ProjectUse] = SegmentedControl(
            "New projects are", [(one, USE_NAMES[one], None) for one in ProjectUse], theme
        )
        self.use.set_value(ProjectUse(now.new_project_use))
        self.use.chosen.connect(lambda wanted: self._change(new_project_use=str(wanted)))
        words = "A commercial project refuses sound of models whose weights forbid commercial use."
        return _card(
            label("Two questions", kind="dim", bold=True),
            label("Keys your hands know"),
            self.keys,
            label("New projects are"),
            self.use,
            label(words, size_px=11, kind="faint", wraps=True),
        )

    def _choose_keys(self, keymap: object) -> None:
        self._change(keymap=str(keymap))
        now = self._desktop.preferences.now
        self._desktop.actions.set_keymap(keymap_of(now.keymap, now.key_overrides))

    def _change(self, **values: object) -> None:
        try:
            self._desktop.preferences.change(**values)
        except PrismDeskError as error:
            self._desktop.messages.error(error)

    def _recent(self) -> tuple[RecentProject, ...]:
        return recent_projects(self._desktop.preferences.now.recent_projects)

    def _forget(self, path: Path) -> None:
        kept = without_recent(self._desktop.preferences.now.recent_projects, path)
        self._change(recent_projects=kept)
        self._show_recent()

    def _show_recent(self) -> None:
        has_some = self.recent.count() > 0
        self.recent.setVisible(has_some)
        for one in (self._nothing_recent, self._nothing_words):
            one.setVisible(not has_some)

    def _show_checks(self, checks: tuple[ComputerCheck, ...]) -> None:
        theme = self._desktop.theme
        while (item := self._checks.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for row, check in enumerate(checks):
            name, colour, means = IconName.CHECK_CIRCLE, theme.good, "all is well"
            if not check.is_well:
                name, colour, means = IconName.WARNING, theme.warning, "look at this"
            self._checks.addWidget(icon_label(name, colour, means=means), row, 0)
            self._checks.addWidget(label(check.what), row, 1)
            self._checks.addWidget(label(check.found, kind="dim", wraps=True), row, 2)

    def _draw_sample(self) -> None:
        self._desktop.background.run(
            "Drawing the sample film's picture",
            lambda _progress, _cancelled: draw_sample_image(),
            done=self.picture.show_image,
            quiet=True,
            owner=self.picture,
        )


def _sample_words(recipe: Recipe) -> str:
    seconds = recipe.picture.frames / recipe.picture.frames_per_second
    clicks = len(recipe.defects.clicks_at_samples)
    return (
        f"{seconds:.0f} s with faults put in on purpose: a dropout, a hole, "
        f"{clicks} {'click' if clicks == 1 else 'clicks'}, and sound that ends before the picture."
    )


def _card(*parts: QWidget | QLayout) -> QFrame:
    card = QFrame()
    card.setProperty("kind", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(*[scaled_px(16)] * 4)
    column.setSpacing(scaled_px(12))
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    column.addStretch(1)
    return card


def _centred(one: QWidget) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    row.addWidget(one)
    row.addStretch(1)
    return box

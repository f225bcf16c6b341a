"""What stands beside the cards: what is looked for, how full the disk is, and what can be added."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from prismdesk.session.model_words import size_words
from prismdesk.ui.icons import IconName
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, wrapped_label
from prismdesk.ui.widgets.buttons import plain_button, quiet_button
from prismdesk.ui.widgets.labels import section_label
from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from PySide6.QtCore import QSize
    from PySide6.QtWidgets import QAbstractButton

    from prismdesk.ui.models.listing import Listing
    from prismdesk.ui.theme import Theme

ALL = "All"
_WIDTH_PX = 176
_MARGIN_PX = 14
_ALLOWED = "Allowed in this project"
_NO_LIMIT = 16_777_215


class SideColumn(QWidget):
    """Says what is looked for; ``changed`` follows whenever that does.

    Args:
        theme: colours.
    """

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._counts: dict[str, int] = {}
        self.search = QLineEdit()
        self.search.setFont(ui_font(12))
        self.search.setPlaceholderText("Find a model")
        self.search.setAccessibleName("Find a model")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.changed)
        self.purposes: dict[str, FilterRow] = {}
        self._group = QButtonGroup(self)
        self._group.buttonClicked.connect(self._choose)
        self._rows = column(spacing_px=0)
        self.purpose_box = QComboBox()
        self.purpose_box.setFont(ui_font(12))
        self.purpose_box.setAccessibleName("What it is for")
        self.purpose_box.textActivated.connect(self._choose_in_box)
        self.only_allowed = _tick(_ALLOWED)
        self.only_installed = _tick("Installed")
        self.only_fitting = _tick("Fits this GPU")
        self.only_fitting.setToolTip("A region of 8 s fits the memory as a whole.")
        for tick in (self.only_allowed, self.only_installed, self.only_fitting):
            tick.toggled.connect(self.changed)
        self.disk_bar = ShareBar("Models on the disk")
        self.disk = wrapped_label(kind="faint")
        self.disk.setFont(ui_font(11))
        self.add = plain_button("Add a checkpoint…", theme, icon_name=IconName.PLUS)
        self.use_folder = plain_button("Use a folder…", theme, icon_name=IconName.FOLDER)
        self.policy = quiet_button("Licence policy…", theme, icon_name=IconName.SCALES)
        self.add.setToolTip("Make a weight file of your own a model that regions can use.")
        self.use_folder.setToolTip(
            "Have weights looked for in a folder: the publishers', ComfyUI's, or one of your own."
        )
        self.policy.setToolTip("See which file says what models may be used for, and choose one.")
        self._lay_out()
        self.show_counts({})
        self.purpose = ALL

    def show_counts(self, counts: dict[str, int]) -> None:
        """Show how many models there are for each purpose; the first is all of them."""
        if counts == self._counts and self.purposes:
            return
        self._counts = counts
        for name in [one for one in self.purposes if one not in (ALL, *counts)]:
            gone = self.purposes.pop(name)
            self._group.removeButton(gone)
            gone.deleteLater()
        for name in (ALL, *counts):
            if name not in self.purposes:
                row = self.purposes[name] = FilterRow(name, self._theme)
                self._group.addButton(row)
                self._rows.addWidget(row)
            self.purposes[name].show_count(counts.get(name, 0))
        self.purposes[ALL].setChecked(self._group.checkedButton() is None)
        if self._group.checkedButton() is None:
            self.purposes[ALL].setChecked(True)
        chosen = self.purpose_box.currentText()
        self.purpose_box.clear()
        self.purpose_box.addItems([ALL, *(name for name in counts if name != ALL)])
        self.purpose_box.setCurrentText(chosen or ALL)

    def show_disk(self, listing: Listing) -> None:
        """Show how much models take, and what is free beside them."""
        free = listing.free_bytes
        whole = listing.disk_bytes + (free or 0)
        self.disk_bar.setValue(round(1000 * listing.disk_bytes / whole) if whole else 0)
        words = f"{size_words(listing.disk_bytes)} of models"
        self.disk.setText(words if free is None else f"{words}, {size_words(free)} free")

    def set_compact(self, is_compact: bool) -> None:
        """Take a few lines above the cards instead of a column beside them."""
        self._list.setVisible(not is_compact)
        self.purpose_box.setVisible(is_compact)
        self._disk_part.setVisible(not is_compact)
        direction = (
            QBoxLayout.Direction.LeftToRight if is_compact else QBoxLayout.Direction.TopToBottom
        )
        self._ticks_title.setVisible(not is_compact)
        for layout in (self._top, self._ticks, self._buttons):
            layout.setDirection(direction)
        for button, words, short in (
            (self.add, "Add a checkpoint…", "Add…"),
            (self.use_folder, "Use a folder…", "Folder…"),
            (self.policy, "Licence policy…", "Policy…"),
        ):
            button.setText(short if is_compact else words)
            button.setAccessibleName(words)
        self.only_allowed.setText("Allowed here" if is_compact else _ALLOWED)
        self.only_allowed.setAccessibleName(_ALLOWED)
        self._whole.setSpacing(scaled_px(8 if is_compact else 14))
        self._bottom.setSpacing(scaled_px(8 if is_compact else 14))
        width = scaled_px(_WIDTH_PX) + 2 * scaled_px(_MARGIN_PX)
        self.setMinimumWidth(0 if is_compact else width)

    def _choose(self, button: QAbstractButton) -> None:
        self._set_purpose(button.text())

    def _choose_in_box(self, name: str) -> None:
        self._set_purpose(name)

    def _set_purpose(self, name: str) -> None:
        self.purpose = name
        self.purposes[name].setChecked(True)
        self.purpose_box.setCurrentText(name)
        self.changed.emit()

    def _lay_out(self) -> None:
        margin = scaled_px(_MARGIN_PX)
        self._list = QWidget()
        listed = column(section_label("What it is for"), spacing_px=4)
        listed.addLayout(self._rows)
        self._list.setLayout(listed)
        self._ticks_title = section_label("Show only")
        self._ticks: QVBoxLayout = column(
            self._ticks_title, self.only_allowed, self.only_installed, self.only_fitting,
            spacing_px=6,
        )  # fmt: skip
        self._buttons: QVBoxLayout = column(self.add, self.use_folder, self.policy, spacing_px=6)
        self._disk_part = QWidget()
        self._disk_part.setLayout(
            column(section_label("On disk"), self.disk_bar, self.disk, spacing_px=4)
        )
        self._top = column(self.search, self.purpose_box, spacing_px=8)
        self._bottom = column(spacing_px=14)
        self._bottom.addLayout(self._ticks)
        self._bottom.addStretch(1)
        self._bottom.addWidget(self._disk_part)
        self._bottom.addLayout(self._buttons)
        whole = self._whole = column(spacing_px=14)
        whole.setContentsMargins(margin, 12, margin, 12)
        whole.addLayout(self._top)
        whole.addWidget(self._list)
        whole.addLayout(self._bottom, 1)
        self.setLayout(whole)


class SideArea(QScrollArea):
    """Scrolls the column where it is lower than what stands in it.

    Args:
        side: the column.
    """

    def __init__(self, side: SideColumn) -> None:
        super().__init__()
        self._side = side
        self.setWidget(side)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def set_compact(self, is_compact: bool) -> None:
        """Stand above the cards, as high as the column, or beside them, as wide."""
        self._side.set_compact(is_compact)
        if is_compact:
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self.setMinimumWidth(0)
            self.setMaximumWidth(_NO_LIMIT)
            self.setFixedHeight(self._side.minimumSizeHint().height())
        else:
            self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
            self.setMinimumHeight(0)
            self.setMaximumHeight(_NO_LIMIT)
            bar = self.verticalScrollBar().sizeHint().width()
            least = max(self._side.minimumSizeHint().width(), self._side.minimumWidth())
            self.setFixedWidth(least + bar)


class FilterRow(QPushButton):
    """One purpose, and at its right how many models have it.

    Args:
        name: of the purpose.
        theme: colours.
    """

    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__(name)
        self._theme = theme
        self._count = ""
        self.setFont(ui_font(12))
        self.setCheckable(True)
        self.setProperty("kind", "row")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_count(self, count: int) -> None:
        """Show how many there are."""
        self._count = str(count)
        self.setAccessibleName(f"{self.text()}, {count}")
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for the name and the figure."""
        hint = super().sizeHint()
        hint.setWidth(hint.width() + QFontMetrics(self.font()).horizontalAdvance(" 000"))
        return hint

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Paint the button as ever, and the figure at its right."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(QColor(self._theme.text if self.isChecked() else self._theme.dim))
        box = QRect(self.rect()).adjusted(0, 0, -scaled_px(10), 0)
        painter.drawText(
            box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._count
        )


def _tick(words: str) -> QCheckBox:
    tick = QCheckBox(words)
    tick.setFont(ui_font(12))
    return tick

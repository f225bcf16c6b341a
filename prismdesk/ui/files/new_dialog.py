"""A new project: from which film, under which name, where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from prismdesk.errors import PrismDeskError
from prismdesk.project.model import ProjectUse
from prismdesk.project.store.folder import project_file_in
from prismdesk.session.importing import DEFAULT_RATE_HZ
from prismdesk.session.opening import name_for
from prismdesk.session.use_words import USE_NAMES
from prismdesk.ui.files.file_kinds import FILM_ENDINGS, SOUND_ENDINGS, name_filter
from prismdesk.ui.labels import label
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.buttons import main_button, plain_button
from prismdesk.ui.widgets.fields import ChoiceField
from prismdesk.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from prismdesk.ui.theme import Theme

_RATES_HZ = (44_100, 48_000, 96_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProject:
    """What was asked for; ``film`` None begins without one, at ``rate_hz``; ``use`` is its own."""

    film: Path | None
    name: str
    folder: Path
    rate_hz: int = DEFAULT_RATE_HZ
    use: ProjectUse = ProjectUse.NON_COMMERCIAL


class NewDialog(QDialog):
    """Asks for film, name and place; ``wanted`` sends a ``NewProject``."""

    wanted = Signal(object)

    def __init__(
        self,
        theme: Theme,
        place: Path,
        parent: QWidget | None = None,
        *,
        use: ProjectUse = ProjectUse.NON_COMMERCIAL,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("New project")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._named_by_film = True
        self.begin: SegmentedControl[bool] = SegmentedControl(
            "Begin", ((True, "From a film", None), (False, "Empty", None)), theme
        )
        self.begin.set_value(True)
        self.film, self.name, self.place = QLineEdit(), QLineEdit(), QLineEdit(str(place))
        for field, what in ((self.film, "Film"), (self.name, "Name"), (self.place, "Place")):
            field.setFont(ui_font(12))
            field.setAccessibleName(what)
        self.rate = ChoiceField("Rate", [(hz, f"{hz / 1000:g} kHz") for hz in _RATES_HZ])
        self.rate.set_value(DEFAULT_RATE_HZ)
        self.use: SegmentedControl[ProjectUse] = SegmentedControl(
            "This project is", [(one, USE_NAMES[one], None) for one in ProjectUse], theme
        )
        self.use.set_value(use)
        self.why_not = label("", kind="dim", wraps=True)
        self.make = main_button("Make project", theme)
        self._film_row = _row(self.film, plain_button("Choose…", theme), self._choose_film)
        self._place_row = _row(self.place, plain_button("Choose…", theme), self._choose_place)
        self._film_title = label("Film", kind="dim")
        self._rate_title = label("Rate", kind="dim")
        self._lay_out(theme)
        self._tie()
        self._refresh()
        self.setMinimumWidth(scaled_px(560))

    def why(self) -> str:
        """Return why no project can be made of this, "" if one can."""
        film = self._film()
        if self.begin.value and film is None:
            return "Choose a film, or begin empty."
        if film is not None and not film.is_file():
            return f"There is no file {film}; choose another."
        try:
            path = project_file_in(self._folder(), self.name.text().strip())
        except PrismDeskError as error:
            return str(error)
        if not Path(self.place.text().strip()).expanduser().is_dir():
            return "The place isn't a folder; choose another."
        folder = path.parent
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            return f"{folder} is there already; choose another name."
        return ""

    def project(self) -> NewProject:
        """Return what is asked for."""
        return NewProject(
            film=self._film(),
            name=self.name.text().strip(),
            folder=self._folder(),
            rate_hz=int(str(self.rate.value)),
            use=self.use.value or ProjectUse.NON_COMMERCIAL,
        )

    def _film(self) -> Path | None:
        text = self.film.text().strip()
        return Path(text).expanduser() if text and self.begin.value else None

    def _folder(self) -> Path:
        return Path(self.place.text().strip()).expanduser() / self.name.text().strip()

    def _lay_out(self, theme: Theme) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(scaled_px(16))
        grid.setVerticalSpacing(scaled_px(12))
        grid.setColumnStretch(1, 1)
        rows: tuple[tuple[QWidget, QWidget], ...] = (
            (label("Begin", kind="dim"), self.begin),
            (self._film_title, self._film_row),
            (self._rate_title, self.rate),
            (label("Name", kind="dim"), self.name),
            (label("Place", kind="dim"), self._place_row),
            (label("This project is", kind="dim"), self.use),
        )
        for row, (title, content) in enumerate(rows):
            grid.addWidget(title, row, 0)
            grid.addWidget(content, row, 1)
        cancel = plain_button("Cancel", theme)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(self.why_not, 1)
        foot.addWidget(self.make)
        foot.addWidget(cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[scaled_px(16)] * 4)
        column.setSpacing(scaled_px(16))
        column.addLayout(grid)
        column.addWidget(
            label(
                "A folder of this name is made there; the film stays where it is and is never "
                "written to.",
                kind="faint",
                size_px=11,
                wraps=True,
            )
        )
        column.addLayout(foot)

    def _tie(self) -> None:
        self.begin.chosen.connect(self._refresh)
        self.film.textChanged.connect(self._take_name)
        self.name.textEdited.connect(self._keep_name)
        self.name.textChanged.connect(self._refresh)
        self.place.textChanged.connect(self._refresh)
        self.make.setDefault(True)
        self.make.clicked.connect(self._accept)

    def _take_name(self, text: str) -> None:
        if self._named_by_film and text.strip():
            self.name.setText(name_for(Path(text.strip())))
        self._refresh()

    def _keep_name(self) -> None:
        self._named_by_film = False

    def _refresh(self) -> None:
        from_film = bool(self.begin.value)
        for widget in (self._film_title, self._film_row):
            widget.setVisible(from_film)
        for widget in (self._rate_title, self.rate):
            widget.setVisible(not from_film)
        reason = self.why()
        self.make.setEnabled(not reason)
        self.make.setAccessibleDescription(reason)
        self.why_not.setText(reason)

    def _accept(self) -> None:
        if not self.why():
            self.wanted.emit(self.project())
            self.accept()

    def _choose_film(self) -> None:
        endings = FILM_ENDINGS | SOUND_ENDINGS
        name, _ = QFileDialog.getOpenFileName(
            self, "Film", "", f"{name_filter('Films and sounds', endings)};;All files (*)"
        )
        if name:
            self.film.setText(name)

    def _choose_place(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "Place", self.place.text())
        if name:
            self.place.setText(name)


def _row(field: QLineEdit, button: QWidget, do: object) -> QWidget:
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(scaled_px(8))
    row.addWidget(field, 1)
    row.addWidget(button)
    button.setProperty("autoDefault", False)
    button.clicked.connect(do)  # type: ignore[attr-defined]  # a button, whichever kind
    return box

"""The settings of an export, and what they come to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from prismdesk.errors import PrismDeskError
from prismdesk.media.export import SoundCodec
from prismdesk.media.export.plan import CONTAINERS, choose_codec, choose_container
from prismdesk.media.export.sound_files import part_files
from prismdesk.media.export.stems_export import heard_buses
from prismdesk.project.lookup import picture_of, region_of
from prismdesk.session.delivery import Delivery, DeliveryKind
from prismdesk.ui.export.presets import ExportPreset
from prismdesk.ui.export.scope import MARKED, REGION, WHOLE, ExportScope
from prismdesk.ui.export.words import CODEC_WORDS, picture_words, sound_words
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.labels import icon_label, label
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.fields import ChoiceField
from prismdesk.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout

    from prismdesk.project.ids import RegionId
    from prismdesk.project.timebase import SampleRange
    from prismdesk.ui.theme import Theme


class ExportForm(QWidget):
    """Shows the settings of one kind of export; ``changed`` follows every change.

    Args:
        scope: what is exported.
        theme: the colours.
    """

    changed = Signal()

    def __init__(self, scope: ExportScope, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scope = scope
        self._theme = theme
        self._preset: ExportPreset | None = None
        self._titles: list[tuple[str, QWidget]] = []
        self.file = QLineEdit()
        self.file.setFont(ui_font(12))
        self.file.setAccessibleName("File")
        self.choose = plain_button("Choose…", theme)
        self.choose.setAutoDefault(False)
        self.range: SegmentedControl[int] = SegmentedControl(
            "Range",
            (
                (WHOLE, "Whole film", None),
                (MARKED, "In to out", None),
                (REGION, "Selected region", None),
            ),
            theme,
        )
        self.range.set_value(WHOLE)
        for which in (WHOLE, MARKED, REGION):
            button = self.range.button(which)
            button.setAutoDefault(False)
            # The chosen one is bold.
            room = QFontMetrics(ui_font(12, bold=True)).horizontalAdvance(button.text())
            button.setMinimumWidth(room + scaled_px(26))
        self.codec = ChoiceField("New mix")
        self.keep = QRadioButton("Keep it beside the new mix")
        self.leave = QRadioButton("Leave it out")
        self.report = QCheckBox("Report and credits, as text, JSON and CSV")
        self.timeline = QCheckBox("Timeline for other editors (OTIO)")
        for one in (self.keep, self.leave, self.report, self.timeline):
            one.setFont(ui_font(12))
        self._files = label("", kind="faint", size_px=11, wraps=True)
        self._span = label("", fixed=True)
        self._picture = label("", wraps=True)
        self._mix = label("", wraps=True)
        self._sound = label("", kind="faint", size_px=11)
        self._licence_icon = icon_label(IconName.CHECK_CIRCLE, theme.good)
        self._licence = label("", wraps=True)
        self.show_refused = plain_button("Show them", theme)
        self.replace_refused = plain_button("Make them again with Ambience", theme)
        for button in (self.show_refused, self.replace_refused):
            button.setAutoDefault(False)
        self._lay_out()
        self._tie()

    def take_preset(self, preset: ExportPreset) -> None:
        """Set everything as a preset has it; a folder the user chose stays."""
        typed = Path(self.file.text().strip())
        folder = typed.parent if self._preset is not None else self._scope.folder
        self._preset = preset
        self.file.setText(str(folder / preset.file_name(self._scope.project.name)))
        self.keep.setChecked(preset.keep_original)
        self.leave.setChecked(not preset.keep_original)
        self.report.setChecked(preset.writes_report)
        self.timeline.setChecked(preset.writes_timeline)
        self._fill_codecs(preset.codec)
        self._show()

    def refused_regions(self) -> tuple[RegionId, ...]:
        """Return the regions in the range that sound what doesn't fit the project, each once."""
        clips = self._scope.refused(self._licence_span())
        return tuple(dict.fromkeys(clip.region.id for clip in clips))

    @property
    def kind(self) -> DeliveryKind:
        """What is exported."""
        return self._preset.kind if self._preset is not None else DeliveryKind.FILM

    def delivery(self) -> Delivery:
        """Return the export as it is set."""
        kind = self.kind
        span = self._scope.span(kind, self._which)
        return Delivery(
            kind=kind,
            out=self._out(),
            codec=self._codec() if kind is DeliveryKind.FILM else None,
            range=None if kind is DeliveryKind.REGIONS else span,
            region_ids=self._regions() if kind is DeliveryKind.REGIONS else (),
            keep_original=self.keep.isChecked(),
            writes_report=self.report.isChecked(),
            writes_timeline=self.timeline.isChecked(),
        )

    def as_preset(self, name: str) -> ExportPreset:
        """Return the settings under a name."""
        assert self._preset is not None
        codec = self._codec() if self.kind is DeliveryKind.FILM else None
        return ExportPreset(
            name=name,
            about=CODEC_WORDS[codec] if codec else self._preset.about,
            kind=self.kind,
            ending=self._out().suffix.lower() or self._preset.ending,
            codec=codec,
            keep_original=self.keep.isChecked(),
            writes_report=self.report.isChecked(),
            writes_timeline=self.timeline.isChecked(),
            suffix=self._preset.suffix,
        )

    def why_not(self) -> str:
        """Return why this can't be exported as it is set, "" if it can."""
        out = self._out()
        reason = self._scope.why_not(self.kind)
        if reason:
            return reason
        if not out.stem or not out.is_absolute():
            return "Give the file a name and a folder."
        if not out.parent.is_dir() and not out.parent.parent.is_dir():
            return f"The folder {out.parent} doesn't exist; choose another."
        if out.is_dir():
            return f"{out} is a folder; give the file a name."
        if self.kind is DeliveryKind.FILM:
            try:
                choose_codec(choose_container(out), self._codec())
            except PrismDeskError as error:
                return str(error)
        if self.kind is DeliveryKind.STEMS and not heard_buses(self._scope.project):
            return "No track is heard, so there are no stems; unmute one."
        if self.kind is DeliveryKind.REGIONS and not self._regions():
            return "No region lies in this range."
        if self._scope.refused(self._licence_span()):
            return "Some of what is heard doesn't fit this project; see Licences."
        return ""

    def summary(self) -> list[tuple[str, str]]:
        """Return the settings as (name, words), for showing while they can't be changed."""
        rows = [("File", self.file.text()), ("Range", self._range_words())]
        if self.kind is DeliveryKind.FILM:
            original = "Kept beside the new mix" if self.keep.isChecked() else "Left out"
            rows += [
                ("Picture", self._picture.text()),
                ("New mix", f"{self.codec.currentText()}, {self._sound.text()}"),
                ("Original track", original),
            ]
        else:
            rows.append(("New mix", self._mix.text()))
        also = [box.text() for box in (self.report, self.timeline) if box.isChecked()]
        return [
            *rows,
            ("Also write", "; ".join(also) or "Nothing"),
            ("Licences", self._licence.text()),
        ]

    @property
    def _which(self) -> int:
        return self.range.value or WHOLE

    def _set_reason(self, which: int, why_not: str) -> None:
        button = self.range.button(which)
        button.setEnabled(not why_not)
        button.setToolTip(why_not)
        button.setAccessibleDescription(why_not)

    def _out(self) -> Path:
        text = self.file.text().strip()
        out = Path(text).expanduser() if text else Path()
        if text and self.kind is not DeliveryKind.FILM and out.suffix.lower() != ".wav":
            out = out.with_name(f"{out.name}.wav")
        return out

    def _codec(self) -> SoundCodec | None:
        # Qt hands a plain text back.
        return None if self.codec.value is None else SoundCodec(str(self.codec.value))

    def _regions(self) -> tuple[RegionId, ...]:
        return self._scope.region_ids(self._which)

    def _licence_span(self) -> SampleRange:
        span = self._scope.span(self.kind, self._which)
        return span or self._scope.whole(self.kind)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(scaled_px(16))
        grid.setVerticalSpacing(scaled_px(12))
        grid.setColumnStretch(1, 1)
        file = _row(self.file, self.choose)
        file.setStretch(0, 1)
        self._add(grid, "File", _column(file, self._files))
        self._add(grid, "Range", _column(_row(self.range, stretch=True), self._span))
        self._add(grid, "Picture", self._picture)
        self._add(grid, "New mix", _column(_row(self.codec, self._sound, stretch=True), self._mix))
        original = _column(
            _row(
                self.keep,
                label("every sound of the film, bit for bit", kind="faint", size_px=11),
                stretch=True,
            ),
            _row(
                self.leave,
                label("the film's file is never changed", kind="faint", size_px=11),
                stretch=True,
            ),
        )
        self._add(grid, "Original track", original)
        self._add(grid, "Also write", _column(self.report, self.timeline))
        words = _row(self._licence_icon, self._licence)
        words.setAlignment(self._licence_icon, Qt.AlignmentFlag.AlignTop)
        words.setStretch(1, 1)
        licence = _column(words, _row(self.show_refused, self.replace_refused, stretch=True))
        self._add(grid, "Licences", licence)
        grid.setRowStretch(grid.rowCount(), 1)

    def _add(self, grid: QGridLayout, title: str, content: QWidget | QLayout) -> None:
        if isinstance(content, QWidget):
            box = content
        else:
            box = QWidget()
            box.setLayout(content)
            content.setContentsMargins(0, 0, 0, 0)
        name = label(title, kind="dim")
        name.setContentsMargins(0, scaled_px(3), 0, 0)
        row = grid.rowCount()
        grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(box, row, 1)
        self._titles.append((title, name))
        self._titles.append((title, box))

    def _tie(self) -> None:
        self.choose.clicked.connect(self._choose_file)
        self.file.textChanged.connect(self._ending_changed)
        self.range.chosen.connect(self._show)
        self.codec.currentIndexChanged.connect(self._show)
        for one in (self.keep, self.report, self.timeline):
            one.toggled.connect(self._show)

    def _choose_file(self) -> None:
        endings = "*.wav"
        if self.kind is DeliveryKind.FILM:
            endings = " ".join(f"*{ending}" for ending in CONTAINERS)
        # The window says itself that a file is there; it isn't asked about twice.
        options = QFileDialog.Option.DontConfirmOverwrite
        name, _ = QFileDialog.getSaveFileName(
            self, "Export as", self.file.text(), f"Files ({endings})", options=options
        )
        if name:
            self.file.setText(name)

    def _ending_changed(self) -> None:
        if self.kind is DeliveryKind.FILM:
            self._fill_codecs(self._codec())
        self._show()

    def _fill_codecs(self, wanted: SoundCodec | None) -> None:
        container = CONTAINERS.get(self._out().suffix.lower())
        codecs = container.codecs if container else ()
        self.codec.blockSignals(True)
        self.codec.set_choices([(codec, CODEC_WORDS[codec]) for codec in codecs])
        self.codec.set_value(wanted)
        self.codec.blockSignals(False)

    def _show(self) -> None:
        """Bring all words in line with the settings."""
        kind, scope = self.kind, self._scope
        is_film = kind is DeliveryKind.FILM
        for title, widget in self._titles:
            if title in ("Picture", "Original track"):
                widget.setVisible(is_film)
        for widget in (self.codec, self._sound):
            widget.setVisible(is_film)
        self._mix.setVisible(not is_film)
        whole = "All regions" if kind is DeliveryKind.REGIONS else "Whole film"
        self.range.button(WHOLE).setText(whole)
        no_marks = "" if scope.marked else "Mark in and out first, with I and O."
        self._set_reason(MARKED, no_marks)
        self._set_reason(REGION, "" if scope.region_id else "Select a region first.")
        picture = picture_of(scope.project)
        self._picture.setText(picture_words(picture) if picture else "None")
        sound = sound_words(scope.project.rate_hz, scope.project.layout)
        self._sound.setText(sound)
        self._mix.setText(f"WAV, 32-bit float, {sound}, with its place in the day")
        self._span.setText(self._range_words())
        self._files.setText(self._files_words())
        self._files.setVisible(bool(self._files.text()))
        fits, words = scope.licences(self._licence_span())
        self._licence.setText(words)
        for button in (self.show_refused, self.replace_refused):
            button.setVisible(not fits)
        name, colour = (
            (IconName.CHECK_CIRCLE, self._theme.good)
            if fits
            else (IconName.PROHIBIT, self._theme.error)
        )
        self._licence_icon.setPixmap(icon_pixmap(name, colour, pixel_ratio=2))
        self._licence_icon.setAccessibleName("fits" if fits else "refused")
        self.changed.emit()

    def _range_words(self) -> str:
        times = self._scope.times
        if self.kind is DeliveryKind.REGIONS:
            chosen = [region_of(self._scope.project, one).name for one in self._regions()]
            return f"{len(chosen)} {'region' if len(chosen) == 1 else 'regions'}"
        span = self._licence_span()
        first, last = times.timecode(span.start_samples), times.timecode(span.end_samples)
        return f"{first}  to  {last}   {times.length_words(span.length_samples)}"

    def _files_words(self) -> str:
        out = self._out()
        if not out.stem:
            return ""
        names = [out.name]
        if self.kind is DeliveryKind.STEMS:
            buses = heard_buses(self._scope.project)
            names = [part.path.name for part in part_files(out, (b.kind.value for b in buses))]
        elif self.kind is DeliveryKind.REGIONS:
            names = [f"{out.stem} 01 NAME.wav and so on"]
        there = [name for name in names if (out.parent / name).exists()]
        words = "" if names == [out.name] else ", ".join(names)
        if there:
            words = f"{words}  " if words else ""
            words += f"{', '.join(there)} is there and will be replaced by the new one."
        return words


def _row(*widgets: QWidget, stretch: bool = False) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(scaled_px(8))
    for widget in widgets:
        row.addWidget(widget)
    if stretch:
        row.addStretch(1)
    return row


def _column(*parts: QWidget | QLayout) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(scaled_px(4))
    for part in parts:
        if isinstance(part, QWidget):
            column.addWidget(part)
        else:
            column.addLayout(part)
    return column

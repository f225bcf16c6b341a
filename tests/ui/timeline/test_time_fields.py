from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from prismdesk.project.timebase import SampleRange
from prismdesk.ui.messages import Messages
from prismdesk.ui.selection import Selection
from prismdesk.ui.theme import DARK
from prismdesk.ui.timeline.time_fields import TimeField, TimeFields
from tests.builders import TEN_SECONDS
from tests.ui.desktop import a_document
from tests.ui.timeline.canvas_scene import a_desktop

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

SECOND = 48_000


@pytest.fixture
def selection() -> Selection:
    made = Selection()
    made.set_span(SampleRange(SECOND, 3 * SECOND))
    return made


@pytest.fixture
def fields(qtbot: QtBot, tmp_path: Path, selection: Selection) -> TimeFields:
    messages = Messages()
    document = a_document(tmp_path / "project", messages)
    desktop = a_desktop(tmp_path, DARK, messages)
    made = TimeFields(document, selection, desktop)

    def end(_: object) -> None:
        document.close()
        desktop.background.close()

    qtbot.addWidget(made, before_close_func=end)
    made.show()
    return made


def _type(field: TimeField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)


def _texts(fields: TimeFields) -> tuple[str, str, str]:
    return fields.start.text(), fields.end.text(), fields.length.text()


def test_marked_time_is_shown(fields: TimeFields, selection: Selection) -> None:
    assert _texts(fields) == ("01:00:01:00", "01:00:03:00", "00:00:02:00")
    selection.set_span(None)
    assert _texts(fields) == ("", "", "")


@pytest.mark.parametrize(
    ("name", "typed", "span"),
    [
        ("start", "01:00:02:00", (2, 3)),
        ("start", "+12", (1.5, 3)),
        ("start", "-12", (0.5, 3)),
        ("start", "1000400", (4, 10)),
        ("end", "01:00:04:00", (1, 4)),
        ("end", "+00:00:01:00", (1, 4)),
        ("end", "-24", (1, 2)),
        ("end", "01:00:00:12", (0, 0.5)),
        ("length", "00:00:04:00", (1, 5)),
        ("length", "24", (1, 2)),
        ("length", "+12", (1, 3.5)),
        ("length", "-12", (1, 2.5)),
        ("length", "0.5s", (1, 1.5)),
    ],
)
def test_typed_times_mark(
    fields: TimeFields, selection: Selection, name: str, typed: str, span: tuple[float, float]
) -> None:
    field = getattr(fields, name)
    _type(field, typed)
    start, end = (round(seconds * SECOND) for seconds in span)
    assert selection.span == SampleRange(start, end)
    assert not field.is_refused
    assert fields.start.text() == fields._document.times.timecode(start)


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("start", "soon", "soon"),
        ("start", "01:00:10:00", "film"),
        ("end", "-99", "start"),
        ("end", "01:01:00:00", "ends at"),
        ("length", "00:00:30:00", "film's end"),
        ("length", "-48", "one sample"),
        ("length", "soon", "soon"),
    ],
)
def test_what_cannot_be_read_is_marked_and_explained(
    fields: TimeFields, selection: Selection, name: str, typed: str, words: str
) -> None:
    field = getattr(fields, name)
    before, shown = selection.span, field.text()
    _type(field, typed)
    assert selection.span == before
    assert field.text() == typed
    assert words in field.toolTip()
    assert field.accessibleDescription() == field.toolTip()
    assert DARK.error in field.styleSheet()
    assert len(field.actions()) == 1, "a sign besides the colour"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == shown
    assert not field.is_refused
    assert field.styleSheet() == ""
    assert field.actions() == []


def test_a_length_without_in_mark_is_refused(fields: TimeFields, selection: Selection) -> None:
    selection.set_span(None)
    _type(fields.length, "12")
    assert "in mark first" in fields.length.toolTip()


def test_without_marks_one_end_reaches_the_films(fields: TimeFields, selection: Selection) -> None:
    selection.set_span(None)
    _type(fields.start, "01:00:02:00")
    assert selection.span == SampleRange(2 * SECOND, TEN_SECONDS)
    selection.set_span(None)
    _type(fields.end, "01:00:02:00")
    assert selection.span == SampleRange(0, 2 * SECOND)


def test_an_emptied_field_clears_the_marks(fields: TimeFields, selection: Selection) -> None:
    fields.start.setFocus()
    fields.start.selectAll()
    QTest.keyClick(fields.start, Qt.Key.Key_Delete)
    QTest.keyClick(fields.start, Qt.Key.Key_Return)
    assert selection.span is None


def test_entering_an_unchanged_time_keeps_samples_between_frames(
    fields: TimeFields, selection: Selection
) -> None:
    span = SampleRange(SECOND + 7, 3 * SECOND + 11)
    selection.set_span(span)
    for field in (fields.start, fields.end, fields.length):
        field.setFocus()
        QTest.keyClick(field, Qt.Key.Key_Return)
        _type(field, field.text())
    assert selection.span == span


def test_what_is_being_typed_stays_when_marks_change(
    fields: TimeFields, selection: Selection
) -> None:
    fields.start.setFocus()
    fields.start.selectAll()
    QTest.keyClicks(fields.start, "01:00:0")
    selection.set_span(SampleRange(2 * SECOND, 4 * SECOND))
    assert fields.start.text() == "01:00:0"
    QTest.keyClick(fields.start, Qt.Key.Key_Escape)
    assert fields.start.text() == "01:00:02:00"


def test_fields_are_wide_enough_and_named(fields: TimeFields) -> None:
    names = set()
    for field in (fields.start, fields.end, fields.length):
        wide = field.fontMetrics().horizontalAdvance("00:00:00;00")
        assert field.contentsRect().width() >= wide
        names.add(field.accessibleName())
    assert len(names) == 3

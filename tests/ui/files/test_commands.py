from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import soundfile
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget

from prismdesk.project.edits.tracks import mute_track
from prismdesk.project.store.unsaved import find_unsaved
from prismdesk.sample.film import make_sample_film
from prismdesk.session import demo
from prismdesk.session.opening import create_session, create_unsaved_session
from prismdesk.session.presets import find_preset, own_root
from prismdesk.session.recent import recent_picture_path
from prismdesk.ui.files.commands import FileCommands
from prismdesk.ui.files.drop import FileDrop
from prismdesk.ui.files.file_kinds import FileKind, kind_of
from prismdesk.ui.files.new_dialog import NewDialog
from prismdesk.ui.files.recent_dialog import RecentDialog
from prismdesk.ui.theme import DARK
from tests.adapters.preset_files import write_preset
from tests.builders import a_region
from tests.media.export.films import noise_24, write_film
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.messages import Message
    from tests.ui.files.conftest import PlainHolder

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    window.resize(400, 300)
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def commands(desktop: Desktop, holder: PlainHolder, window: QWidget) -> FileCommands:
    return FileCommands(desktop, holder, window)


def settled(desktop: Desktop, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not desktop.background.tasks, timeout=20_000)


def open_in(holder: PlainHolder) -> Document:
    assert holder.document is not None
    return holder.document


def test_a_film_opens_at_once_without_a_name(
    commands: FileCommands, desktop: Desktop, holder: PlainHolder, film: Path, qtbot: QtBot
) -> None:
    commands.open_files([film])
    settled(desktop, qtbot)

    document = open_in(holder)
    assert document.project.name == "Pier"
    assert not document.session.store.is_named
    assert desktop.preferences.now.recent_projects == ()


def test_a_project_is_marked_as_commercial_as_one_step(
    commands: FileCommands, desktop: Desktop, holder: PlainHolder, film: Path, qtbot: QtBot
) -> None:
    commands.open_files([film])
    settled(desktop, qtbot)
    document = open_in(holder)

    desktop.actions.trigger("file.use_commercial")

    assert document.project.is_commercial
    desktop.actions.refresh()
    assert desktop.actions.action("file.use_commercial").isChecked()
    document.undo()
    assert not document.project.is_commercial


def test_a_project_opens_and_is_remembered(
    commands: FileCommands,
    desktop: Desktop,
    holder: PlainHolder,
    film: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    with create_session(film, tmp_path / "project", name="Storm") as session:
        path = session.store.path

    commands.open_files([path])
    settled(desktop, qtbot)

    assert open_in(holder).project.name == "Storm"
    assert desktop.preferences.now.recent_projects == (str(path),)
    first = QImage(str(recent_picture_path(path)))
    assert (first.width(), first.height()) == (192, 108)

    holder.position_samples = 72_000
    commands.close()
    settled(desktop, qtbot)
    assert QImage(str(recent_picture_path(path))) != first


def test_what_cannot_be_opened_is_a_sentence_and_what_is_open_stays(
    commands: FileCommands,
    desktop: Desktop,
    holder: PlainHolder,
    told: list[Message],
    film: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    commands.open_files([film])
    settled(desktop, qtbot)
    document = open_in(holder)
    (tmp_path / "letter.mov").write_text("no film")

    commands.open_files([tmp_path / "letter.mov"])
    settled(desktop, qtbot)

    assert holder.document is document
    assert "letter.mov" in told[-1].title


def test_a_sound_joins_the_open_project_at_the_playhead(
    commands: FileCommands,
    desktop: Desktop,
    holder: PlainHolder,
    told: list[Message],
    film: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    commands.open_files([film])
    settled(desktop, qtbot)
    holder.position_samples = 48_000
    soundfile.write(tmp_path / "door.wav", noise_24(4_800).T, 48_000)
    commands.open_files([tmp_path / "door.wav"])
    settled(desktop, qtbot)

    document = open_in(holder)
    (clip,) = document.project.tracks[-1].lanes[0].clips
    assert (document.project.tracks[-1].name, clip.start_samples) == ("door", 48_000)
    assert document.label_of_undo == "Import door.wav"
    assert document.wave_of_clip(clip) is not None
    assert "at the playhead" in told[-1].body


def test_saving_says_that_edits_are_kept_anyway(
    commands: FileCommands,
    desktop: Desktop,
    holder: PlainHolder,
    told: list[Message],
    film: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    commands.opener.show(create_session(film, tmp_path / "project", name="Storm"))
    document = open_in(holder)
    track_id = document.project.tracks[0].id
    document.apply("Mute", lambda project: mute_track(project, track_id, True))
    history = document.session.store.history
    assert not history.is_saved

    desktop.actions.trigger("file.save")

    assert open_in(holder).session.store.history.is_saved
    assert told[-1].title == "Storm.prismdesk is saved."


def test_saving_as_moves_an_unnamed_project_and_goes_on_there(
    commands: FileCommands,
    desktop: Desktop,
    holder: PlainHolder,
    film: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    commands.open_files([film])
    settled(desktop, qtbot)

    commands.save_as(tmp_path / "Storm")
    settled(desktop, qtbot)

    store = open_in(holder).session.store
    assert store.path == tmp_path / "Storm" / "Storm.prismdesk"
    assert store.is_named
    assert find_unsaved().sessions == ()
    assert desktop.preferences.now.recent_projects == (str(store.path),)


def test_a_place_that_is_taken_leaves_the_project_open(
    commands: FileCommands,
    desktop: Desktop,
    holder: PlainHolder,
    told: list[Message],
    film: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    commands.opener.show(create_session(film, tmp_path / "project", name="Storm"))
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "letter").touch()

    commands.save_as(tmp_path / "taken")
    settled(desktop, qtbot)
    settled(desktop, qtbot)

    assert "not empty" in told[-1].body
    assert open_in(holder).session.store.path.name == "Storm.prismdesk"


def test_saving_as_cancelled_goes_back_to_what_was_open(
    commands: FileCommands,
    desktop: Desktop,
    holder: PlainHolder,
    film: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    commands.open_files([film])
    settled(desktop, qtbot)
    path = open_in(holder).session.store.path
    desktop.background.started.connect(lambda task: task.cancel())

    commands.save_as(tmp_path / "Storm")
    settled(desktop, qtbot)

    assert open_in(holder).session.store.path == path
    assert not (tmp_path / "Storm").exists()


def test_media_are_collected_as_one_step(
    commands: FileCommands,
    desktop: Desktop,
    holder: PlainHolder,
    told: list[Message],
    film: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    commands.opener.show(create_session(film, tmp_path / "project", name="Storm"))

    desktop.actions.trigger("file.collect")
    settled(desktop, qtbot)

    document = open_in(holder)
    assert document.project.media[0].path == "media/Pier.mov"
    assert document.label_of_undo == "Collect media"
    assert "1 file is copied" in told[-1].body
    assert told[-1].title == "Storm is all in one folder."

    write_preset(own_root() / "planks.safetensors")
    named = ((find_preset("planks").reference, 1.0), ("rain@0123456789ab", 1.0))
    track = document.project.tracks[0]
    region = a_region(adapters=named, track_id=track.id, lane_ids=(track.lanes[0].id,))
    assert document.apply("Region", lambda project: replace(project, regions=(region,)))
    desktop.actions.trigger("file.collect")
    settled(desktop, qtbot)
    assert (document.session.folder / "presets" / "planks.safetensors").is_file()
    assert document.label_of_undo == "Region"
    assert told[-1].title == "Storm is all in one folder, without 1 preset."
    assert "The preset rain (0123456789ab) isn't in the library" in told[-1].body


def test_a_film_that_is_gone_is_told_and_found(
    commands: FileCommands,
    desktop: Desktop,
    holder: PlainHolder,
    told: list[Message],
    film: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    with create_session(film, tmp_path / "project", name="Storm") as session:
        path = session.store.path
    (tmp_path / "elsewhere").mkdir()
    film.rename(tmp_path / "elsewhere" / "reel.mov")

    commands.open_files([path])
    settled(desktop, qtbot)
    assert told[-1].title == "Pier.mov is not where it was."
    assert [words for words, _ in told[-1].buttons] == ["Find it…", "Work without"]
    assert not any("prismdesk relink" in message.body for message in told)

    commands.media.look_in(tmp_path / "elsewhere")
    settled(desktop, qtbot)

    document = open_in(holder)
    assert document.session.film_path() == tmp_path / "elsewhere" / "reel.mov"
    assert told[-1].title == "Found."

    (tmp_path / "empty").mkdir()
    document.undo()
    commands.media.look_in(tmp_path / "empty")
    settled(desktop, qtbot)
    assert told[-1].title == "Pier.mov isn't there."


def test_unsaved_projects_are_offered_and_can_be_discarded(
    commands: FileCommands,
    desktop: Desktop,
    holder: PlainHolder,
    told: list[Message],
    film: Path,
    qtbot: QtBot,
) -> None:
    session = create_unsaved_session(film)
    track_id = session.project.tracks[0].id
    session.store.apply("Mute", lambda project: mute_track(project, track_id, True))
    session.close()

    commands.opener.offer_unsaved()
    settled(desktop, qtbot)
    assert told[-1].title == "“Pier” has no name yet."
    assert told[-1].body.startswith("1 edit is here.")
    open_it, discard = (do for _, do in told[-1].buttons)

    open_it()
    settled(desktop, qtbot)
    assert open_in(holder).project.tracks[0].is_muted
    holder.close_document()
    discard()
    assert find_unsaved().sessions == ()


def test_the_sample_film_is_made_once_and_opened(
    commands: FileCommands,
    desktop: Desktop,
    holder: PlainHolder,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Path] = []

    def make(destination: Path, **fields: object) -> None:
        made.append(destination)
        make_sample_film(destination, recipe=a_short_recipe(4))

    monkeypatch.setattr(demo, "make_sample_film", make)
    for _ in range(2):
        desktop.actions.trigger("file.sample")
        settled(desktop, qtbot)

    assert open_in(holder).project.name == "Harbour, blue hour"
    assert len(made) == 1


def test_closing_asks_only_while_jobs_run(
    commands: FileCommands,
    desktop: Desktop,
    holder: PlainHolder,
    window: QWidget,
    film: Path,
    qtbot: QtBot,
) -> None:
    commands.open_files([film])
    settled(desktop, qtbot)
    holder.jobs_running = 2

    def asked() -> QMessageBox:
        (box,) = window.findChildren(QMessageBox)
        return box

    def answer(verb: str) -> None:
        box = asked()
        button = next(one for one in box.buttons() if one.text() == verb)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: not window.findChildren(QMessageBox))

    commands.close()
    assert asked().informativeText().startswith("2 jobs aren't finished")
    answer("Stay")
    assert open_in(holder).project.name == "Pier"
    assert not commands.may_quit()
    answer("Quit")
    assert not window.isVisible()
    assert commands.may_quit()
    commands.close()
    answer("Close")
    assert holder.document is None


def test_a_new_project_is_made_from_the_dialog_by_keys(
    commands: FileCommands,
    desktop: Desktop,
    holder: PlainHolder,
    window: QWidget,
    film: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    desktop.actions.trigger("file.new")
    dialog = window.findChild(NewDialog)
    assert dialog is not None
    assert dialog.why() == "Choose a film, or begin empty."
    dialog.film.setFocus()
    QTest.keyClicks(dialog.film, str(film))
    assert dialog.name.text() == "Pier"
    dialog.place.setText(str(tmp_path))
    assert dialog.why() == ""
    QTest.keyClick(dialog.film, Qt.Key.Key_Return)
    settled(desktop, qtbot)

    assert open_in(holder).session.store.path == tmp_path / "Pier" / "Pier.prismdesk"


def test_an_empty_project_needs_only_a_name(
    commands: FileCommands, window: QWidget, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = NewDialog(DARK, tmp_path)
    qtbot.addWidget(dialog)
    dialog.begin.button(False).click()
    assert "can't be a project's name" in dialog.why()
    dialog.name.setText("Storm")
    assert dialog.why() == ""
    assert dialog.project().film is None
    (tmp_path / "Storm").write_text("in the way")
    assert "is there already" in dialog.why()


def test_recent_projects_open_by_enter_and_go_by_delete(
    commands: FileCommands,
    desktop: Desktop,
    holder: PlainHolder,
    window: QWidget,
    film: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    with create_session(film, tmp_path / "project", name="Storm") as session:
        desktop.preferences.remember_project(tmp_path / "gone.prismdesk")
        desktop.preferences.remember_project(session.store.path)
    desktop.actions.trigger("file.open_recent")
    dialog = window.findChild(RecentDialog)
    assert dialog is not None

    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert not dialog.open_button.isEnabled()
    QTest.keyClick(dialog.list, Qt.Key.Key_Delete)
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    settled(desktop, qtbot)

    assert open_in(holder).project.name == "Storm"
    assert len(desktop.preferences.now.recent_projects) == 1


def test_files_dropped_on_the_window_are_opened(window: QWidget, tmp_path: Path) -> None:
    dropped: list[Path] = []
    QPushButton("below", window)
    drop = FileDrop(window, dropped.extend, DARK)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "door.wav"))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    action = Qt.DropAction.CopyAction

    enter = QDragEnterEvent(QPoint(9, 9), action, data, buttons, keys)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    assert drop.words == "Drop to add the sound"
    QApplication.sendEvent(window, QDropEvent(QPoint(9, 9), action, data, buttons, keys))

    assert dropped == [tmp_path / "door.wav"]
    assert drop.words == ""
    web = QMimeData()
    web.setUrls([QUrl("https://example.org/film.mov")])
    enter = QDragEnterEvent(QPoint(9, 9), action, web, buttons, keys)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()


def test_nothing_is_offered_that_cannot_be_done(commands: FileCommands, desktop: Desktop) -> None:
    for action_id in ("file.save", "file.save_as", "file.collect", "file.close"):
        assert desktop.actions.why_not(action_id) == "Open a project first."
    assert desktop.actions.why_not("file.open_recent") == "No project was opened before."


def test_mixed_files_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "Storm.prismdesk").touch()
    write_film(tmp_path / "a.MOV")
    kinds = [
        kind_of(tmp_path / name)
        for name in ("a.MOV", "b.WAV", "c.prismdesk", "project", "d.unknown")
    ]
    assert kinds == [
        FileKind.FILM,
        FileKind.SOUND,
        FileKind.PROJECT,
        FileKind.PROJECT,
        FileKind.FILM,
    ]

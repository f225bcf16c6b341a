"""The disk fills up while takes are made, in the window: nothing that was made is lost."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from prismdesk.jobs.messages import FailureKind
from prismdesk.jobs.states import JobState
from prismdesk.media.wav import map_wav
from prismdesk.project.model import Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.opening import create_session
from prismdesk.session.wishes import EngineWish, mark_region
from prismdesk.ui.messages import Message
from tests.full_disk import Disk, LimitedFiles, SmallDisk, a_disk, no_large_files
from tests.journeys.window_sound import SoundMaker, sound_maker
from tests.journeys.window_user import CONTROL
from tests.media_files import SoundSpec, make_film, noise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

RATE_HZ = 48_000
SELVA = "custom-selva-tiny-16k-untrained"


# A limit is also what a machine comes to that allows no small disk.
@pytest.fixture(params=["as the machine allows", pytest.param("limited", marks=pytest.mark.slow)])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    if request.param == "limited":
        (tmp_path / "disk").mkdir()
        yield LimitedFiles(tmp_path / "disk")
        return
    with a_disk(tmp_path / "disk") as disk:
        yield disk


@pytest.fixture
def user(disk: Disk, qtbot: QtBot, tmp_path: Path, small_checkpoints: Path) -> Iterator[SoundMaker]:
    """A user with a project on the disk: two regions for a model, the first selected."""
    with sound_maker(qtbot, small_checkpoints / "selva-tiny_16k") as user:
        sound = SoundSpec(audio=noise(2, 3 * RATE_HZ, peak=0.2), codec="pcm_s16le")
        film = make_film(tmp_path / "film.mov", sounds=[sound])
        with create_session(film, disk.folder / "project") as session:
            for number in range(2):
                mark_region(
                    session,
                    task=Task.GENERATE,
                    span=SampleRange(number * RATE_HZ, number * RATE_HZ + RATE_HZ // 2),
                    track_number=1,
                    wish=EngineWish(
                        engine="selva",
                        variant=SELVA,
                        prompt="rain",
                        seed=number,
                        settings=(("steps", "2"),),
                    ),
                )
        user.open(disk.folder / "project")
        user.workspace.selection.select_region(user.regions[0].id)
        yield user


def engine_pid(user: SoundMaker) -> int:
    queue = user.workspace.sound.bridge.queue
    queue.warm_up()
    status = queue.process_status(timeout_seconds=60)
    assert status is not None
    return status.pid


def make_without_room(user: SoundMaker, disk: Disk) -> Message:
    """Ask for a take, and have the disk fill up before it is written."""
    sound = user.workspace.sound
    pid = engine_pid(user)
    sound.bridge.set_paused(True)
    user.press(Qt.Key.Key_Return, CONTROL)
    user.wait(lambda: len(sound.bridge.jobs()) == 1)
    disk.fill(pid)
    sound.bridge.set_paused(False)
    user.wait(lambda: last_message(user).title == "No more room on the disk.")
    told = last_message(user)
    job = sound.bridge.jobs()[0]
    assert job.failure is not None
    assert job.failure.kind is FailureKind.DISK_FULL
    assert job.failure.is_kept
    assert told.body.endswith("The take is kept in memory until you choose.")
    if isinstance(disk, SmallDisk):
        assert "are needed for “" in told.body
        assert "are free" in told.body
    words = [words for words, _ in told.buttons]
    assert words[0] == "Save elsewhere…"
    assert words[1].startswith("Empty the cache, ")
    assert words[2] == "Try again"
    assert sound.bridge.is_paused
    return told


def last_message(user: SoundMaker) -> Message:
    history = user.desk.window.messages_bar.history
    return history[-1].message if history else Message(title="")


def press_button(user: SoundMaker, beginning: str) -> None:
    """Press a button of the message that came last."""
    card = user.desk.window.messages_bar.cards[-1]
    next(do for words, do in card.message.buttons if words.startswith(beginning))()


def is_made_once(user: SoundMaker) -> None:
    """The take is in the project, from the one run of the model that there was."""
    user.wait(lambda: len(user.regions[0].takes) == 1)
    sound = user.workspace.sound
    user.wait(lambda: sound.bridge.jobs() == ())
    assert not sound.bridge.is_paused
    assert user.samples(user.regions[0].takes[0]).any()


def test_the_take_is_kept_and_comes_in_when_there_is_room(user: SoundMaker, disk: Disk) -> None:
    make_without_room(user, disk)
    shown = len(user.desk.window.messages_bar.history)
    press_button(user, "Try again")
    user.wait(lambda: len(user.desk.window.messages_bar.history) > shown)
    assert last_message(user).title == "No more room on the disk."
    user.phases.clear()
    disk.empty()
    press_button(user, "Try again")
    is_made_once(user)
    assert {str(phase) for phase in user.phases} <= {"writing"}
    user.press(Qt.Key.Key_Z, CONTROL)
    assert user.regions[0].takes == ()


def test_the_take_is_saved_elsewhere_and_brought_in_later(
    user: SoundMaker, disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_without_room(user, disk)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    answers = iter(["", str(elsewhere)])
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: next(answers))
    shown = len(user.desk.window.messages_bar.history)
    press_button(user, "Save elsewhere")
    # The dialog was left: the choice stays.
    assert len(user.desk.window.messages_bar.history) == shown + 1
    with lifted(disk):
        press_button(user, "Save elsewhere")
        user.wait(lambda: last_message(user).title == "Saved outside the project.")
    wavs = list(elsewhere.glob("*.wav"))
    assert len(wavs) == 1
    with map_wav(wavs[0]) as wav:
        assert wav.length_samples == RATE_HZ // 2
    assert user.regions[0].takes == ()
    disk.empty()
    press_button(user, "Bring in")
    is_made_once(user)


@contextmanager
def lifted(disk: Disk) -> Iterator[None]:
    """Let the engine process write elsewhere: a limit holds everywhere, a full disk doesn't."""
    if isinstance(disk, LimitedFiles):
        disk.empty()
    yield


def test_emptying_the_cache_makes_room(user: SoundMaker, disk: Disk) -> None:
    cache = user.workspace.document.session.cache.folder
    (cache / "features").mkdir(exist_ok=True)
    (cache / "features" / "old.features").write_bytes(bytes(4 << 20))
    make_without_room(user, disk)
    words = [words for words, _ in last_message(user).buttons]
    assert words[1] == "Empty the cache, 4.2 MB"
    if isinstance(disk, LimitedFiles):
        disk.empty()
    press_button(user, "Empty the cache")
    is_made_once(user)
    assert not (cache / "features" / "old.features").exists()


def test_what_waits_goes_on_with_the_first_room(user: SoundMaker, disk: Disk) -> None:
    make_without_room(user, disk)
    sound = user.workspace.sound
    if isinstance(disk, LimitedFiles):
        user.workspace.selection.select_region(user.regions[1].id)
        user.press(Qt.Key.Key_Return, CONTROL)
        user.wait(lambda: len(sound.bridge.jobs()) == 2)
        assert sound.bridge.jobs()[1].state is JobState.QUEUED
    disk.empty()
    press_button(user, "Try again")
    is_made_once(user)
    if isinstance(disk, LimitedFiles):
        user.wait(lambda: len(user.regions[1].takes) == 1)


def test_no_room_is_told_before_anything_begins(user: SoundMaker, disk: Disk) -> None:
    if isinstance(disk, LimitedFiles):
        with no_large_files():
            user.press(Qt.Key.Key_Return, CONTROL)
            user.wait(lambda: "room" in last_message(user).title)
    else:
        disk.fill(engine_pid(user))
        user.press(Qt.Key.Key_Return, CONTROL)
        user.wait(lambda: last_message(user).title == "No more room on the disk.")
        assert "Nothing was begun." in last_message(user).body
        disk.empty()
    assert user.workspace.sound.bridge.jobs() == ()
    press_button(user, "Try again")
    is_made_once(user)


def test_takes_wait_on_the_disk_while_the_edit_cant_be_written(
    user: SoundMaker, disk: Disk
) -> None:
    sound = user.workspace.sound
    engine_pid(user)
    sound.bridge.set_paused(True)
    user.press(Qt.Key.Key_Return, CONTROL)
    user.wait(lambda: len(sound.bridge.jobs()) == 1)
    with no_large_files():
        sound.bridge.set_paused(False)
        user.wait(lambda: last_message(user).title == "Made, but not yet in the project.")
        titles = [past.message.title for past in user.desk.window.messages_bar.history]
        assert any("couldn't be written" in title for title in titles)
        assert user.regions[0].takes == ()
        assert sound.bridge.jobs()[0].state is JobState.FINISHED
    press_button(user, "Put it in")
    is_made_once(user)


def test_a_batch_waits_for_room(user: SoundMaker, disk: Disk) -> None:
    sound = user.workspace.sound
    pid = engine_pid(user)
    sound.bridge.set_paused(True)
    sound.batches.windows.ask()
    dialog: Any = sound.batches.windows.dialog
    dialog.make.click()
    user.wait(lambda: len(sound.bridge.jobs()) == 2)
    disk.fill(pid)
    sound.bridge.set_paused(False)
    user.wait(lambda: last_message(user).title == "No more room on the disk.")
    user.wait(lambda: sound.strip.counts.text() == "Batch: paused, 0 of 2 made")
    disk.empty()
    press_button(user, "Try again")
    user.wait(lambda: [len(region.takes) for region in user.regions] == [1, 1])
    user.wait(lambda: not sound.batches.is_going)

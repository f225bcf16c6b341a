"""Engines fail in every way, in the window: region, queue, project and playback stay as they were.

Each failure is a real one: address space taken away, a process killed, kernels that raise what
torch says of a lost GPU. Each message has its remedy as a button, and the button does it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from prismdesk.engines.contract import Phase
from prismdesk.jobs.messages import FailureKind
from prismdesk.jobs.queue import JobQueue
from prismdesk.jobs.states import JobState
from prismdesk.project.model import RegionStatus
from prismdesk.ui.messages import MessageKind
from tests.journeys.faulty_engine import FAULT_VARIABLE, SOURCE
from tests.journeys.window_sound import SoundMaker, sound_maker
from tests.journeys.window_user import CONTROL
from tests.media_files import PictureSpec, SoundSpec, make_film, noise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.project.model import Region
    from prismdesk.ui.message_card import MessageCard

pytestmark = [
    pytest.mark.slow,
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]

RATE_HZ = 48_000
SELVA = "custom-selva-tiny-16k-untrained"
MMAUDIO = "custom-mmaudio-tiny-44k-v2-untrained"


@pytest.fixture
def user(
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
    small_checkpoints: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[SoundMaker]:
    """A user with a film of ten seconds, whose engine does what the file ``fault`` says."""
    monkeypatch.setenv(FAULT_VARIABLE, str(tmp_path / "fault"))
    faulty = partial(JobQueue, engine_source=SOURCE)
    monkeypatch.setattr("prismdesk.session.session.JobQueue", faulty)
    sound = SoundSpec(audio=noise(2, 10 * RATE_HZ, peak=0.2), codec="pcm_s16le")
    film = make_film(tmp_path / "film.mov", picture=PictureSpec(frames=250), sounds=[sound])
    names = ("selva-tiny_16k", "mmaudio-tiny_44k_v2")
    with sound_maker(qtbot, *(small_checkpoints / name for name in names)) as user:
        user.open(film)
        yield user


class Failing:
    """Makes one region fail while another waits and the film plays, and looks what that cost."""

    def __init__(self, user: SoundMaker, fault: Path) -> None:
        self.user = user
        self.fault = fault

    def make(self, fault: str, variant: str, *, takes: int = 1, steps: int = 4) -> None:
        """Begin, with a second region waiting behind the one that will fail."""
        user = self.user
        user.mark(5 * RATE_HZ, 6 * RATE_HZ)
        user.use(variant, "wind", steps=2)
        self.waiting_id = user.region.id
        user.mark(RATE_HZ, 4 * RATE_HZ)
        user.use(variant, "rain on a tin roof", takes=takes, steps=steps)
        user.workspace.transport.set_looping(True)
        user.press(Qt.Key.Key_Space)
        user.wait(lambda: user.workspace.transport.is_playing)
        self.fault.write_text(fault)
        user.press(Qt.Key.Key_Return, CONTROL)
        user.wait(lambda: len(user.workspace.sound.bridge.jobs()) == 1)
        self.region = user.region
        user.workspace.selection.select_region(self.waiting_id)
        user.workspace.sound.inspector.form.seed.new_takes.setValue(1)
        user.press(Qt.Key.Key_Return, CONTROL)
        user.wait(lambda: self._failed() is not None)

    def check(self, kind: FailureKind, title: str) -> MessageCard:
        """Nothing else is touched; return the card that tells it."""
        user = self.user
        job = self._failed()
        assert job is not None
        assert job.failure is not None
        assert job.failure.kind is kind, job.failure
        assert user.workspace.transport.is_playing
        user.wait(lambda: bool(self._errors()))
        (card,) = self._errors()
        assert card.message.title == title
        user.wait(lambda: len(self._region(self.waiting_id).takes) == 1)
        user.wait(lambda: user.workspace.sound.bridge.running() is None)
        region = self._region(self.region.id)
        assert region == self.region
        assert region.status is RegionStatus.OPEN
        look = user.workspace.sound.region_jobs.look(region.id)
        assert look is not None
        assert look.has_failed
        user.workspace.selection.select_region(region.id)
        return card

    def press(self, card: MessageCard, words: str) -> None:
        """Press a remedy, and wait for the take that it makes."""
        buttons = {button.text(): button for button in card.findChildren(QPushButton)}
        buttons[words].click()
        self.user.wait(lambda: bool(self._region(self.region.id).takes))
        self.user.wait(lambda: self.user.workspace.sound.bridge.jobs() == ())
        assert self.user.workspace.transport.is_playing

    def _errors(self) -> list[MessageCard]:
        cards = self.user.desk.window.messages_bar.cards
        return [card for card in cards if card.message.kind is MessageKind.ERROR]

    def _failed(self) -> JobSnapshot | None:
        jobs = self.user.workspace.sound.bridge.jobs()
        return next((job for job in jobs if job.state is JobState.FAILED), None)

    def _region(self, region_id: str) -> Region:
        return next(one for one in self.user.project.regions if one.id == region_id)


@pytest.fixture
def failing(user: SoundMaker, tmp_path: Path) -> Failing:
    return Failing(user, tmp_path / "fault")


def test_memory_that_runs_out_is_made_do_with_by_offloading(
    user: SoundMaker, failing: Failing
) -> None:
    user.desk.desktop.preferences.change(engine_offload="keep")
    failing.make("limit 4", SELVA)
    card = failing.check(FailureKind.OUT_OF_MEMORY, "Memory ran out.")
    assert card.message.buttons[0][0] == "Make it with offload"
    failing.press(card, "Make it with offload")


def test_memory_that_runs_out_is_made_do_with_by_a_smaller_model(failing: Failing) -> None:
    failing.make("limit 4", SELVA, takes=2)
    card = failing.check(FailureKind.OUT_OF_MEMORY, "Memory ran out.")
    words = card.message.buttons[0][0]
    assert words.startswith("Use MMAudio tiny_44k_v2")
    failing.press(card, words)
    region = failing._region(failing.region.id)
    assert region.variant == MMAUDIO
    assert len(region.takes) == 2


def test_a_lost_driver_costs_the_job_and_the_process(failing: Failing) -> None:
    before = failing.user.workspace.sound.bridge.queue.process_status(timeout_seconds=60)
    failing.make(f"lose {Phase.STEP}", SELVA)
    card = failing.check(FailureKind.DRIVER_LOST, "The graphics driver stopped.")
    assert "playback was not touched" in card.message.body
    after = failing.user.workspace.sound.bridge.queue.process_status(timeout_seconds=60)
    assert after is not None
    assert before is None or before.pid != after.pid
    failing.press(card, "Make it on the processor")


def test_a_killed_process_is_started_again(failing: Failing) -> None:
    failing.make(f"die {Phase.STEP}", SELVA)
    card = failing.check(FailureKind.CRASHED, "The engine's process stopped.")
    assert [words for words, _ in card.message.buttons] == ["Start again", "Show log"]
    failing.press(card, "Start again")

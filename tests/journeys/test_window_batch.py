"""Ten regions made as a batch in the window: closed half-way, gone on with, looked back on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from prismdesk.jobs.batch_records import Outcome
from prismdesk.jobs.states import JobState
from prismdesk.project.model import Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.opening import create_session
from prismdesk.session.wishes import EngineWish, mark_region
from tests.journeys.window_sound import SoundMaker, sound_maker
from tests.journeys.window_user import ALT, CONTROL
from tests.media_files import PictureSpec, SoundSpec, make_film, noise

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.jobs.batch_records import BatchRecord

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

RATE_HZ = 48_000
REGIONS = 10
VARIANTS = ("custom-selva-tiny-16k-untrained", "custom-mmaudio-tiny-44k-v2-untrained")
NOT_HERE = "selva-large_44k"


@pytest.fixture
def folders(small_checkpoints: Path) -> tuple[Path, ...]:
    return tuple(small_checkpoints / name for name in ("selva-tiny_16k", "mmaudio-tiny_44k_v2"))


def a_project(folder: Path) -> Path:
    """A project with ten open regions for two models, and one for a model that isn't here."""
    sound = SoundSpec(audio=noise(2, 12 * RATE_HZ, peak=0.2), codec="pcm_s16le")
    film = make_film(folder / "film.mov", picture=PictureSpec(frames=300), sounds=[sound])
    with create_session(film, folder / "project") as session:
        for number in range(REGIONS + 1):
            is_extra = number == REGIONS
            mark_region(
                session,
                task=Task.GENERATE,
                span=SampleRange(number * RATE_HZ, number * RATE_HZ + RATE_HZ // 2),
                track_number=1,
                wish=EngineWish(
                    engine="selva",
                    variant=NOT_HERE if is_extra else VARIANTS[number % 2],
                    prompt=f"sound {number}",
                    settings=(("steps", "3"),),
                ),
            )
    return folder / "project"


def record(user: SoundMaker) -> BatchRecord:
    batch = user.workspace.sound.batches.batch
    assert batch is not None
    return batch.record


def told(user: SoundMaker) -> list[str]:
    return [past.message.title for past in user.desk.window.messages_bar.history]


def press_button(user: SoundMaker, words: str) -> None:
    """Press a button of the last message."""
    card = user.desk.window.messages_bar.cards[-1]
    dict(card.message.buttons)[words]()


def test_a_batch_goes_on_when_the_project_is_opened_again(
    qtbot: QtBot, tmp_path: Path, folders: tuple[Path, ...]
) -> None:
    with sound_maker(qtbot, *folders) as user:
        project = a_project(tmp_path)
        user.open(project)
        start_by_key(user)
        user.wait(lambda: len(record(user).of(Outcome.MADE)) >= 3)
        edit_while_it_works(user)
        before = {take.id for region in user.regions for take in region.takes}
    # The program was closed in the middle of it.
    with sound_maker(qtbot) as user:
        user.desk.open(project)
        user.wait(lambda: user.desk.document is not None)
        user.wait(lambda: any("goes on" in title for title in told(user)))
        assert not any("interrupted" in title for title in told(user))
        user.wait(lambda: record(user).is_over)
        made = {take.id for region in user.regions for take in region.takes}
        assert before <= made
        assert [len(region.takes) for region in user.regions] == [1] * REGIONS + [0]
        look_at_summary(user, tmp_path)


def start_by_key(user: SoundMaker) -> None:
    """The plan is shown first: what is made, in which order, what is refused."""
    user.press(Qt.Key.Key_Return, CONTROL | ALT)
    dialog = user.workspace.sound.batches.windows.dialog
    assert dialog is not None
    variants = [row.region.variant for row in dialog.plan.to_make]
    assert variants == [VARIANTS[0]] * 5 + [VARIANTS[1]] * 5
    assert [row.region.variant for row in dialog.plan.refused] == [NOT_HERE]
    assert dialog.make.text() == f"Make {REGIONS} regions"
    QTest.mouseClick(dialog.make, Qt.MouseButton.LeftButton)
    user.come_back()
    strip = user.workspace.sound.strip
    user.wait(lambda: strip.counts.text().startswith("Batch: "))


def edit_while_it_works(user: SoundMaker) -> None:
    """Held for a moment: each region is a step of its own that undo takes back."""
    sound = user.workspace.sound
    sound.strip.pause.click()
    user.wait(lambda: sound.strip.counts.text().startswith("Batch: paused"))
    user.wait(lambda: all(job.state is JobState.QUEUED for job in sound.bridge.jobs()))
    label = user.workspace.document.session.store.history.labels()[-1]
    assert label.startswith("Generate Sound")
    takes = sum(len(region.takes) for region in user.regions)
    user.press(Qt.Key.Key_Z, CONTROL)
    assert sum(len(region.takes) for region in user.regions) == takes - 1
    user.press(Qt.Key.Key_Y, CONTROL)
    assert sum(len(region.takes) for region in user.regions) == takes
    assert not record(user).is_over
    sound.strip.pause.click()
    user.wait(lambda: sound.bridge.running() is not None)


def look_at_summary(user: SoundMaker, folder: Path) -> None:
    assert told(user)[-1] == f"All {REGIONS} regions are made; 1 more was refused."
    press_button(user, "Show summary")
    page = user.workspace.sound.batches.windows.page
    assert page is not None
    assert page.headline.text() == told(user)[-1]
    assert "prismdesk models get" in page.text()
    page.save_csv(folder / "batch.csv")
    assert (folder / "batch.csv").read_text().count("\n") == REGIONS + 2
    page.leave.click()
    user.come_back()

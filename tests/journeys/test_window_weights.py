"""A user's way with weights: loaded ahead, freed, damaged on the disk and found out.

The engine process is the real one, the checkpoint is small and laid out as the published ones.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from prismdesk.engines.weights.choices import FetchedFile, choices_path, read_choices
from prismdesk.engines.weights.identity import sha256_of
from prismdesk.jobs.messages import FailureKind
from prismdesk.jobs.states import JobState
from prismdesk.sample.film import make_sample_film
from tests.journeys.window_sound import SoundMaker, sound_maker
from tests.journeys.window_user import CONTROL
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from prismdesk.ui.messages import Message
    from prismdesk.ui.models.card import ModelCard

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

SELVA = "custom-selva-tiny-16k-untrained"


@pytest.fixture
def folder(small_checkpoints: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small_checkpoints / "selva-tiny_16k", tmp_path / "weights")


@pytest.fixture
def user(qtbot: QtBot, qapp: QApplication, folder: Path, tmp_path: Path) -> Iterator[SoundMaker]:
    with sound_maker(qtbot, folder) as user:
        user.open(make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(16)).path)
        yield user


def models_card(user: SoundMaker) -> ModelCard:
    """Show the models (F8) and return the checkpoint's card."""
    user.press(Qt.Key.Key_F8)
    user.wait(lambda: SELVA in user.workspace.models.cards)
    return user.workspace.models.cards[SELVA]


def state(card: ModelCard) -> str:
    return card.state.accessibleName()


def told(user: SoundMaker) -> list[Message]:
    return [past.message for past in user.desk.window.messages_bar.history]


def test_a_model_is_loaded_ahead_used_and_freed(user: SoundMaker) -> None:
    card = models_card(user)
    user.wait(lambda: user.workspace.device.now.is_asked)
    assert state(card) == "Ready"
    user.wait(lambda: card.foot.warm.isVisible())
    card.foot.warm.click()
    user.wait(lambda: state(card) == "Loaded")
    user.workspace.device.look()
    user.wait(lambda: user.workspace.device.now.loaded_variant == SELVA)
    line = user.workspace.models.device
    assert line.ours.text().startswith(card.name.text())
    assert user.desk.window.status.engine.loaded.text().endswith("loaded")
    assert loaded(user)[1] > 0

    user.come_back()
    user.mark(10_000, 30_000)
    user.wait(card.foot.use.isEnabled)
    card.foot.use.click()
    assert user.region.variant == SELVA
    user.press(Qt.Key.Key_Return, CONTROL)
    user.until_made(1)
    preferences = user.desk.desktop.preferences
    user.wait(lambda: preferences.now.last_model == f"selva {SELVA}")

    user.wait(lambda: user.workspace.models.device.unload.isEnabled())
    user.workspace.models.device.unload.click()
    user.wait(lambda: state(card) == "Ready")
    user.wait(lambda: loaded(user) == (None, 0))


def loaded(user: SoundMaker) -> tuple[str | None, int]:
    """Ask the engine process what it holds; it may be busy."""
    status = user.workspace.sound.bridge.queue.process_status(timeout_seconds=60)
    assert status is not None
    return status.loaded_engine, status.loaded_bytes


def test_a_flipped_byte_is_found_before_the_file_is_loaded(user: SoundMaker, folder: Path) -> None:
    generator = next(folder.glob("generator*.pth"))
    note_as_fetched(generator)
    user.mark(10_000, 30_000)
    user.use(SELVA, "rain", steps=2)
    user.press(Qt.Key.Key_Return, CONTROL)
    user.until_made(1)

    flip_a_byte(generator)
    user.press(Qt.Key.Key_Return, CONTROL)
    user.wait(lambda: user.failures != [])
    (job,) = user.workspace.sound.bridge.jobs()
    assert job.failure is not None
    assert (job.failure.kind, job.failure.model_id) == (FailureKind.WEIGHTS_DAMAGED, SELVA)
    user.wait(lambda: told(user) != [])
    message = told(user)[-1]
    assert message.title == "This file is damaged."
    assert generator.name in message.body
    assert [words for words, _ in message.buttons] == [
        "Get the damaged part",
        "Remove",
        "Start again",
    ]
    assert len(user.region.takes) == 1

    # It lies in a folder of the user's, where nothing is deleted: the card says so.
    dict(message.buttons)["Get the damaged part"]()
    card = models_card(user)
    user.wait(lambda: state(card) == "File damaged")
    user.wait(lambda: "folder of yours" in told(user)[-1].title)
    flip_a_byte(generator)
    dict(message.buttons)["Start again"]()
    user.wait(lambda: len(user.region.takes) == 2)
    assert all(job.state is not JobState.FAILED for job in user.workspace.sound.bridge.jobs())


def test_a_damaged_file_is_found_when_it_is_loaded_ahead(user: SoundMaker, folder: Path) -> None:
    generator = next(folder.glob("generator*.pth"))
    note_as_fetched(generator)
    flip_a_byte(generator)
    card = models_card(user)
    user.wait(lambda: card.foot.warm.isVisible())
    card.foot.warm.click()
    user.wait(lambda: state(card) == "File damaged")
    assert told(user)[-1].title == "This file is damaged."
    assert card.foot.repair.isVisible()
    assert not card.foot.use.isVisible()


def note_as_fetched(path: Path) -> None:
    """Note a file's checksum, as is done when it is fetched."""
    entry = FetchedFile(path=str(path), sha256=sha256_of(path), revision="1", date="2026-01-01")
    choices = read_choices()
    kept = choices.model_copy(update={"fetched": (*choices.fetched, entry)})
    choices_path().write_text(kept.model_dump_json())


def flip_a_byte(path: Path) -> None:
    """Change a byte in the midst of the tensors."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

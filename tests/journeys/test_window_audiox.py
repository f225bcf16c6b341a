"""A user's way through the window with AudioX: a scene's music, and who may sell it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt

from prismdesk.engines.contract import Phase
from prismdesk.media.verify import null_test
from prismdesk.project.model import ProjectUse, Task
from prismdesk.sample.film import make_sample_film
from tests.journeys.window_sound import SoundMaker, sound_maker
from tests.journeys.window_user import ALT, CONTROL, NO_KEYS, SHIFT
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from prismdesk.ui.takes.take_row import TakeRow

pytestmark = [
    pytest.mark.slow,
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]

MAF = "custom-audiox-tiny-maf-untrained"
SONG = "a slow song for strings"


@pytest.fixture
def user(qtbot: QtBot, qapp: QApplication, small_checkpoints: Path) -> Iterator[SoundMaker]:
    with sound_maker(qtbot, small_checkpoints / "audiox-tiny-maf") as user:
        yield user


def test_from_a_scene_to_music_and_whether_it_may_be_sold(user: SoundMaker, tmp_path: Path) -> None:
    film = make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(48)).path
    user.open(film)
    make_music(user)
    fill_a_gap(user)
    go_on_past_the_end(user)
    user.export(tmp_path / "finished.mov")
    spans = [region.range for region in user.regions]
    rate_hz = user.project.rate_hz
    assert null_test(film, tmp_path / "finished.mov", spans, rate_hz=rate_hz).passed

    user.workspace.document.apply(
        "Mark as commercial", lambda project: replace(project, use=ProjectUse.COMMERCIAL)
    )
    be_refused(user)
    make_it_with_another_engine(user)
    user.export(tmp_path / "sold.mov")
    assert null_test(film, tmp_path / "sold.mov", spans, rate_hz=rate_hz).passed


def row_of_last_take(user: SoundMaker) -> TakeRow:
    return user.workspace.sound.inspector.takes.rows[-1]


def make_music(user: SoundMaker) -> None:
    """Two takes of a scene, in stereo, seen to be not for sale."""
    user.mark(10_000, 40_000)
    user.use(MAF, SONG, engine="audiox", takes=2, steps=4)
    licence = user.workspace.sound.inspector.form.engine.licence
    assert licence.text().startswith("Non-commercial use only (CC BY-NC 4.0).")
    user.press(Qt.Key.Key_Return, CONTROL)
    user.until_made(2)
    first, second = user.region.takes
    assert {Phase.LOADING, Phase.PICTURE_FEATURES, Phase.STEP, Phase.DECODING} <= set(user.phases)
    assert any(look.words.startswith("Step ") for look in user.looks)
    assert (first.provenance.prompt, first.provenance.saw_picture) == (SONG, True)
    sounds = user.samples(first), user.samples(second)
    assert not np.array_equal(*sounds)
    assert not np.array_equal(sounds[0][0], sounds[0][1])
    user.wait(lambda: row_of_last_take(user).licence.isVisible())
    row = row_of_last_take(user)
    assert row.licence.text() == "NC"
    assert "CC BY-NC 4.0" in row.accessibleName()
    assert "Non-commercial use only" in row.accessibleName()


def fill_a_gap(user: SoundMaker) -> None:
    user.mark(60_000, 70_000)
    user.use(MAF, SONG, engine="audiox", steps=2, marination=0.2)
    user.press(Qt.Key.Key_Return, CONTROL | SHIFT)
    take = user.until_made(1)
    assert take.provenance.task is Task.INPAINT
    assert dict(take.provenance.settings)["marination"] == 0.2


def go_on_past_the_end(user: SoundMaker) -> None:
    clip = user.project.tracks[0].lanes[0].clips[0]
    end = user.workspace.document.times.end_samples
    user.mark(end, clip.end_samples, NO_KEYS)
    user.use(MAF, SONG, engine="audiox", steps=2)
    user.press(Qt.Key.Key_Return, ALT)
    take = user.until_made(1)
    assert take.provenance.task is Task.CONTINUE
    assert take.region.end_samples == end
    assert np.abs(user.samples(take)).max() > 0


def be_refused(user: SoundMaker) -> None:
    """Neither a further take nor an export; the clips are named."""
    told: list[str] = []
    user.desk.desktop.messages.posted.connect(lambda message: told.append(message.title))
    licence = user.workspace.sound.inspector.form.engine.licence
    assert licence.text().startswith("Refused in this commercial project: AudioX tiny-maf's")
    user.press(Qt.Key.Key_Return, ALT)
    user.wait(lambda: bool(told))
    assert "Refused in this commercial project" in told[-1]
    assert user.workspace.sound.bridge.jobs() == ()
    assert len(user.region.takes) == 1

    user.press(Qt.Key.Key_E, CONTROL | SHIFT)
    dialog = user.desk.exports.dialog
    assert dialog is not None
    said = dialog.form._licence.text()
    assert "fit this commercial project" in said
    for region in user.regions:
        assert region.name in said
    assert not dialog.export_button.isEnabled()
    dialog.close()
    user.come_back()


def make_it_with_another_engine(user: SoundMaker) -> None:
    """Every region gets a take of ambience, which is chosen; then nothing is refused.

    One step takes away what Ambience can't take: words, also those to avoid, and the task.
    """
    for region in user.regions:
        user.workspace.selection.select_region(region.id)
        user.desk.desktop.actions.trigger("region.ambience")
        take = user.until_made(len(region.takes) + 1)
        assert take.provenance.engine == "ambience"
        row = row_of_last_take(user)
        assert row.licence.isHidden()
        row.radio.click()
        assert {segment.take_id for segment in user.region.comp} == {take.id}

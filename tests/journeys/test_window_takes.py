"""A user's way through the window with takes as records: again, changed surroundings, recipes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from prismdesk.jobs.take_record import record_path
from prismdesk.project.edits import set_clip_gain
from tests.journeys.window_sound import SoundMaker, choose, sound_maker
from tests.journeys.window_user import ALT, CONTROL, SHIFT
from tests.media_files import PictureSpec, SoundSpec, make_film, noise

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication, QWidget
    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Take

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

RATE_HZ = 48_000


@pytest.fixture
def user(qtbot: QtBot, qapp: QApplication) -> Iterator[SoundMaker]:
    with sound_maker(qtbot) as user:
        yield user


def click(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def told_on_page(user: SoundMaker) -> list[str]:
    page = user.workspace.sound.inspector.details
    items = (page.same.itemAt(number) for number in range(page.same.count()))
    return [label.text() for item in items if item and isinstance(label := item.widget(), QLabel)]


def open_page(user: SoundMaker, take: Take) -> None:
    user.workspace.sound.inspector.show_take(take.id)


def test_a_take_is_made_again_explained_and_its_recipe_used(
    user: SoundMaker, tmp_path: Path
) -> None:
    sound = SoundSpec(audio=noise(2, 6 * RATE_HZ, peak=0.2), codec="pcm_s24le")
    user.open(make_film(tmp_path / "film.mov", picture=PictureSpec(frames=150), sounds=[sound]))
    user.mark(4 * RATE_HZ, 4 * RATE_HZ + 12_000)
    user.mark(RATE_HZ, RATE_HZ + 24_000)
    other, region = user.regions[1], user.region
    choose(user.workspace.sound.inspector.form.engine.engine, "ambience")
    user.set(variation=0.25)
    user.press(Qt.Key.Key_Return, CONTROL | SHIFT)
    first = user.until_made(1)
    folder = user.workspace.document.session.folder
    assert record_path(folder / first.path).is_file()

    # Again, by its button: the page says that the samples are the same.
    open_page(user, first)
    page = user.workspace.sound.inspector.details
    user.wait(lambda: any("Again gives the same samples" in words for words in told_on_page(user)))
    click(page.again)
    again = user.until_made(2)
    assert np.array_equal(user.samples(first), user.samples(again))
    open_page(user, first)
    user.wait(lambda: "Made again as Take 2. Same samples as before: yes." in told_on_page(user))

    # The lane is turned down: the page says why the same can't be promised any more.
    clip = user.project.tracks[0].lanes[0].clips[0]
    user.workspace.document.apply("Gain", lambda p: set_clip_gain(p, clip.id, -6.0))
    changed = "Again may differ. The sound around the region was changed since."
    user.wait(lambda: changed in told_on_page(user))
    click(page.again)
    louder = user.until_made(3)
    open_page(user, louder)
    user.wait(
        lambda: any(
            words.startswith("Again of Take 1. Same samples as before: no, differs")
            and words.endswith("The sound around the region was changed since.")
            for words in told_on_page(user)
        )
    )

    # Its recipe, on the other region, by the key and a click.
    user.press(Qt.Key.Key_V, CONTROL | ALT)
    dialog = user.workspace.sound.recipe_commands.dialog
    assert dialog is not None
    assert dialog.ticked == (other.id,)
    QTest.mouseClick(dialog.same_seed, Qt.MouseButton.LeftButton, pos=QPoint(8, 10))
    assert dialog.same_seed.isChecked()
    click(dialog.use)
    after = user.regions[1]
    assert (after.engine, after.settings) == ("ambience", region_settings(user, region.id))
    assert after.seed == louder.provenance.seed
    user.press(Qt.Key.Key_Z, CONTROL)
    user.wait(lambda: user.regions[1] == other)

    click(page.copy)
    line = QGuiApplication.clipboard().text()
    assert line.startswith("prismdesk fill ")
    assert f"--seed {louder.provenance.seed}" in line


def region_settings(user: SoundMaker, region_id: str) -> object:
    return next(one.settings for one in user.regions if one.id == region_id)

"""First sound in a minute: select, key, type, Enter; by mouse and keys alone.

Moves from an opened film to a finished take: one drag on a lane, one key (Ctrl+Enter), the words,
Enter. Four moves; a second sound, by the same model and settings, takes the same four. The
checkpoint is small and untrained, but laid out as the published ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from prismdesk.cli.main import main
from prismdesk.project.model import Task
from prismdesk.sample.film import make_sample_film
from tests.journeys.window_sound import SoundMaker, sound_maker
from tests.journeys.window_user import CONTROL, NO_KEYS, SHIFT
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

SELVA = "custom-selva-tiny-16k-untrained"
WORDS = "jkl: a kettle, tin lids, 3 steps (x/y); *ring*"
"""Every letter of it is an action's key elsewhere, or the space bar."""


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    return make_sample_film(folder / "film.mov", recipe=a_short_recipe(48)).path


@pytest.fixture
def user(
    qtbot: QtBot, qapp: QApplication, small_checkpoints: Path, film: Path
) -> Iterator[SoundMaker]:
    with sound_maker(qtbot, small_checkpoints / "selva-tiny_16k") as user:
        user.open(film)
        yield user


def key(user: SoundMaker, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
    """Press a key as the system tells it: to the window, whoever has the keyboard there."""
    QTest.keyClick(user.desk.window.windowHandle(), key, keys)


def words(user: SoundMaker, text: str) -> None:
    for letter in text:
        QTest.keyClick(user.desk.window.windowHandle(), letter)  # type: ignore[call-overload]  # a character will do


def prompt_has_keyboard(user: SoundMaker) -> bool:
    return user.workspace.sound.inspector.form.prompt.text.hasFocus()


def test_four_moves_to_a_finished_take(user: SoundMaker) -> None:
    playhead = user.workspace.transport.position_samples

    user.drag(10_000, 40_000)
    key(user, Qt.Key.Key_Return, CONTROL)
    assert prompt_has_keyboard(user)
    words(user, WORDS)
    key(user, Qt.Key.Key_Return)

    take = user.until_made(1)
    assert take.provenance.prompt == WORDS
    assert take.provenance.task is Task.GENERATE
    assert take.provenance.engine == "selva"
    assert take.provenance.negative_prompt == "speech, music"
    assert {segment.take_id for segment in user.region.comp} == {take.id}
    # Nothing else happened: no key of the words did what it does elsewhere.
    assert user.workspace.transport.position_samples == playhead
    assert not user.workspace.transport.is_playing
    assert len(user.regions) == 1
    assert user.project.markers == ()
    assert user.workspace.canvas.hasFocus()

    # The next region begins with the same model and settings, wherever it lies.
    user.set(steps=4)
    key(user, Qt.Key.Key_P)
    assert prompt_has_keyboard(user)
    key(user, Qt.Key.Key_Return, CONTROL)
    assert user.until_made(2).provenance.task is Task.GENERATE
    user.drag(50_000, 70_000)
    key(user, Qt.Key.Key_Return, CONTROL)
    words(user, "gulls")
    key(user, Qt.Key.Key_Return, SHIFT)
    words(user, "far away")
    key(user, Qt.Key.Key_Return)
    later = user.until_made(1)
    assert dict(later.provenance.settings)["steps"] == 4
    assert later.provenance.prompt == "gulls\nfar away"
    assert len(user.regions) == 2


def test_escape_leaves_the_prompt_and_keys_are_actions_again(user: SoundMaker) -> None:
    user.drag(10_000, 40_000)
    key(user, Qt.Key.Key_Return, CONTROL)
    words(user, "m")
    key(user, Qt.Key.Key_Escape)
    assert not prompt_has_keyboard(user)
    assert user.region.prompt == "m"
    key(user, Qt.Key.Key_M)
    assert len(user.project.markers) == 1
    assert user.workspace.sound.bridge.jobs() == ()
    # Undo takes the marker, the words and the region back, one after another.
    for _ in range(3):
        key(user, Qt.Key.Key_Z, CONTROL)
    assert user.regions == []


def test_actions_with_ctrl_work_from_the_prompt_and_undo_is_the_texts(user: SoundMaker) -> None:
    user.drag(10_000, 40_000)
    key(user, Qt.Key.Key_Return, CONTROL)
    words(user, "rain")
    key(user, Qt.Key.Key_Z, CONTROL)
    assert user.workspace.sound.inspector.form.prompt.words() == ""
    words(user, "hail")
    key(user, Qt.Key.Key_L, CONTROL)
    assert user.workspace.transport.is_looping
    assert user.region.prompt == "hail"
    assert prompt_has_keyboard(user)
    key(user, Qt.Key.Key_Return, CONTROL | SHIFT)
    assert user.until_made(1).provenance.task is Task.INPAINT


def test_chips_suggestions_and_history_beside_the_prompt(user: SoundMaker) -> None:
    form = user.workspace.sound.inspector.form
    user.drag(10_000, 40_000)
    key(user, Qt.Key.Key_Return, CONTROL)
    user.wait(lambda: "In it:" in form.suggestions.words.text())
    assert "of the model's 8 s" in form.suggestions.words.text()
    # It lies over sound: mending is proposed, and done at a click.
    (proposed,) = form.suggestions.buttons
    assert proposed.text() == "Inpaint instead"
    QTest.mouseClick(proposed, Qt.MouseButton.LeftButton)
    assert user.region.task is Task.INPAINT
    QTest.mouseClick(form.avoid.chips[1].cross, Qt.MouseButton.LeftButton)
    assert user.region.negative_prompt == "speech"
    key(user, Qt.Key.Key_Z, CONTROL)
    assert user.region.negative_prompt == "speech, music"

    user.desk.desktop.preferences.remember_prompt("waves on a pier")
    key(user, Qt.Key.Key_P, CONTROL | SHIFT)
    popup = form.prompt.popup
    assert popup is not None
    QTest.keyClicks(popup.search, "pier")
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert user.region.prompt == "waves on a pier"
    assert prompt_has_keyboard(user)


def test_the_table_is_shared_by_window_and_command_line(user: SoundMaker, tmp_path: Path) -> None:
    user.drag(10_000, 40_000)
    key(user, Qt.Key.Key_Return, CONTROL)
    words(user, "slow steps")
    key(user, Qt.Key.Key_Escape)
    key(user, Qt.Key.Key_P, CONTROL | Qt.KeyboardModifier.AltModifier)
    table = user.workspace.prompts.table
    assert table is not None
    table.keep.click()
    (line,) = user.project.prompts
    assert (line.name, line.prompt, line.engine) == ("slow steps", "slow steps", "selva")
    table.write_file(tmp_path / "table.csv")
    (tmp_path / "table.csv").write_text(
        (tmp_path / "table.csv").read_text("utf-8-sig").replace("slow steps,slow", "Walk,fast")
    )
    table.read_file(tmp_path / "table.csv")
    table.view.setCurrentIndex(table.model.index(table.model.row_of("walk"), 0))
    table.apply.click()
    assert user.region.prompt == "fast steps"
    table.close()
    folder = user.workspace.document.session.folder
    assert main(["prompts", "export", str(folder), str(tmp_path / "again.csv")]) == 0
    assert (tmp_path / "again.csv").read_text("utf-8-sig").count("steps") == 3


def test_a_region_made_for_mending_turns_to_words_at_the_tasks_key(user: SoundMaker) -> None:
    user.drag(10_000, 40_000)
    key(user, Qt.Key.Key_M, SHIFT)
    assert (user.region.task, user.region.engine) == (Task.INPAINT, "ambience")
    assert not prompt_has_keyboard(user)
    key(user, Qt.Key.Key_Return, CONTROL)
    assert (user.region.task, user.region.engine) == (Task.GENERATE, "selva")
    assert user.region.negative_prompt == "speech, music"
    assert prompt_has_keyboard(user)
    assert user.workspace.sound.bridge.jobs() == ()
    key(user, Qt.Key.Key_Escape)
    for _ in range(2):
        key(user, Qt.Key.Key_Z, CONTROL)
    assert user.regions == []

"""A film that is to be sold, in the window: refused when made and at export, then cleared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton

from prismdesk.interchange.otio_timeline import labelled_takes
from prismdesk.media.verify import null_test
from prismdesk.project.model import ProjectUse, Task
from prismdesk.sample.film import make_sample_film
from prismdesk.session.policy import policy_in_force
from tests.journeys.window_sound import SoundMaker, sound_maker
from tests.journeys.window_user import CONTROL, NO_KEYS, SHIFT
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication, QWidget
    from pytestqt.qtbot import QtBot

    from prismdesk.ui.messages import Message

pytestmark = [
    pytest.mark.slow,
    pytest.mark.qt_log_ignore("propagateSizeHints", extend=True),
]

BASE = "custom-audiox-tiny-base-untrained"


class Seller(SoundMaker):
    """A sound maker who reads what is told, and presses the buttons under it."""

    def listen(self) -> None:
        self.told: list[Message] = []
        self.desk.desktop.messages.posted.connect(self.told.append)

    def press_told(self, words: str) -> None:
        """Press a button under the message that is shown, by mouse."""
        click(self.desk.window.messages_bar, words)

    def choose_use(self, words: str) -> None:
        """Choose in the menu of the pill in the window's corner."""
        pill = self.desk.window.project_corner.use
        assert pill.isVisible()
        action = next(one for one in pill.menu().actions() if one.text() == words)
        action.trigger()


def click(parent: QWidget, words: str) -> None:
    shown = [one for one in parent.findChildren(QPushButton) if one.isVisible()]
    button = next(one for one in shown if one.text() == words)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def user(qtbot: QtBot, qapp: QApplication, small_checkpoints: Path) -> Iterator[Seller]:
    with sound_maker(qtbot, small_checkpoints / "audiox-tiny-base") as user:
        user.__class__ = Seller
        assert isinstance(user, Seller)
        yield user


def test_a_commercial_film_is_refused_and_then_cleared(user: Seller, tmp_path: Path) -> None:
    film = make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(48)).path
    user.open(film)
    user.listen()
    make_two_regions(user)
    assert user.desk.window.project_corner.use.text().strip() == "Non-commercial project"
    user.choose_use("Commercial")
    assert user.project.use is ProjectUse.COMMERCIAL
    user.wait(lambda: user.desk.window.project_corner.use.text().strip() == "Commercial project")
    be_refused_when_made(user)
    be_refused_at_export(user)
    user.wait(lambda: "2 clips were made again" in user.told[-1].title)
    for region in user.regions:
        assert [take.provenance.engine for take in region.takes] == ["audiox", "ambience"]
        assert {segment.take_id for segment in region.comp} == {region.takes[-1].id}
        assert region.task is not Task.GENERATE

    user.come_back()
    user.export(tmp_path / "sold.mov")
    spans = [region.range for region in user.regions]
    rate_hz = user.project.rate_hz
    assert null_test(film, tmp_path / "sold.mov", spans, rate_hz=rate_hz).passed

    # Back step by step: the two takes, the one edit of both regions, then it is refused again.
    for _ in range(3):
        user.press(Qt.Key.Key_Z, CONTROL)
    assert [(region.engine, len(region.takes)) for region in user.regions] == [("audiox", 1)] * 2
    clear_by_policy(user, tmp_path)


def make_two_regions(user: Seller) -> None:
    user.mark(10_000, 30_000)
    user.use(BASE, "bells", engine="audiox", steps=2)
    user.press(Qt.Key.Key_Return, CONTROL)
    user.until_made(1)
    user.mark(60_000, 70_000, NO_KEYS)
    user.use(BASE, "wind", engine="audiox", steps=2)
    user.press(Qt.Key.Key_Return, CONTROL | SHIFT)
    user.until_made(1)


def be_refused_when_made(user: Seller) -> None:
    """The refusal names the licence, and makes nothing."""
    user.press(Qt.Key.Key_Return, CONTROL | SHIFT)
    user.wait(lambda: bool(user.told) and "Refused" in user.told[-1].title)
    told = user.told[-1]
    assert told.title == "Refused in this commercial project."
    assert "for non-commercial use (CC BY-NC 4.0)" in told.body
    assert user.workspace.sound.bridge.jobs() == ()
    user.press_told("Choose another model")
    user.wait(lambda: user.workspace.models.isVisible())
    user.come_back()


def be_refused_at_export(user: Seller) -> None:
    """The dialog names both clips, shows them, and makes them again."""
    dialog = open_export(user)
    said = dialog.form._licence.text()
    assert "2 clips don't fit this commercial project." in said
    for region in user.regions:
        assert region.name in said
    assert not dialog.export_button.isEnabled()
    click(dialog, "Show them")
    user.wait(lambda: user.desk.exports.dialog is None)
    user.come_back()
    assert user.workspace.selection.region_id in {region.id for region in user.regions}
    click(open_export(user), "Make them again with Ambience")
    user.come_back()


def open_export(user: Seller):  # type: ignore[no-untyped-def]  # the dialog, whichever it is now
    user.press(Qt.Key.Key_E, CONTROL | SHIFT)
    dialog = user.desk.exports.dialog
    assert dialog is not None
    user.wait(dialog.isVisible)
    return dialog


def clear_by_policy(user: Seller, folder: Path) -> None:
    """A company's own answer lets the same takes through, and the report says whose it is."""
    assert "don't fit" in open_export(user).form._licence.text()
    user.desk.exports.dialog.reject()  # type: ignore[union-attr]  # just opened
    policy = folder / "policy.toml"
    policy.write_text(
        f'format = 1\ncompany = "Nordkai"\n[models."{BASE}"]\nuses = ["commercial"]\n'
    )
    user.desk.desktop.actions.trigger("licence.policy")
    page = user.desk.policies.dialog
    assert page is not None
    page.use_file(policy)
    assert page.title.text() == "Policy of Nordkai"
    page.accept()
    assert policy_in_force().path == policy
    user.come_back()
    dialog = open_export(user)
    dialog.form.file.setText(str(folder / "ours.mov"))
    dialog.form.timeline.setChecked(True)
    click(dialog, "Export")
    user.wait(lambda: not user.desk.exports.is_running)
    words = [one.text() for one in dialog.findChildren(QLabel)]
    assert "Commercial use only, says the policy file of Nordkai" in words
    takes = {take.id for region in user.regions for take in region.takes}
    assert set(labelled_takes((folder / "ours.otio").read_text())) == takes
    dialog.close()
    user.come_back()

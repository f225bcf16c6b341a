from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QWidget

from prismdesk.engines import catalogue
from prismdesk.engines.capabilities import Variant
from prismdesk.project.edits import add_region, rename_region, set_region_prompt
from prismdesk.project.ids import RegionId
from prismdesk.project.model import RegionStatus, Task
from prismdesk.session.policy import POLICY_VARIABLE
from prismdesk.ui.inspector.engine_row import licence_words
from prismdesk.ui.inspector.panel import Inspector
from prismdesk.ui.inspector.settings_form import step_of
from prismdesk.ui.takes.audition import Audition
from prismdesk.ui.takes.commands import TakeCommands
from prismdesk.ui.theme import set_text_scale
from prismdesk.ui.transport import Transport
from prismdesk.ui.widgets.fields import FigureField
from prismdesk.ui.widgets.labels import ElidedLabel
from tests.builders import a_project, a_region
from tests.ui.making_scene import FAKE, FakePlayer, Scene, a_fake_region, open_scene
from tests.ui.takes.test_audition import a_project_with_takes, write_takes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Project, Region

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

REGION = RegionId("region-1")
WIDTH_PX, HEIGHT_PX = 780, 420


class Desk:
    """An inspector with all that it shows."""

    def __init__(self, folder: Path, project: Project) -> None:
        self.scene: Scene = open_scene(folder, project)
        write_takes(folder / "project")
        scene = self.scene
        transport = Transport(scene.document, scene.selection, FakePlayer())  # type: ignore[arg-type]  # as much of a player as is needed
        self.audition = Audition(scene.document, scene.selection, transport, scene.desktop)
        commands = TakeCommands(
            scene.document, self.audition, scene.making, scene.desktop, scene.canvas
        )
        commands.bind_actions()
        self.inspector = Inspector(
            scene.document,
            scene.selection,
            scene.making,
            scene.region_jobs,
            self.audition,
            commands,
            scene.desktop,
            scene.pending,
        )
        self.inspector.resize(WIDTH_PX, HEIGHT_PX)
        self.inspector.show()
        scene.selection.select_region(REGION)

    @property
    def region(self) -> Region:
        return self.scene.project.regions[0]


@pytest.fixture(autouse=True)
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.ui.making_scene import offer_fake_engine

    offer_fake_engine(monkeypatch)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path, a_project_with_takes())
    yield desk
    desk.inspector.close()
    desk.scene.close()


def test_without_a_region_it_says_what_will_be_here(desk: Desk) -> None:
    desk.scene.selection.select_region(None)
    texts = [
        label.text()
        for label in desk.inspector._empty.findChildren(type(desk.inspector.form.no_prompt))
    ]
    assert "No region is selected." in texts
    assert desk.inspector._pages.currentWidget() is desk.inspector._empty


def test_typing_a_prompt_becomes_one_step(desk: Desk, qtbot: QtBot) -> None:
    text = desk.inspector.form.prompt.text
    text.setFocus()
    QTest.keyClicks(text, "gulls over water")
    assert desk.region.prompt == ""
    qtbot.waitUntil(lambda: desk.region.prompt == "gulls over water", timeout=5000)
    assert desk.scene.document.label_of_undo == "Prompt"
    desk.scene.document.undo()
    assert desk.region.prompt == ""
    assert text.toPlainText() == ""
    assert desk.scene.document.label_of_undo is None


def test_leaving_the_field_ends_the_step_at_once(desk: Desk) -> None:
    field = desk.inspector.form.prompt
    field.text.setFocus()
    QTest.keyClicks(field.text, "speech")
    QTest.keyClick(field.text, Qt.Key.Key_Escape)
    assert desk.region.prompt == "speech"


def test_text_that_is_being_typed_goes_to_its_own_region(desk: Desk) -> None:
    other = a_region("region-2", 100_000, 120_000, engine="fake")
    desk.scene.document.apply("Add", lambda p: add_region(p, other))
    QTest.keyClicks(desk.inspector.form.prompt.text, "rain")
    desk.scene.selection.select_region(other.id)
    assert desk.region.prompt == "rain"
    assert desk.scene.project.regions[1].prompt == ""
    assert desk.inspector.form.prompt.words() == ""


def test_an_edit_elsewhere_is_shown(desk: Desk) -> None:
    desk.scene.document.apply("Prompt", lambda p: set_region_prompt(p, REGION, "bells"))
    desk.scene.document.apply("Rename", lambda p: rename_region(p, REGION, "Old bell"))
    assert desk.inspector.form.prompt.words() == "bells"
    assert desk.inspector.header.name.text() == "Old bell"


def test_settings_are_built_from_the_capabilities(desk: Desk) -> None:
    cells = desk.inspector.form.settings.cells
    assert list(cells) == [spec.name for spec in FAKE.settings]
    fade = cells["fade"].control
    assert isinstance(fade, FigureField)
    assert (fade.minimum(), fade.maximum(), fade.suffix()) == (0.0, 2.0, " s")
    assert "numbers from 0 to 2 s" in fade.toolTip()
    assert isinstance(cells["tones"].control, QCheckBox)


def test_a_setting_is_written_and_reset(desk: Desk) -> None:
    cell = desk.inspector.form.settings.cells["steps"]
    assert isinstance(cell.control, FigureField)
    cell.control.setValue(40)
    written = dict(desk.region.settings)
    assert written == {"steps": 40}
    assert isinstance(written["steps"], int)
    assert not cell.reset_button().isHidden()
    assert desk.scene.document.label_of_undo == "Set steps"
    cell.reset_button().click()
    assert dict(desk.region.settings) == {}
    assert cell.reset_button().isHidden()
    assert cell.control.value() == 25


def test_switches_and_choices_are_written(desk: Desk) -> None:
    cells = desk.inspector.form.settings.cells
    switch, choice = cells["tones"].control, cells["method"].control
    assert isinstance(switch, QCheckBox)
    switch.click()
    choice.setCurrentIndex(1)  # type: ignore[attr-defined]  # a ChoiceField
    choice.activated.emit(1)  # type: ignore[attr-defined]  # a ChoiceField
    assert dict(desk.region.settings) == {"tones": False, "method": "fine"}


def test_steps_of_numbers_follow_their_range() -> None:
    by_name = {spec.name: spec for spec in FAKE.settings}
    assert step_of(by_name["steps"]) == 1.0
    assert step_of(by_name["guidance"]) == pytest.approx(0.1)
    assert step_of(by_name["fade"]) == pytest.approx(0.01)


def test_an_engine_without_text_shows_why_there_is_no_prompt(desk: Desk) -> None:
    form = desk.inspector.form
    form.engine.chosen.emit("ambience", "")
    assert form.prompt.isHidden()
    assert form.avoid.isHidden()
    assert not form.no_prompt.isHidden()
    assert "Ambience takes no prompt" in form.no_prompt.text()
    assert "keep_tones" in form.settings.cells
    assert "Needs no weights" in form.engine.licence.text()


def test_another_engine_drops_the_settings_of_the_last(desk: Desk) -> None:
    desk.inspector.form.settings.changed.emit("steps", 40)
    desk.inspector.form.engine.chosen.emit("ambience", "")
    assert desk.region.settings == ()
    assert desk.region.engine == "ambience"


def test_a_variant_is_written(desk: Desk) -> None:
    desk.inspector.form.engine.chosen.emit("fake", "large")
    assert desk.region.variant == "large"
    assert desk.inspector.form.engine.variant.value == "large"


def test_a_task_that_the_engine_lacks_disables_the_button_and_says_why(desk: Desk) -> None:
    desk.inspector.form.task.button(Task.CONTINUE).click()
    assert desk.region.task is Task.CONTINUE
    footer = desk.inspector.footer
    assert not footer.make.isEnabled()
    assert footer.needs.text() == "Fake model can't carry sound on."
    assert "can't carry" in desk.inspector.form.engine.licence.text()


def test_the_button_says_what_it_makes(desk: Desk) -> None:
    button = desk.inspector.footer.make
    assert button.text() == "Inpaint 1 take"
    desk.inspector.form.seed.new_takes.setValue(3)
    assert button.text() == "Inpaint 3 takes"
    assert "Ctrl+Shift+Enter" in button.accessibleDescription()


def test_it_looks_no_further_around_than_the_film_goes(desk: Desk) -> None:
    project = desk.scene.document.project
    length_samples = desk.region.range.length_samples
    around = (desk.scene.document.times.end_samples - length_samples) / project.rate_hz
    assert around < 10
    assert (
        f"from {around:.1f} s around it".replace(".0 s", " s") in desk.inspector.footer.needs.text()
    )


def test_the_button_queues_and_shows_the_job(desk: Desk, qtbot: QtBot) -> None:
    desk.scene.bridge.set_paused(True)
    desk.inspector.form.prompt.text.setPlainText("wind")
    desk.inspector.footer.make.click()
    qtbot.waitUntil(lambda: bool(desk.scene.bridge.jobs()), timeout=10_000)
    qtbot.waitUntil(lambda: desk.inspector.footer.needs.text() == "Queued", timeout=10_000)
    assert desk.scene.desktop.preferences.now.prompts == ("wind",)
    assert desk.inspector.header.status.text() == "Queued"
    desk.inspector.footer.cancel.click()
    qtbot.waitUntil(lambda: desk.inspector.footer.cancel.isHidden(), timeout=10_000)


def test_seed_lock_and_dice(desk: Desk) -> None:
    seed = desk.inspector.form.seed

    def written() -> int | None:
        return desk.region.seed

    assert written() == 3
    seed.lock.click()
    assert written() is None
    assert seed.seed.text() == "new each time"
    seed.lock.click()
    assert written() == desk.region.takes[-1].provenance.seed
    seed.dice.click()
    assert written() is not None
    seed.seed.setValue(2**32 - 1)
    assert written() == 2**32 - 1


def test_status_is_set_from_the_menu(desk: Desk) -> None:
    actions = {action.text(): action for action in desk.inspector.header._menu.actions()}
    assert list(actions) == ["Open", "Review", "Done"]
    actions["Done"].trigger()
    assert desk.region.status is RegionStatus.DONE
    assert desk.inspector.header.status.text() == "Done"


def test_starred_prompts_come_first_in_the_history(desk: Desk) -> None:
    field = desk.inspector.form.prompt
    desk.scene.desktop.preferences.remember_prompt("rain")
    field.text.setPlainText("gulls")
    field._star.click()
    field.show_history()
    assert field.popup is not None
    assert [(e.words, e.is_starred) for e in field.popup.entries] == [
        ("gulls", True),
        ("rain", False),
    ]
    QTest.keyClick(field.popup.search, Qt.Key.Key_Down)
    QTest.keyClick(field.popup.search, Qt.Key.Key_Return)
    assert desk.region.prompt == "rain"
    field.text.setPlainText("gulls")
    field._star.click()
    assert desk.scene.desktop.preferences.now.starred_prompts == ()


def test_clicking_hears_and_the_ring_chooses(desk: Desk) -> None:
    rows = desk.inspector.takes.rows
    assert [one.take.name if one.take else None for one in rows] == [
        None,
        "Take 1",
        "Take 2",
        "Take 3",
    ]
    QTest.mouseClick(rows[3], Qt.MouseButton.LeftButton)
    assert desk.audition.heard == "take-3"
    assert desk.region.comp[0].take_id == "take-1"
    assert "heard now" in rows[3].accessibleName()
    rows[3].radio.click()
    assert desk.region.comp[0].take_id == "take-3"
    assert "chosen" in desk.inspector.takes.rows[3].accessibleName()


def test_a_take_that_must_not_be_sold_is_marked(desk: Desk) -> None:
    def bound(project: Project) -> Project:
        region = project.regions[0]
        first, *others = region.takes
        made = replace(first.provenance, licence="CC BY-NC 4.0", allows_commercial_use=False)
        takes = (replace(first, provenance=made), *others)
        return replace(project, regions=(replace(region, takes=takes), *project.regions[1:]))

    desk.scene.document.apply("Bind", bound)
    _, first, second, _ = desk.inspector.takes.rows
    assert not first.licence.isHidden()
    assert first.licence.toolTip() == "Non-commercial use only (CC BY-NC 4.0)."
    assert first.accessibleName().endswith("Non-commercial use only (CC BY-NC 4.0).")
    assert second.licence.isHidden()
    assert "commercial" not in second.accessibleName()


def test_takes_are_reached_by_the_keyboard(desk: Desk) -> None:
    rows = desk.inspector.takes.rows
    rows[1].setFocus()
    QTest.keyClick(rows[1], Qt.Key.Key_Down)
    assert desk.audition.heard == "take-2"
    QTest.keyClick(rows[2], Qt.Key.Key_Return)
    assert desk.region.comp[0].take_id == "take-2"
    QTest.keyClick(rows[0], Qt.Key.Key_Space)
    assert desk.region.comp == ()


def test_the_page_of_a_take_says_how_it_was_made(desk: Desk) -> None:
    desk.inspector.takes.rows[2].more.click()
    details = desk.inspector.details
    assert desk.inspector._pages.currentWidget() is details
    assert details.name.text() == "Take 2"
    words_px = QFontMetrics(details.name.font()).horizontalAdvance("Take 2")
    gap_px = details._of.x() - details.name.x() - words_px
    assert 4 <= gap_px <= 18
    QTest.keyClicks(details.note, "too bright")
    QTest.keyClick(details.note, Qt.Key.Key_Return)
    assert desk.region.takes[1].note == "too bright"
    details.choose.click()
    assert desk.region.comp[0].take_id == "take-2"
    details.star.click()
    assert desk.region.takes[1].rating == 5
    details.remove.click()
    assert desk.inspector._pages.currentWidget() is desk.inspector._region_page


def test_escape_leaves_the_page_of_a_take(desk: Desk) -> None:
    desk.inspector.show_take(desk.region.takes[0].id)
    QTest.keyClicks(desk.inspector.details.note, "soft")
    QTest.keyClick(desk.inspector.details.note, Qt.Key.Key_Escape)
    assert desk.inspector._pages.currentWidget() is desk.inspector._region_page
    assert desk.region.takes[0].note == "soft"


def test_typing_for_a_region_that_went_is_told_and_changes_nothing(desk: Desk) -> None:
    from prismdesk.project.edits import remove_region

    QTest.keyClicks(desk.inspector.form.prompt.text, "rain")
    desk.scene.document.apply("Remove", lambda p: remove_region(p, REGION))
    desk.scene.pending.flush()
    assert desk.scene.project.regions == ()
    assert len(desk.scene.told) == 1


def test_waves_of_takes_are_drawn(desk: Desk, qtbot: QtBot) -> None:
    row = desk.inspector.takes.rows[1]
    assert row.wave is not None
    qtbot.waitUntil(lambda: row.wave is not None and row.wave.is_drawn, timeout=10_000)
    qtbot.waitUntil(lambda: "LUFS" in row.toolTip(), timeout=10_000)


def texts_of(panel: QWidget) -> Iterator[tuple[str, bool]]:
    """Yield each text that is shown whole, and whether there is room for it."""
    for child in panel.findChildren(QWidget):
        if not child.isVisible() or isinstance(child, ElidedLabel):
            continue
        metrics = child.fontMetrics()
        if isinstance(child, (QLabel, QPushButton)):
            words = child.text()
            if isinstance(child, QLabel) and child.wordWrap():
                continue
            width = metrics.horizontalAdvance(words)
            yield words, child.width() >= width and child.height() >= metrics.height()
        elif isinstance(child, (QLineEdit, QComboBox)):
            yield child.accessibleName(), child.height() >= metrics.height()


@pytest.mark.parametrize("percent", [100, 200])
def test_no_text_is_cut(qtbot: QtBot, tmp_path: Path, percent: int) -> None:
    set_text_scale(percent)
    try:
        desk = Desk(tmp_path, a_project_with_takes())
        desk.inspector.resize(WIDTH_PX * percent // 100, HEIGHT_PX * percent // 100)

        def tight() -> list[str]:
            return [words for words, has_room in texts_of(desk.inspector) if not has_room]

        # New controls get their places in the event loop's next rounds.
        qtbot.waitUntil(lambda: not tight(), timeout=5000)
        desk.inspector.close()
        desk.scene.close()
    finally:
        set_text_scale(100)


def test_controls_have_names_for_readers(desk: Desk) -> None:
    from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox

    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox)
    nameless = [
        type(child).__name__
        for child in desk.inspector.findChildren(QWidget)
        if isinstance(child, kinds)
        and not child.accessibleName()
        and not (isinstance(child, QAbstractButton) and child.text())
    ]
    assert nameless == []
    for field in desk.inspector.findChildren(QLineEdit):
        is_inner = isinstance(field.parent(), (QAbstractSpinBox, QComboBox))
        assert is_inner or field.accessibleName()


def test_a_new_region_without_takes_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    desk = Desk(tmp_path, a_project(regions=(a_fake_region(),)))
    assert desk.inspector.takes.rows == []
    assert not desk.inspector.takes._empty.isHidden()
    desk.inspector.close()
    desk.scene.close()


def test_the_licence_is_that_of_the_variant_and_says_what_it_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = Variant(id="free", name="Free", licence_weights="CC0")
    bound = Variant(
        id="bound", name="Bound", licence_weights="CC BY-NC 4.0", allows_commercial_use=False
    )
    unstated = Variant(id="unstated", name="Unstated", allows_commercial_use=False)
    private = replace(bound, id="private")
    engine = replace(FAKE, variants=(free, bound, unstated, private), needs_torch=True)
    monkeypatch.setitem(catalogue._OFFERS, FAKE.id, lambda: engine)
    policy = tmp_path / "policy.toml"
    policy.write_text(
        "format = 1\ncompany = 'Nordkai'\n[models.private]\nuses = ['personal']\n",
        encoding="utf-8",
    )
    monkeypatch.setenv(POLICY_VARIABLE, str(policy))

    regions = [a_fake_region(variant=one.id) for one in engine.variants]
    assert [licence_words(region, engine) for region in regions] == [
        "Any use. Fits this project.",
        "Non-commercial use only (CC BY-NC 4.0). Fits this project.",
        "No licence is stated. Treated as non-commercial. Fits this project.",
        "Personal use only, says the policy file of Nordkai. Fits this project.",
    ]


def test_an_engine_without_weights_says_so() -> None:
    ambience = catalogue.capabilities_of("ambience")
    words = licence_words(a_fake_region(engine="ambience"), ambience)
    assert words.startswith("Needs no weights; code under ")

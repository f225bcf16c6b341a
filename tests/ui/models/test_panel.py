"""The cards of the panel, what can be looked for, folders, checking and removing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.custom import CUSTOM_FILE_NAME
from prismdesk.engines.weights.places import own_path
from prismdesk.project.model import ProjectUse
from prismdesk.session.models import added_folders
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.models.side_column import FilterRow
from tests.builders import a_project
from tests.ui.making_scene import a_fake_region
from tests.ui.models.scene import (
    FOLDER_QUESTION,
    OTHER,
    PATIENCE_MS,
    SMALL,
    PanelScene,
    open_panel,
)

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import QUrl
    from pytestqt.qtbot import QtBot

    from tests.engines.weights.hub_server import Hub

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def texts(widget: QWidget) -> str:
    """Return all that a widget says."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.text())


def choose_folder(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the next question for a folder be answered."""
    monkeypatch.setattr(FOLDER_QUESTION, staticmethod(lambda *_: str(folder)))


def test_a_card_says_what_a_model_is_and_who_allows_what(models: PanelScene) -> None:
    card = models.card(OTHER)
    said = texts(card)
    model = model_of(OTHER)
    assert card.name.text() == "MMAudio small, 16 kHz"
    assert "16 kHz mono · 8 s at a time" in said
    assert "Weak at: now and then murmurs" in said
    assert model.summary in said
    assert "Non-commercial use only (CC BY-NC 4.0)." in said
    assert model.licence_weights.plain_words in said
    assert "Code: MIT" in said
    assert card.terms.accessibleName() == "Allowed in this project"
    assert card.state.accessibleName() == "Not installed"
    assert card.foot.amount.text().endswith("kB to get")
    assert card.accessibleName().startswith("MMAudio small, 16 kHz: Not installed")


def test_purposes_have_counts_and_narrow_the_list(models: PanelScene) -> None:
    side = models.panel.side
    assert side.purposes["All"].accessibleName() == "All, 13"
    assert side.purposes["Mend and fill"].accessibleName() == "Mend and fill, 13"
    assert side.purposes["Music"].accessibleName() == "Music, 3"
    side.purposes["Music"].click()
    shown = [one for one, card in models.panel.cards.items() if card.isVisible()]
    assert shown == [one for one in models.panel.cards if one.startswith("audiox")]
    assert not models.panel.ambience.isVisible()
    side.purposes["Mend and fill"].click()
    assert models.panel.ambience.isVisible()
    assert models.panel.grid.columns == 2


def test_links_lead_to_where_the_terms_are_stated(
    models: PanelScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_address(address: QUrl) -> None:
        opened.append(address.toString())

    monkeypatch.setattr(
        "prismdesk.ui.models.licence_lines.QDesktopServices.openUrl", staticmethod(open_address)
    )
    models.card(OTHER).terms.link.click()
    models.card(OTHER).code.link.click()
    models.card(SMALL).terms.link.click()
    assert opened == [
        "https://github.com/hkchengrex/MMAudio",
        "https://github.com/hkchengrex/MMAudio",
        "https://huggingface.co/jnwnlee/SelVA",
    ]
    assert models.card(OTHER).terms.link.text() == "Where it says so"
    assert models.card(SMALL).terms.link.text() == "Where it was looked for"


def test_the_terms_name_every_licence(models: PanelScene) -> None:
    models.card(SMALL).foot.get.click()
    said = texts(models.panel.terms)
    model = model_of(SMALL)
    for licence in (model.licence_code, *model.licences):
        assert licence.plain_words in said
        assert licence.where_stated in said
    assert "open_clip_pytorch_model.bin: Apple ML research" in said
    assert "The strictest rules: no licence is stated. Treated as non-commercial." in said


def test_memory_is_shown_against_the_machines(models: PanelScene) -> None:
    card = models.card(SMALL)
    models.qtbot.waitUntil(lambda: card.memory.machine_bytes > 0, timeout=PATIENCE_MS)
    assert [row.label for row in card.memory.rows] == ["8 s", "30 s", "2 min"]
    assert card.memory_line.text() == "line: 12 GB"
    models.scene.selection.select_region(models.scene.project.regions[0].id)
    assert [row.label for row in card.memory.rows][-1] == "region"
    models.scene.selection.select_region(None)
    assert len(card.memory.rows) == 3
    assert "this machine has 12 GB" in card.memory.accessibleDescription()


def test_words_and_a_tick_narrow_the_list(models: PanelScene) -> None:
    QTest.keyClicks(models.panel.search, "mmaudio LARGE")
    shown = [one for one, card in models.panel.cards.items() if card.isVisible()]
    assert shown == ["mmaudio-large_44k", "mmaudio-large_44k_v2"]
    assert models.panel.count.text() == "2 models shown, 0 installed"
    models.panel.search.clear()
    models.panel.side.only_installed.click()
    assert not any(card.isVisible() for card in models.panel.cards.values())
    assert models.panel.nothing.isVisible()
    assert models.panel.nothing.text() == "None installed. Ambience works without."
    models.panel.side.only_installed.click()
    assert all(card.isVisible() for card in models.panel.cards.values())
    models.install(SMALL)
    models.panel.side.only_installed.click()
    assert [one for one, card in models.panel.cards.items() if card.isVisible()] == [SMALL]


def test_whole_files_are_found_right(models: PanelScene) -> None:
    models.install(SMALL)
    card = models.card(SMALL)
    card.foot.verify.click()
    assert models.state(SMALL).startswith("Reading")
    models.qtbot.waitUntil(card.told.isVisible, timeout=PATIENCE_MS)
    assert "read again" in card.told.text()
    assert models.told[-1].kind is MessageKind.GOOD
    assert models.state(SMALL) == "Ready"


def test_a_damaged_file_is_found_and_fetched_anew(models: PanelScene, hub: Hub) -> None:
    models.install(SMALL)
    path = own_path(model_of(SMALL).files["generator"])
    content = path.read_bytes()
    path.write_bytes(b"?" + content[1:])
    card = models.card(SMALL)
    card.foot.verify.click()
    models.wait_for(SMALL, "File damaged")
    assert card.told.text() == f"{path} is damaged: its checksum is another."
    hub.asked.clear()
    card.foot.repair.click()
    models.wait_for(SMALL, "Ready")
    assert path.read_bytes() == content
    assert len(hub.gets()) == 1


def test_removing_asks_first_and_keeps_what_others_need(models: PanelScene) -> None:
    models.install(SMALL)
    models.install(OTHER)
    card = models.card(SMALL)
    card.foot.remove.click()
    assert card.foot.amount.text() == "Delete its files?"
    card.foot.keep.click()
    assert models.state(SMALL) == "Ready"
    card.foot.remove.click()
    card.foot.really.click()
    models.wait_for(SMALL, "Partly here")
    assert models.told[-1].title == "SelVA small, 16 kHz is removed."
    assert OTHER in models.told[-1].body
    assert models.state(OTHER) == "Ready"
    assert not own_path(model_of(SMALL).files["generator"]).exists()


def test_a_folder_with_checkpoints_is_used_and_forgotten(
    models: PanelScene, monkeypatch: pytest.MonkeyPatch, small_checkpoints: Path
) -> None:
    choose_folder(monkeypatch, small_checkpoints)
    models.panel.side.use_folder.click()
    models.qtbot.waitUntil(lambda: len(models.panel.listing.folders) == 1, timeout=PATIENCE_MS)
    own = [one for one in models.panel.listing.models if one.model.custom_folder is not None]
    assert own
    assert all(models.state(one.model.id) == "Ready" for one in own)
    assert not any(models.card(one.model.id).foot.remove.isVisible() for one in own)
    assert added_folders() == (small_checkpoints,)
    models.panel.folders.forget_buttons[small_checkpoints].click()
    models.qtbot.waitUntil(lambda: not models.panel.listing.folders, timeout=PATIENCE_MS)
    assert not [one for one in models.panel.listing.models if one.model.custom_folder is not None]
    assert (small_checkpoints / "selva-tiny_16k").is_dir() or any(small_checkpoints.iterdir())


def test_a_folder_without_weights_is_refused_in_a_sentence(
    models: PanelScene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    choose_folder(monkeypatch, empty)
    models.shelf.want_folder()
    models.qtbot.waitUntil(lambda: bool(models.told), timeout=PATIENCE_MS)
    assert models.told[0].title.startswith(f"Nothing in {empty}")
    assert added_folders() == ()


def test_broken_checkpoints_and_lost_folders_are_named(
    models: PanelScene,
    monkeypatch: pytest.MonkeyPatch,
    small_checkpoints: Path,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "mine"
    (folder / "broken").mkdir(parents=True)
    (folder / "broken" / CUSTOM_FILE_NAME).write_text("{")
    good = next(path for path in small_checkpoints.iterdir() if path.is_dir())
    (folder / "good").symlink_to(good)
    choose_folder(monkeypatch, folder)
    models.panel.side.use_folder.click()
    models.qtbot.waitUntil(lambda: bool(models.panel.listing.problems), timeout=PATIENCE_MS)
    assert str(folder / "broken") in texts(models.panel.folders)
    folder.rename(tmp_path / "elsewhere")
    models.panel.look_again()
    models.qtbot.waitUntil(
        lambda: f"{folder} is not there" in texts(models.panel.folders), timeout=PATIENCE_MS
    )
    models.panel.folders.forget_buttons[folder].click()
    models.qtbot.waitUntil(lambda: added_folders() == (), timeout=PATIENCE_MS)


def test_a_commercial_project_refuses_on_the_card(qtbot: QtBot, tmp_path: Path, hub: Hub) -> None:
    project = replace(a_project(regions=(a_fake_region(),)), use=ProjectUse.COMMERCIAL)
    with open_panel(qtbot, tmp_path, project=project) as models:
        card = models.card(SMALL)
        assert card.terms.accessibleName().startswith("Refused in this commercial project")
        assert models.panel.banner.isVisible()
        said = models.panel.banner.words.text()
        assert said.startswith("12 of 12 models are refused in this commercial project.")
        models.install(OTHER, "Refused here")
        assert "commercial project" in models.card(OTHER).foot.use.toolTip()
        assert not models.card(OTHER).foot.use.isEnabled()
        models.panel.side.only_allowed.click()
        assert not any(card.isVisible() for card in models.panel.cards.values())
        assert models.panel.ambience.isVisible()


def test_everything_is_reached_by_key_and_has_a_name(models: PanelScene) -> None:
    models.install(SMALL)
    models.panel.activateWindow()
    models.qtbot.waitUntil(models.panel.isActiveWindow, timeout=PATIENCE_MS)
    models.panel.search.setFocus()
    reached: set[QWidget] = set()
    for _ in range(400):
        focused = QApplication.focusWidget()
        if focused is None or focused in reached:
            break
        reached.add(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    wanted = {
        one
        for kind in (QAbstractButton, QLineEdit)
        for one in models.panel.findChildren(kind)
        if one.isVisible()
        and one.isEnabled()
        and one.parent() is not models.panel.search
        # Of those that exclude each other Tab reaches the chosen one, arrows the others.
        and not (isinstance(one, FilterRow) and not one.isChecked())
    }
    assert wanted - reached == set()
    assert [one for one in wanted if not (one.accessibleName() or one.text())] == []  # type: ignore[attr-defined]  # both kinds have a text
    names = [one.accessibleName() for one in wanted if isinstance(one, QAbstractButton)]
    assert len([name for name in names if name.startswith("Get (")]) == len(models.panel.cards) - 1

"""The cards of presets: how they stand, what is looked for, what is done with them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from prismdesk.session.presets import own_root
from tests.ui.adapters.preset_scene import (
    OTHER_MODEL,
    a_selva_region,
    open_library,
    put_preset,
    reference_of,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_without_presets_it_says_how_to_come_by_some(tmp_path: Path, qtbot: QtBot) -> None:
    with open_library(tmp_path, qtbot) as shown:
        side = shown.panel.library
        assert side.nothing.text() == "No presets."
        assert side.first_import.isVisible()
        assert side.first_train.isVisible()
        assert side.first_train.toolTip().endswith(" Key: Shift+F6")
        assert not side.import_button.isVisible()
        assert not side.filters.isVisible()


def test_cards_say_how_presets_stand_with_the_regions_model(tmp_path: Path, qtbot: QtBot) -> None:
    put_preset("fits", trigger="harbour planks", sound_from="Own recordings", strength=-0.25)
    put_preset("other", base=OTHER_MODEL)
    put_preset("no alpha", alpha=None)
    put_preset("no base", base="")
    (own_root() / "broken.safetensors").write_bytes(b"<html>" * 40)
    with open_library(tmp_path, qtbot, width_px=1200) as shown:
        states = {
            card.preset.name: card.card_state.words  # type: ignore[union-attr]  # cards that are shown have both
            for card in shown.panel.library.wall.cards
        }
        assert states == {
            "fits": "Base matches",
            "other": "Made for SelVA small, 16 kHz",
            "no alpha": "File states no alpha",
            "no base": "File names no model",
            "broken": "Damaged",
        }
        fits = shown.card("fits")
        assert fits.chip.text() == "harbour planks"
        assert fits.facts.text() == "rank 4, alpha 8"
        assert fits.origin.text() == "Sound from: Own recordings"
        assert fits.figure.text() == "−0.25"
        assert fits.accessibleName().startswith("fits, Base matches, harbour planks")
        assert [one.text() for one in shown.card("no alpha").alphas] == ["4", "8"]
        assert shown.card("no base").choose_base.isVisible()
        assert "web page" in shown.card("broken").detail.text()
        assert not shown.card("broken").strength.isVisible()


def test_words_and_switches_narrow_the_list(tmp_path: Path, qtbot: QtBot) -> None:
    put_preset("planks", trigger="harbour planks", is_favourite=True)
    put_preset("rain", base=OTHER_MODEL)
    region = a_selva_region(adapters=((reference_of("rain"), 1.0),))
    with open_library(tmp_path, qtbot, region) as shown:
        filters = shown.panel.library.filters
        assert filters.fitting.text() == "Fits SelVA medium, 44.1 kHz"
        for switch, names in (
            (filters.fitting, ["planks"]),
            (filters.used, ["rain"]),
            (filters.starred, ["planks"]),
        ):
            switch.click()
            shown.wait(lambda: shown.shown == names)  # noqa: B023  (waited for at once)
            switch.click()
            shown.wait(lambda: len(shown.shown) == 2)
        QTest.keyClicks(filters.search, "HARBOUR")
        shown.wait(lambda: shown.shown == ["planks"])
        QTest.keyClicks(filters.search, "x")
        shown.wait(lambda: not shown.shown)
        assert shown.panel.library.nothing.text() == "No preset is like that."


def test_enter_on_a_card_puts_it_on_the_region_as_a_step(tmp_path: Path, qtbot: QtBot) -> None:
    put_preset("planks", strength=0.8)
    with open_library(tmp_path, qtbot) as shown:
        assert shown.panel.library.wall.take_focus()
        QTest.keyClick(shown.card("planks"), Qt.Key.Key_Return)
        assert dict(shown.region.adapters) == {reference_of("planks"): 0.8}
        assert shown.scene.document.label_of_undo == "Use planks"
        shown.wait(lambda: shown.card("planks").used.text() == "Used in 1 region here")
        QTest.keyClick(shown.card("planks"), Qt.Key.Key_Return)
        assert shown.scene.told[-1].title == "The selected region has planks already."
        shown.scene.document.undo()
        assert not shown.region.adapters


def test_arrows_go_from_card_to_card(tmp_path: Path, qtbot: QtBot) -> None:
    for name in ("a", "b", "c", "d", "e"):
        put_preset(name)
    with open_library(tmp_path, qtbot) as shown:
        wall = shown.panel.library.wall
        assert wall.columns == 3
        assert wall.take_focus()
        names = shown.shown
        for key, number in (
            (Qt.Key.Key_Right, 1),
            (Qt.Key.Key_Down, 4),
            (Qt.Key.Key_Left, 3),
            (Qt.Key.Key_Up, 0),
            (Qt.Key.Key_Left, 0),
        ):
            focused = wall.focusWidget()
            assert focused is not None
            QTest.keyClick(focused, key)
            assert wall.picked_preset is not None
            assert wall.picked_preset.name == names[number]


def test_star_and_strength_are_written_beside_the_file(tmp_path: Path, qtbot: QtBot) -> None:
    path = put_preset("planks", strength=0.8)
    with open_library(tmp_path, qtbot) as shown:
        shown.card("planks").star.click()
        shown.wait(lambda: shown.card("planks").preset.is_favourite)  # type: ignore[union-attr]  # a shown card has one
        shown.card("planks").strength.setValue(130)
        shown.wait(lambda: shown.card("planks").preset.strength == 1.3)  # type: ignore[union-attr]  # as above
        written = json.loads(path.with_suffix(".json").read_text())
        assert written["preferred weight"] == 1.3
        assert written["prismdesk"]["favourite"] is True


def test_what_was_removed_can_be_brought_back(tmp_path: Path, qtbot: QtBot) -> None:
    path = put_preset("planks", trigger="harbour planks", has_example=True)
    with open_library(tmp_path, qtbot) as shown:
        preset = shown.card("planks").preset
        assert preset is not None
        menu = shown.panel.library.actions_of_cards.menu_of(preset)
        next(one for one in menu.actions() if one.text() == "Remove from the library").trigger()
        shown.wait(lambda: not shown.shown)
        assert not path.exists()
        assert shown.scene.told[-1].title == "planks was removed from the library."
        shown.scene.press("Bring it back")
        shown.wait(lambda: shown.shown == ["planks"])
        assert path.with_suffix(".wav").is_file()
        assert shown.card("planks").chip.text() == "harbour planks"


def test_an_example_is_heard_and_the_project_again_after_it(tmp_path: Path, qtbot: QtBot) -> None:
    put_preset("planks", has_example=True)
    put_preset("rain")
    with open_library(tmp_path, qtbot) as shown:
        assert not shown.card("rain").play.isEnabled()
        shown.card("planks").play.click()
        shown.wait(lambda: shown.panel.hearing.is_heard)
        played = shown.player.loaded[-1]
        assert [clip.length_samples for clip in played.tracks[0].lanes[0].clips] == [48_000]
        assert shown.card("planks").play.toolTip() == "Stop"
        shown.card("planks").play.click()
        assert shown.player.loaded[-1].regions == shown.scene.project.regions
        assert shown.card("planks").play.toolTip() == "Play the example"


def test_thousands_of_presets_share_a_few_cards(tmp_path: Path, qtbot: QtBot) -> None:
    for name in ("a", "b"):
        put_preset(name)
    with open_library(tmp_path, qtbot) as shown:
        side = shown.panel.library
        entries = side.listing.entries * 1500
        side._show_listing(replace(side.listing, entries=entries, total=len(entries)))
        wall = side.wall
        assert side.count.text().startswith("3 000 presets")
        for place in (0, 40_000, wall.verticalScrollBar().maximum(), 5):
            wall.verticalScrollBar().setValue(place)
            assert 3 <= len(wall.cards) <= 18
        assert len(wall._spare) + len(wall.cards) <= 30

from __future__ import annotations

from pathlib import Path

from prismdesk.ui.actions.keymap import Keymap
from prismdesk.ui.actions.table import ACTIONS
from prismdesk.ui.keyboard.key_list import keys_html, keys_markdown
from prismdesk.ui.theme import DARK

DOCUMENT = Path(__file__).parents[3] / "docs" / "keys.md"


def test_page_of_the_documentation_is_current() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == keys_markdown()


def test_page_names_every_action_once() -> None:
    lines = keys_markdown().splitlines()

    for spec in ACTIONS:
        assert sum(line.endswith(f"| {spec.help} |") for line in lines) == 1, spec.id


def test_help_page_shows_the_keys_in_force() -> None:
    html = keys_html(Keymap().with_keys("edit.split", ("Ctrl+K",)), DARK)

    assert "Ctrl+K" in html


def test_search_finds_by_name_and_by_key() -> None:
    by_name = keys_html(Keymap(), DARK, wanted="crossfade")
    by_key = keys_html(Keymap(), DARK, wanted="ctrl+g")

    assert "Crossfade" in by_name
    assert "Undo" not in by_name
    assert "Go to" in by_key


def test_search_in_vain_says_so_and_shows_no_markup() -> None:
    assert "&lt;b&gt;" in keys_html(Keymap(), DARK, wanted="<b>")

"""All keys by menu, as a page to read or print, made from the table of actions.

``python -m prismdesk.ui.keyboard.key_list docs/keys.md`` writes the page of the documentation.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.ui.actions.keymap import PRESETS, Keymap, shown_key
from prismdesk.ui.actions.table import ACTIONS, ActionSpec, menu_titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prismdesk.ui.theme import Theme

_BESIDES = (
    ("Ctrl + wheel", "Zoom about the pointer."),
    ("Shift + wheel", "Scroll through the time."),
    ("Alt while dragging", "Don't snap."),
    ("Esc while dragging", "Leave everything as it was before the gesture."),
    ("K held, then J or L", "Play slowly."),
    ("Ctrl + Alt while dragging a clip", "Slip its sound under it."),
    ("Alt + arrows on the timeline", "Go from clip to clip, and up and down the lanes."),
    ("Enter, Menu on the timeline", "Select the clip, region, take or marker; open its menu."),
    ("Tab", "Go to the next control; Shift+Tab to the one before."),
)
"""What keys do that are no action of a menu."""


def by_menu() -> Iterator[tuple[str, tuple[ActionSpec, ...]]]:
    """Yield each menu of the bar with its actions."""
    for title in menu_titles():
        yield title, tuple(spec for spec in ACTIONS if spec.menu.split("/")[0] == title)


def keys_markdown() -> str:
    """Return the page of the documentation: every action with its keys in both presets."""
    lines = [
        "# Keys",
        "",
        "Made from the table of actions by `python -m prismdesk.ui.keyboard.key_list "
        "docs/keys.md`; a test keeps it current.",
        "",
        f"Two presets: **{PRESETS['nle']}** is the default, **{PRESETS['daw']}** has the letters "
        "that sound editors use. Both can be changed in Preferences, Keys. Letters type in text "
        "fields; the keys with Ctrl and Alt work there too.",
    ]
    for title, specs in by_menu():
        lines += ["", f"## {title}", ""]
        lines += [f"| Action | {PRESETS['nle']} | {PRESETS['daw']} | |", "|---|---|---|---|"]
        lines += [
            f"| {spec.name} | {_cell(spec.keys_nle)} | {_cell(spec.keys_daw)} | {spec.help} |"
            for spec in specs
        ]
    lines += ["", "## Besides", "", "| Key | |", "|---|---|"]
    lines += [f"| {key} | {words} |" for key, words in _BESIDES]
    return "\n".join(lines) + "\n"


def keys_html(keymap: Keymap, theme: Theme, *, wanted: str = "") -> str:
    """Return the keys in force as a page.

    Args:
        keymap: the keys.
        theme: its colours for rules and captions.
        wanted: only actions whose name, help or key has this in it.
    """
    parts = [f"<style>td {{ padding: 2px 12px 2px 0; }} .dim {{ color: {theme.dim}; }}</style>"]
    for title, specs in by_menu():
        rows = [_row(spec, keymap) for spec in specs if matches(spec, keymap, wanted)]
        if rows:
            parts.append(f"<h3>{title}</h3><table width='100%'>{''.join(rows)}</table>")
    rows = [
        f"<tr><td width='30%'><b>{key}</b></td><td>{escape(words)}</td></tr>"
        for key, words in _BESIDES
        if wanted.lower() in f"{key} {words}".lower()
    ]
    if rows:
        parts.append(f"<h3>Besides</h3><table width='100%'>{''.join(rows)}</table>")
    if len(parts) == 1:
        parts.append(f"<p class='dim'>No action has “{escape(wanted)}” in it.</p>")
    return "".join(parts)


def matches(spec: ActionSpec, keymap: Keymap, wanted: str) -> bool:
    """Tell whether an action has some words in its name, menu, help or keys."""
    keys = " ".join(map(shown_key, keymap.keys_of(spec.id)))
    return wanted.strip().lower() in f"{spec.name} {spec.menu} {spec.help} {keys}".lower()


def keys_in_words(keys: Iterable[str]) -> str:
    """Return keys for the eye, each once: Ctrl+Return and Ctrl+Enter are one to the user."""
    return ", ".join(dict.fromkeys(map(shown_key, keys)))


def _row(spec: ActionSpec, keymap: Keymap) -> str:
    keys = escape(keys_in_words(keymap.keys_of(spec.id))) or "–"
    return (
        f"<tr><td width='30%'><b>{keys}</b></td><td width='25%'>{escape(spec.name)}</td>"
        f"<td class='dim'>{escape(spec.help)}</td></tr>"
    )


def _cell(keys: tuple[str, ...]) -> str:
    return ", ".join(f"`{key}`" for key in keys)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(keys_markdown(), encoding="utf-8")

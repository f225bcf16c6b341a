"""Which keys do what: a preset of the table with the user's own changes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from prismdesk.ui.actions.table import ACTIONS, ActionSpec, spec_of

if TYPE_CHECKING:
    from collections.abc import Mapping

PRESETS = MappingProxyType({"nle": "Picture editor (J K L, I O)", "daw": "Sound workstation"})
"""The presets' names by the word that the preferences keep."""

_BARE = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_Meta,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_unknown,
    }
)


@dataclass(frozen=True, slots=True)
class Keymap:
    """Keys of every action.

    Attributes:
        preset: "nle" or "daw".
        overrides: the keys that the user chose, by action; () takes an action's keys away.
    """

    preset: str = "nle"
    overrides: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def keys_of(self, action_id: str) -> tuple[str, ...]:
        """Return an action's keys in Qt's portable text, the one to show first."""
        if action_id in self.overrides:
            return self.overrides[action_id]
        return self.preset_keys_of(action_id)

    def preset_keys_of(self, action_id: str) -> tuple[str, ...]:
        """Return an action's keys without the user's changes."""
        spec = spec_of(action_id)
        return spec.keys_daw if self.preset == "daw" else spec.keys_nle

    def actions_on(self, key: str) -> tuple[ActionSpec, ...]:
        """Return the actions that a key would do."""
        wanted = normal_key(key)
        return tuple(spec for spec in ACTIONS if wanted in map(normal_key, self.keys_of(spec.id)))

    def conflicts(self) -> dict[str, tuple[ActionSpec, ...]]:
        """Return the keys that do more than one thing, with the actions."""
        users: dict[str, list[ActionSpec]] = defaultdict(list)
        for spec in ACTIONS:
            for key in self.keys_of(spec.id):
                users[normal_key(key)].append(spec)
        return {key: tuple(specs) for key, specs in users.items() if len(specs) > 1}

    def with_keys(self, action_id: str, keys: tuple[str, ...]) -> Keymap:
        """Return this map with an action's keys changed; taken from whoever had them."""
        overrides = dict(self.overrides)
        taken = {normal_key(key) for key in keys}
        for spec in ACTIONS:
            now = self.keys_of(spec.id)
            left = tuple(key for key in now if normal_key(key) not in taken)
            if spec.id != action_id and left != now:
                overrides[spec.id] = left
        overrides[action_id] = keys
        return self._with_overrides(overrides)

    def with_preset_keys(self, action_id: str) -> Keymap:
        """Return this map with one action's keys as the preset has them, taken from others."""
        return self.with_keys(action_id, self.preset_keys_of(action_id))

    def _with_overrides(self, overrides: dict[str, tuple[str, ...]]) -> Keymap:
        told = {one: keys for one, keys in overrides.items() if keys != self.preset_keys_of(one)}
        return replace(self, overrides=told)


def keymap_of(preset: str, overrides: Mapping[str, tuple[str, ...]]) -> Keymap:
    """Return a key map from what was kept on disk; what today's table doesn't know is left out."""
    known = {spec.id for spec in ACTIONS}
    kept = {
        action_id: tuple(key for key in keys if normal_key(key))
        for action_id, keys in overrides.items()
        if action_id in known
    }
    return Keymap(preset if preset in PRESETS else "nle", kept)


def normal_key(key: str) -> str:
    """Return a key in one way of writing it, to compare it; empty if it is no key."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


@cache
def shown_key(key: str) -> str:
    """Return a key as this system writes it."""
    words = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return words.replace("Return", "Enter") if words.endswith("Return") else words


def pressed_key(event: QKeyEvent) -> str:
    """Return a pressed key in Qt's portable text; empty for Shift, Ctrl and Alt alone."""
    key = Qt.Key(event.key())
    if key in _BARE:
        return ""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    # Shift that made "?" out of "/" is in the character already.
    text = event.text()
    if len(text) == 1 and ord(text) == key and not text.isalnum() and not text.isspace():
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return normal_key(QKeySequence(QKeyCombination(modifiers, key)).toString())

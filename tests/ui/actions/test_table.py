from __future__ import annotations

from collections import Counter

import pytest

from prismdesk.ui.actions.keymap import PRESETS, Keymap, normal_key
from prismdesk.ui.actions.table import ACTIONS, menu_titles, spec_of

EVERY_PRESET = pytest.mark.parametrize("preset", PRESETS)


def test_no_action_is_told_twice() -> None:
    assert [one for one, count in Counter(spec.id for spec in ACTIONS).items() if count > 1] == []


def test_ids_begin_with_their_menu() -> None:
    strange = {
        spec.id
        for spec in ACTIONS
        if spec.id.split(".")[0] != spec.menu.split("/")[0].lower()
        and spec.id
        not in ("jobs.cancel", "jobs.show", "jobs.hear", "jobs.enough", "licence.policy")
        and (spec.id.split(".")[0], spec.menu) != ("train", "Presets")
    }
    assert strange == set()


def test_menus_stand_in_their_order() -> None:
    assert menu_titles() == (
        "File",
        "Edit",
        "View",
        "Region",
        "Takes",
        "Presets",
        "Transport",
        "Track",
        "Help",
    )


@EVERY_PRESET
def test_each_key_does_one_thing(preset: str) -> None:
    assert Keymap(preset).conflicts() == {}


@EVERY_PRESET
def test_every_key_is_one_that_qt_knows(preset: str) -> None:
    keymap = Keymap(preset)
    wrong = [
        (spec.id, key)
        for spec in ACTIONS
        for key in keymap.keys_of(spec.id)
        if normal_key(key) != key
    ]
    assert wrong == []


@EVERY_PRESET
def test_no_key_opens_a_menu_too(preset: str) -> None:
    mnemonics = {f"Alt+{letter}" for letter in "FEVRTSNAH"}
    used = {normal_key(key) for spec in ACTIONS for key in Keymap(preset).keys_of(spec.id)}
    assert used & mnemonics == set()


@EVERY_PRESET
def test_plain_escape_is_nobodys_key(preset: str) -> None:
    assert Keymap(preset).actions_on("Esc") == ()


@pytest.mark.parametrize(
    ("action_id", "keys"),
    [
        ("transport.play", "Space"),
        ("transport.shuttle_back", "J"),
        ("transport.shuttle_stop", "K"),
        ("transport.shuttle_forward", "L"),
        ("transport.frame_back", "Left"),
        ("transport.second_forward", "Shift+Right"),
        ("edit.nudge_left", ","),
        ("edit.nudge_right_5", "Shift+."),
        ("edit.nudge_right_ms", "Alt+."),
        ("transport.mark_in", "I ["),
        ("transport.mark_out", "O ]"),
        ("transport.clear_marks", "Alt+X"),
        ("transport.previous_edit", "Up"),
        ("transport.next_edit", "Down"),
        ("transport.start", "Home"),
        ("transport.end", "End"),
        ("edit.split", "S Ctrl+B"),
        ("edit.trim_start", "Q"),
        ("edit.trim_end", "W"),
        ("edit.fade_in", "D"),
        ("edit.fade_out", "G"),
        ("edit.crossfade", "F"),
        ("edit.ripple_mode", "Alt+P"),
        ("edit.ripple_delete", "Shift+Del"),
        ("view.fit", "Shift+Z"),
        ("view.zoom_selection", "Z"),
        ("view.zoom_toggle", "E"),
        ("transport.play_around", "/"),
        ("transport.play_in", "Alt+Space"),
        ("transport.play_out", "Shift+Space"),
        ("transport.loop", "Ctrl+L"),
        ("transport.marker", "M"),
        ("region.make", "Shift+M R"),
        ("takes.next", "T"),
        ("takes.previous", "Shift+T"),
        ("transport.go_to", "Ctrl+G"),
        ("edit.undo", "Ctrl+Z"),
        ("edit.redo", "Ctrl+Shift+Z Ctrl+Y"),
        ("takes.again_new_seed", "Ctrl+R"),
        ("jobs.cancel", "Ctrl+."),
    ],
)
def test_keys_are_those_an_editor_expects(action_id: str, keys: str) -> None:
    assert Keymap().keys_of(action_id) == tuple(keys.split())


@pytest.mark.parametrize(
    ("action_id", "key"),
    [
        ("region.generate", "Ctrl+Return"),
        ("region.inpaint", "Ctrl+Shift+Return"),
        ("region.continue", "Alt+Return"),
        ("view.zoom_in", "="),
        ("view.zoom_out", "-"),
    ],
)
def test_first_key_is_the_one_to_show(action_id: str, key: str) -> None:
    assert Keymap().keys_of(action_id)[0] == key


@pytest.mark.parametrize(
    ("action_id", "key"),
    [
        ("edit.split", "B"),
        ("edit.trim_start", "A"),
        ("edit.trim_end", "S"),
        ("transport.loop", "L"),
        ("transport.go_to", "Ctrl+J"),
        ("edit.fade_in", "D"),
    ],
)
def test_workstation_preset_has_its_own_letters(action_id: str, key: str) -> None:
    assert Keymap("daw").keys_of(action_id)[0] == key


def test_help_is_one_sentence_for_each_action() -> None:
    assert [spec.id for spec in ACTIONS if not spec.help.endswith(".") or "!" in spec.help] == []


def test_name_leaves_the_dots_out() -> None:
    assert spec_of("file.export").name == "Export"

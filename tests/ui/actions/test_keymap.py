from __future__ import annotations

from prismdesk.ui.actions.keymap import Keymap, keymap_of, normal_key, shown_key


def test_own_keys_take_the_place_of_the_presets() -> None:
    keymap = Keymap().with_keys("edit.split", ("Ctrl+K",))

    assert keymap.keys_of("edit.split") == ("Ctrl+K",)
    assert keymap.actions_on("S") == ()


def test_key_is_taken_from_who_had_it() -> None:
    keymap = Keymap().with_keys("edit.split", ("Q",))

    assert keymap.keys_of("edit.trim_start") == ()
    assert keymap.conflicts() == {}


def test_other_keys_of_who_loses_one_stay() -> None:
    keymap = Keymap().with_keys("edit.crossfade", ("Ctrl+B",))

    assert keymap.keys_of("edit.split") == ("S",)


def test_preset_keys_come_back_and_leave_no_override() -> None:
    changed = Keymap().with_keys("edit.split", ("Q",))

    back = changed.with_preset_keys("edit.split").with_preset_keys("edit.trim_start")

    assert back == Keymap()


def test_unknown_actions_and_broken_keys_on_disk_are_left_out() -> None:
    keymap = keymap_of("vim", {"edit.dance": ("S",), "edit.split": ("Ctrl+K", "no such key")})

    assert keymap == Keymap("nle", {"edit.split": ("Ctrl+K",)})


def test_overlapping_overrides_on_disk_are_found() -> None:
    keymap = keymap_of("nle", {"edit.split": ("Q",)})

    assert [spec.id for spec in keymap.conflicts()["Q"]] == ["edit.split", "edit.trim_start"]


def test_keys_compare_however_they_are_written() -> None:
    assert normal_key("shift+ctrl+z") == normal_key("Ctrl+Shift+Z")


def test_return_is_shown_as_enter() -> None:
    assert shown_key("Ctrl+Return") == "Ctrl+Enter"

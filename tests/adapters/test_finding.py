from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.adapters.library import Library
from tests.adapters.preset_files import write_preset

if TYPE_CHECKING:
    from pathlib import Path


def names(library: Library) -> list[str]:
    return [preset.name for preset in library.scan()]


def test_folders_are_looked_through_and_work_in_progress_is_left_out(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    write_preset(one / "a.safetensors")
    write_preset(one / "sea" / "deep" / "b.safetensors", seed=2)
    write_preset(two / "c.safetensors", seed=3)
    write_preset(one / ".hidden" / "d.safetensors")
    write_preset(one / "runs" / "first" / "checkpoints" / "e.safetensors")
    (one / "runs" / "first" / "run.toml").write_text("", encoding="utf-8")
    (one / "set").mkdir()
    (one / "set" / "set.toml").write_text("", encoding="utf-8")
    write_preset(one / "set" / "encoded" / "f.safetensors")
    assert names(Library([one, two, tmp_path / "gone"])) == ["a", "b", "c"]


def test_links_lead_neither_round_nor_out(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    write_preset(root / "sea" / "a.safetensors")
    write_preset(outside / "b.safetensors", seed=2)
    (root / "sea" / "round").symlink_to(root)
    (root / "out").symlink_to(outside)
    (root / "b.safetensors").symlink_to(outside / "b.safetensors")
    (root / "gone.safetensors").symlink_to(root / "nothing")
    (root / "same.safetensors").symlink_to(root / "sea" / "a.safetensors")
    assert len(Library([root]).scan()) == 1

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.adapters import known_facts
from prismdesk.adapters.library import Library
from prismdesk.engines.adapting.facts import AdapterFacts, facts_of
from tests.adapters.preset_files import write_preset

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_what_was_read_once_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_preset(tmp_path / "in" / "planks.safetensors", trigger="planks")
    bad = tmp_path / "in" / "bad.safetensors"
    bad.write_bytes(b"no adapter")
    cache = tmp_path / "facts.json"
    before = Library([tmp_path / "in"], cache).scan()
    read: list[Path] = []

    def counted(path: Path) -> AdapterFacts:
        read.append(path)
        return facts_of(path)

    monkeypatch.setattr(known_facts, "facts_of", counted)
    again = Library([tmp_path / "in"], cache)
    assert again.scan() == before
    assert read == []
    write_preset(bad, seed=7)
    assert [preset.problem for preset in again.scan()] == ["", ""]
    assert read == [bad]
    cache.write_text('{"format": "9"}', encoding="utf-8")
    assert len(Library([tmp_path / "in"], cache).scan()) == 2


def test_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    path = write_preset(tmp_path / "in" / "planks.safetensors")
    cache = tmp_path / "facts.json"
    library = Library([tmp_path / "in"], cache)
    library.scan()
    assert "planks" in cache.read_text(encoding="utf-8")
    path.unlink()
    assert library.scan() == ()
    assert "planks" not in cache.read_text(encoding="utf-8")

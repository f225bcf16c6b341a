from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prismdesk.adapters.duplicates import duplicates
from prismdesk.adapters.library import Library
from tests.adapters.preset_files import write_preset

if TYPE_CHECKING:
    from pathlib import Path


def test_copies_are_found_by_content_whatever_they_are_called(tmp_path: Path) -> None:
    old = write_preset(tmp_path / "rain.safetensors", author="Ada")
    os.utime(old, ns=(1, 1))
    write_preset(tmp_path / "more" / "shower.safetensors", author="Bea")
    write_preset(tmp_path / "snow.safetensors", seed=2)
    library = Library([tmp_path])
    (group,) = duplicates(library.presets())
    assert [preset.name for preset in group] == ["rain", "shower"]
    digits = group[0].hash
    assert library.find(f"shower@{digits}").name == "shower"
    assert library.find(f"gone@{digits}").name == "rain"

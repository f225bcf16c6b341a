from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prismdesk.adapters.library import Library
from prismdesk.adapters.search import Order, found
from prismdesk.adapters.sidecar import Sidecar, write_sidecar
from tests.adapters.preset_files import AUDIOX_LAYERS, write_preset

if TYPE_CHECKING:
    from pathlib import Path


def test_presets_are_found_by_words_and_sorted(tmp_path: Path) -> None:
    for number, (name, tag) in enumerate([("Rain", "wet"), ("Planks", "wood"), ("Attic", "wood")]):
        path = write_preset(tmp_path / f"{name}.safetensors", seed=number, tags=[tag], author="Ada")
        os.utime(path, ns=(number, number))
    write_preset(tmp_path / "Zither.safetensors", seed=9, layers=AUDIOX_LAYERS, notes="wood")
    write_sidecar(tmp_path / "Rain.json", Sidecar(is_favourite=True))
    presets = Library([tmp_path]).presets()

    def shown(text: str = "", order: Order = Order.NAME) -> list[str]:
        return [preset.name for preset in found(presets, text=text, order=order)]

    assert shown("WOOD") == ["Attic", "Planks"]
    assert shown("wood pla") == ["Planks"]
    assert shown(order=Order.NEWEST)[1:] == ["Attic", "Planks", "Rain"]
    assert shown(order=Order.FAVOURITES)[0] == "Rain"
    assert shown(order=Order.MODEL)[0] == "Zither"
    selva = found(presets, tests=[lambda preset: preset.family == "selva"])
    assert len(selva) == 3

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.adapting.facts import facts_of
from prismdesk.errors import Cancelled, InputError
from prismdesk.session import preset_conversion
from prismdesk.session.preset_conversion import convert
from tests.adapters.preset_files import write_preset
from tests.session.convert_work import SOURCE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def work_without_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preset_conversion, "work_source", SOURCE)


def test_a_file_is_converted_in_a_process_of_its_own(tmp_path: Path) -> None:
    source = write_preset(tmp_path / "planks.safetensors", alpha=None)
    target = tmp_path / "out.safetensors"
    convert(source, target, alpha=16.0, model_id="selva-small_16k", title="Planks")
    made = facts_of(target)
    assert (made.alpha, made.base_model) == (16.0, "selva-small_16k")
    assert made.training["title"] == "Planks"


def test_why_it_cannot_be_converted_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    source = write_preset(tmp_path / "refused.safetensors")
    with pytest.raises(InputError, match=r"refused\.safetensors is refused"):
        convert(source, tmp_path / "out.safetensors")
    assert [path.name for path in tmp_path.iterdir()] == ["refused.safetensors"]


def test_it_ends_when_it_is_not_wanted_any_more(tmp_path: Path) -> None:
    source = write_preset(tmp_path / "planks.safetensors")
    with pytest.raises(Cancelled):
        convert(source, tmp_path / "out.safetensors", cancelled=lambda: True)

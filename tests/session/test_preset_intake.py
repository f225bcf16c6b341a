from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import Cancelled, InputError
from prismdesk.session import preset_conversion
from prismdesk.session.preset_editing import remove, restore
from prismdesk.session.preset_intake import Answers, offer_of, take_in
from prismdesk.session.presets import library, own_root
from tests.adapters.preset_files import write_preset
from tests.session.convert_work import ConvertWork

if TYPE_CHECKING:
    from prismdesk.jobs.training.messages import ConvertTask

MEDIUM = "selva-medium_44k"


@pytest.fixture(autouse=True)
def converted_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def do(task: ConvertTask, label: str, **_: object) -> None:
        ConvertWork().convert(
            Path(task.source), Path(task.target), task.alpha, task.model_id, task.title
        )

    monkeypatch.setattr(preset_conversion, "do_apart", do)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Holds a whole preset, one without alpha and model, and a page that is no preset."""
    write_preset(tmp_path / "in" / "planks.safetensors", base_model=MEDIUM)
    write_preset(tmp_path / "in" / "deep" / "rain.safetensors", seed=2, alpha=None)
    (tmp_path / "in" / "page.safetensors").write_bytes(b"<html>" * 30)
    return tmp_path / "in"


def test_what_lacks_is_told_before_anything_is_written(folder: Path) -> None:
    offered = offer_of((folder,))
    assert sorted(preset.name for preset in offered.presets) == ["planks", "rain"]
    assert [preset.name for preset in offered.without_alpha] == ["rain"]
    assert [preset.name for preset in offered.without_base] == ["rain"]
    assert len(offered.refused) == 1
    assert "page.safetensors" in offered.refused[0]
    assert not own_root().exists()


def test_answers_count_only_where_a_file_says_nothing(folder: Path) -> None:
    offered = offer_of((folder,))
    shares: list[float] = []
    answers = Answers(alpha_by_rank=2.0, base="selva-small_16k")
    taken = take_in(offered.presets, answers, shares.append)
    found = {preset.name: preset for preset in taken.presets}
    assert found["planks"].base_model == MEDIUM
    assert found["planks"].alpha == 8.0
    assert found["rain"].base_model == "selva-small_16k"
    assert found["rain"].alpha == 8.0
    assert shares == [0.5, 1.0]


def test_what_is_there_already_is_refused_and_the_rest_taken(folder: Path) -> None:
    whole = tuple(one for one in offer_of((folder,)).presets if not one.lacks_alpha)
    assert len(take_in(whole, Answers()).presets) == 1
    again = take_in(offer_of((folder,)).presets, Answers(alpha=4.0))
    assert [preset.name for preset in again.presets] == ["rain"]
    assert "already" in again.refused[0]


def test_a_file_alone_can_be_offered_and_nothing_is_told(folder: Path, tmp_path: Path) -> None:
    offered = offer_of((folder / "planks.safetensors",))
    assert [preset.name for preset in offered.presets] == ["planks"]
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="empty holds no adapter files"):
        offer_of((empty,))


def test_cancelling_leaves_what_was_brought_in(folder: Path) -> None:
    offered = offer_of((folder,))
    asked = iter((False, True))
    whole = sorted(offered.presets, key=lambda one: one.lacks_alpha)
    with pytest.raises(Cancelled):
        take_in(whole, Answers(alpha=4.0), cancelled=lambda: next(asked, True))
    assert len(library().scan()) <= 1


def test_what_was_removed_comes_back_with_its_card() -> None:
    path = write_preset(own_root() / "planks.safetensors")
    path.with_suffix(".json").write_text('{"notes": "thin"}')
    library().scan()
    bin_folder = remove(library().find("planks"))
    assert not path.exists()
    assert restore(bin_folder, own_root()).notes == "thin"
    assert not bin_folder.exists()
    with pytest.raises(InputError, match="holds no preset any more"):
        restore(bin_folder, own_root())


def test_nothing_is_brought_back_over_another() -> None:
    path = write_preset(own_root() / "planks.safetensors")
    library().scan()
    bin_folder = remove(library().find("planks"))
    write_preset(path, seed=2)
    with pytest.raises(InputError, match="is there already"):
        restore(bin_folder, own_root())
    assert (bin_folder / path.name).exists()

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from prismdesk.cli.main import main
from prismdesk.cli.terminal import Interrupt
from tests.adapters.preset_files import write_preset
from tests.cli.training_places import MODEL, places

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["places"]

PLACES = ["--model", MODEL, "--set", "set", "--out", "out", "--steps", "2"]


@pytest.fixture(autouse=True)
def planks(places: Path) -> None:
    path = places / "presets/planks.safetensors"
    write_preset(path, family="selva", base_model=MODEL)


def compare(*arguments: str) -> int:
    return main(["lora", "compare", *arguments])


def test_a_comparison_ends_with_the_place_of_its_page(
    places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare("base", "planks", "planks:0.5", *PLACES) == 0
    told = capsys.readouterr().out.strip()
    assert told == str(places / "out/report.html")
    page = (places / "out/report.html").read_text()
    assert all(words in page for words in (f"Comparison on {MODEL}", "planks at 0.5"))


def test_a_described_comparison_has_its_own_title(
    places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    adapters = [{"id": "base"}, {"id": "mine", "path": "presets/planks.safetensors"}]
    described = {"name": "Doors", "data_dir": "set", "output_dir": "out", "adapters": adapters}
    (places / "plan.JSON").write_text(json.dumps(described))
    assert compare("plan.JSON") == 2
    assert "Doors doesn't say on which model" in capsys.readouterr().err
    assert compare("plan.JSON", "--model", MODEL) == 0
    page = (places / "out/report.html").read_text()
    assert "Doors" in page
    assert "mine" in page


@pytest.mark.parametrize("missing", ["model", "set", "out"])
def test_what_is_not_said_is_asked_for(missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    at = PLACES.index(f"--{missing}")
    assert compare("base", "planks", *PLACES[:at], *PLACES[at + 2 :]) == 2
    assert f"Say --{missing} too" in capsys.readouterr().err


def test_what_fails_is_told_and_makes_no_page(
    places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare("base", "planks:2", *PLACES) == 2
    assert "planks at 2 is refused." in capsys.readouterr().err
    assert not (places / "out/report.html").exists()


def test_an_interrupted_comparison_makes_no_page(
    places: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Interrupt, "__call__", lambda _: True)
    assert compare("base", "planks", *PLACES[:-1], "100") == 130
    assert not (places / "out/report.html").exists()

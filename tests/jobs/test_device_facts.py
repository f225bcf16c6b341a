"""What computes on this machine, asked without torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
import pytest

from prismdesk.engines.contract import DeviceMemory
from prismdesk.engines.device_names import short_name
from prismdesk.jobs import device_facts as facts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TWO_CARDS = "NVIDIA GeForce RTX 4070, 614, 12282, 550.54.14\nNVIDIA H200, 4, 143771, 550.54.14\n"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    facts._nvidia_program.cache_clear()
    facts._driver.cache_clear()
    yield
    facts._nvidia_program.cache_clear()
    facts._driver.cache_clear()


def answer(folder: Path, monkeypatch: pytest.MonkeyPatch, words: str, *, code: int = 0) -> None:
    """Have the driver's program say something."""
    folder.joinpath("words").write_text(words)
    program = folder / "nvidia-smi"
    program.write_text(f'#!/bin/sh\ncat "{folder}/words"\nexit {code}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/bin:/usr/bin")


def test_the_first_card_is_told_with_memory_and_driver(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(tmp_path, monkeypatch, TWO_CARDS)
    told = facts.device_facts("auto")
    assert (told.name, told.detail) == ("RTX 4070", "driver 550.54.14")
    assert (told.used_bytes, told.total_bytes) == (614 << 20, 12282 << 20)
    assert facts.device_facts("cuda:1").name == "H200"


@pytest.mark.parametrize(("words", "code"), [("", 0), ("No devices were found", 6), ("a, b", 0)])
def test_without_an_answer_it_is_the_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, code: int
) -> None:
    answer(tmp_path, monkeypatch, words, code=code)
    told = facts.device_facts("auto")
    assert told.name == "processor"
    assert told.total_bytes == psutil.virtual_memory().total
    assert 0 < told.used_bytes < told.total_bytes


def test_the_processor_is_told_where_it_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(tmp_path, monkeypatch, TWO_CARDS)
    assert facts.device_facts("cpu").name == "processor"


def test_an_engines_own_figures_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(tmp_path, monkeypatch, TWO_CARDS)
    memory = DeviceMemory(device="RTX 4070", used_bytes=1, total_bytes=2)
    told = facts.facts_with(memory, "auto")
    assert (told.used_bytes, told.total_bytes, told.detail) == (1, 2, "driver 550.54.14")


def test_makers_names_are_left_out() -> None:
    assert short_name("NVIDIA GeForce RTX 4070") == "RTX 4070"
    assert short_name("NVIDIA H200") == "H200"
    assert short_name("NVIDIA ") == "NVIDIA"

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.verification import verify
from prismdesk.engines.weights.wholeness import fault_of
from tests.checkpoints.writing import write_checkpoint
from tests.journeys.broken_weights import (
    SELVA,
    Break,
    cut_short,
    holding,
    hostile_archive,
    hostile_pickle,
    hostile_torch_file,
    mark_of,
)

if TYPE_CHECKING:
    from pathlib import Path

T5 = "flan-t5-base/model.safetensors"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_checkpoint(tmp_path / "model", SELVA).parent


def test_whole_files_have_no_fault(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            assert fault_of(path) == ""


@pytest.mark.parametrize("name", [*(SELVA.files[r] for r in ("generator", "vocoder")), T5])
def test_files_cut_short_are_found(folder: Path, name: str) -> None:
    cut_short(folder / name)
    assert "cut short" in fault_of(folder / name)


def test_a_byte_that_changed_is_found(folder: Path) -> None:
    path = folder / SELVA.files["vae"]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    assert "damaged" in fault_of(path)


@pytest.mark.parametrize("content", [b"", b"\x00{", b"[" * 100_000, b"{"])
def test_sizes_that_are_no_json_are_found(folder: Path, content: bytes) -> None:
    path = folder / "flan-t5-base/config.json"
    path.write_bytes(content)
    assert fault_of(path) == "is no JSON; fetch it again"


@pytest.mark.parametrize("break_it", [hostile_pickle, hostile_archive, hostile_torch_file])
def test_pickles_that_want_to_run_code_are_found_and_do_not(folder: Path, break_it: Break) -> None:
    path = folder / SELVA.files["vae"]
    break_it(path)
    assert "run code" in fault_of(path)
    assert not mark_of(path).exists()


def test_newer_pickles_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "a.pth"
    path.write_bytes(pickle.dumps(json.loads, protocol=4))
    assert "run code when it is opened (loads)" in fault_of(path)


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"\x80", b"{}", b"\xff" * 8 + b"{", b"PK\x03\x04"]
)
def test_other_files_are_found(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.safetensors"
    path.write_bytes(content)
    assert fault_of(path) != ""


def test_verifying_a_checkpoint_of_ones_own_finds_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRISMDESK_MODELS", str(folder))
    model = model_of("custom-selva-tiny-16k-untrained")
    checks = verify(model, {}, lambda *_: None, lambda: False)
    assert all(check.is_good for check in checks)
    holding(b"<html>")(folder / SELVA.files["sync"])
    (wrong,) = [c for c in verify(model, {}, lambda *_: None, lambda: False) if not c.is_good]
    assert wrong.path == folder / SELVA.files["sync"]
    assert wrong.fault == "is no weight file; fetch it again"

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

from prismdesk.engines.training.encoded_index import (
    EncodedEntry,
    EncodedIndex,
    EncodedSetError,
    write_index,
)
from prismdesk.engines.training.encoded_set import EncodedSet, check_tensors, read_pair, write_pair
from tests.engines.training.tiny import SHA, tiny_tensors, write_tiny_set

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("kind", ["selva", "dit"])
def test_pairs_are_read_as_they_were_written(tmp_path: Path, kind: str) -> None:
    pairs = write_tiny_set(tmp_path, kind)

    pair = pairs.pair(pairs.held_out[1])

    expected = tiny_tensors(kind, 6)
    assert pair.key == "key6"
    assert pair.prompt == "steps"
    assert pair.tensors.keys() == expected.keys()
    assert all(torch.equal(pair.tensors[name], expected[name]) for name in expected)
    assert (len(pairs), len(pairs.held_out)) == (5, 2)


def test_half_precision_is_read_as_float32(tmp_path: Path) -> None:
    tensors = tiny_tensors("dit", 1)
    tensors["context"] = tensors["context"].half()
    write_pair(tmp_path / "a", "audiox", tensors, base_sha256=SHA, pair="a", prompt="")

    assert read_pair(tmp_path / "a").tensors["context"].dtype == torch.float32


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"latent": torch.full((3, 4), float("nan"))}, "damaged at 'latent'"),
        ({"latent": torch.zeros(4)}, "damaged at 'latent'"),
        ({"other": torch.zeros(4)}, "no encoded pair of selva"),
    ],
)
def test_tensors_that_make_no_pair_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(EncodedSetError, match=words):
        check_tensors("selva", {**tiny_tensors("selva", 0), **changes}, "pair 0")


def test_missing_tensors_are_refused() -> None:
    tensors = tiny_tensors("dit", 0)
    del tensors["gap"]

    with pytest.raises(EncodedSetError, match="no encoded pair of audiox"):
        check_tensors("audiox", tensors, "pair 0")


def test_only_so_much_of_a_large_set_is_kept(tmp_path: Path) -> None:
    write_tiny_set(tmp_path)
    size_bytes = read_pair(tmp_path / "key0.safetensors").size_bytes
    pairs = EncodedSet(tmp_path, most_bytes=2 * size_bytes)
    first, second, third = (pairs.pair(entry) for entry in pairs.training[:3])

    assert pairs.pair(pairs.training[2]) is third
    assert pairs.pair(pairs.training[1]) is second
    assert pairs.pair(pairs.training[0]) is not first
    assert pairs.pair(pairs.training[1]) is second


def test_damaged_file_is_told(tmp_path: Path) -> None:
    pairs = write_tiny_set(tmp_path)
    path = tmp_path / "key0.safetensors"
    path.write_bytes(path.read_bytes()[:-40])

    with pytest.raises(EncodedSetError, match=r"key0.*encode the set again"):
        pairs.pair(pairs.training[0])


def test_pairs_of_another_model_are_refused(tmp_path: Path) -> None:
    pairs = write_tiny_set(tmp_path)
    tensors = tiny_tensors("dit", 0)
    write_pair(
        tmp_path / "key0.safetensors", "audiox", tensors, base_sha256="c", pair="", prompt=""
    )

    with pytest.raises(EncodedSetError, match="another model"):
        pairs.pair(pairs.training[0])


def test_set_without_training_pairs_is_refused(tmp_path: Path) -> None:
    entry = EncodedEntry(key="a", pair="a", file="a", split="hold out")
    write_index(tmp_path, EncodedIndex(family="selva", base_sha256=SHA, entries=(entry,)))

    with pytest.raises(EncodedSetError, match="no pair to train on"):
        EncodedSet(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", '{"format": 2, "family": "selva"}'])
def test_damaged_index_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "index.json").write_text(text, encoding="utf-8")

    with pytest.raises(EncodedSetError, match="encode the set again"):
        EncodedSet(tmp_path)

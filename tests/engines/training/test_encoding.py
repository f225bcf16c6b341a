from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.request import MachineOptions, NoFeatureStore
from prismdesk.engines.training import encoding
from prismdesk.engines.training.encoded_index import read_index
from prismdesk.engines.training.encoded_set import EncodedSet, read_pair
from prismdesk.engines.training.encoding import encode_set
from prismdesk.engines.training.pair_input import PairInputError
from prismdesk.engines.training.reference_sound import profile_of_set
from prismdesk.errors import Cancelled
from tests.engines.selva.asking import MMAUDIO, SELVA
from tests.engines.training.pairs import APair, encoded

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("small_models")


def test_what_is_encoded_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = encoded(tmp_path, SELVA, [APair()])
    written = {path: path.stat().st_mtime_ns for path in (tmp_path / "shared").iterdir()}
    monkeypatch.setattr(encoding, "write_pair", None)

    again = encoded(tmp_path, SELVA, [APair(key="under another name", split="hold out"), APair()])

    assert {entry.key for entry in again.entries} == {entry.key for entry in first.entries}
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "shared").iterdir()} == written


def test_damaged_file_is_encoded_again(tmp_path: Path) -> None:
    index = encoded(tmp_path, SELVA, [APair()])
    path = tmp_path / "shared" / f"{index.entries[0].key}.safetensors"
    # Files are mapped: what is kept of the first is a copy.
    whole = {name: tensor.clone() for name, tensor in read_pair(path).tensors.items()}
    path.write_bytes(path.read_bytes()[:2000])

    encoded(tmp_path, SELVA, [APair()])

    again = read_pair(path).tensors
    assert set(again) == set(whole)
    assert all(torch.equal(again[name], whole[name]) for name in whole)


def test_long_clip_gives_several_windows_of_one_pair(tmp_path: Path) -> None:
    index = encoded(tmp_path, SELVA, [APair(key="long", seconds=17.0, channels=1)])

    assert [entry.pair for entry in index.entries] == ["long"] * 3
    assert len({entry.key for entry in index.entries}) == 3
    assert read_index(tmp_path / "encoded") == index


def test_splits_are_listed(tmp_path: Path) -> None:
    encoded(tmp_path, SELVA, [APair(), APair(key="two", seed=2, split="hold out")])
    found = EncodedSet(tmp_path / "encoded")

    assert [entry.pair for entry in found.training] == ["one"]
    assert [entry.pair for entry in found.held_out] == ["two"]


def test_pairs_of_another_model_are_others(tmp_path: Path) -> None:
    one = encoded(tmp_path / "selva", SELVA, [APair()])
    other = encoded(tmp_path / "mmaudio", MMAUDIO, [APair()])

    assert one.entries[0].key != other.entries[0].key
    assert one.base_sha256 != other.base_sha256


def test_silence_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(PairInputError, match="The pair quiet has no sound"):
        encoded(tmp_path, SELVA, [APair(key="quiet", gain=0.0)])


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    encode_set(
        SELVA,
        [APair(), APair(key="two", seed=2)],
        shared=tmp_path / "shared",
        index=tmp_path / "encoded",
        machine=MachineOptions(device="cpu"),
        features=NoFeatureStore(),
        report=lambda words, fraction: told.append((words, fraction)),
    )

    fractions = [fraction for _, fraction in told]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert any(words == "Encoding two: sound" for words, _ in told)


def test_cancelling_leaves_no_list_and_no_half_file(tmp_path: Path) -> None:
    told: list[str] = []

    with pytest.raises(Cancelled):
        encode_set(
            SELVA,
            [APair(), APair(key="two", seed=2)],
            shared=tmp_path / "shared",
            index=tmp_path / "encoded",
            machine=MachineOptions(device="cpu"),
            features=NoFeatureStore(),
            report=lambda words, fraction: told.append(words),
            cancelled=lambda: any("sound" in words for words in told),
        )

    assert not (tmp_path / "encoded" / "index.json").exists()
    assert not list((tmp_path / "shared").glob("*"))


def test_profile_of_a_set_is_that_of_what_is_trained_on(tmp_path: Path) -> None:
    index = encoded(tmp_path, SELVA, [APair(), APair(key="two", seed=2, split="hold out")])

    profile = profile_of_set(tmp_path / "encoded", index)

    assert (profile.count, profile.rate_hz) == (1, 16_000)

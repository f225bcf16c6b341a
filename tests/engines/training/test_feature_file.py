from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.adapters.training_set import TrainingPair
from prismdesk.engines.request import MachineOptions, NoFeatureStore
from prismdesk.engines.training.encoded_set import EncodedSet
from prismdesk.engines.training.encoding import encode_set
from prismdesk.engines.training.feature_file import read_features, stored_prompt
from prismdesk.engines.training.pair_input import PairInputError
from prismdesk.jobs.training.pair_files import PairFiles
from prismdesk.media.wav import WavWriter
from tests.engines.selva.asking import SELVA

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


def _features(frames: int = 192, width: int = 32) -> Any:
    return np.random.default_rng(0).standard_normal((frames, width)).astype(np.float32)


def _file(folder: Path, **arrays: Any) -> Path:
    path = folder / "a.npz"
    np.savez(path, **{"sync_features": _features(), "duration": 8.0, **arrays})
    return path


def test_features_and_words_are_read(tmp_path: Path) -> None:
    path = _file(tmp_path, clip_features=_features(64, 24)[None], prompt=" a door ")

    found = read_features(path)

    assert found["clip_features"].shape == (64, 24)
    assert np.array_equal(found["sync_features"], _features())
    assert stored_prompt(path) == "a door"
    assert stored_prompt(_file(tmp_path)) == ""


@pytest.mark.usefixtures("small_models")
def test_pair_with_features_can_be_encoded(tmp_path: Path) -> None:
    _file(tmp_path)
    sound = 0.1 * np.random.default_rng(1).standard_normal((2, 8 * 16_000))
    with WavWriter(tmp_path / "a.wav", rate_hz=16_000, channels=2) as wav:
        wav.write(sound.astype(np.float32))
    pair = TrainingPair(key="a", name="a", sound="a.wav", length_seconds=8.0, features="a.npz")
    encode_set(
        SELVA,
        [PairFiles(tmp_path, pair, "a door")],
        shared=tmp_path / "shared",
        index=tmp_path / "encoded",
        machine=MachineOptions(device="cpu"),
        features=NoFeatureStore(),
    )
    found = EncodedSet(tmp_path / "encoded")

    sync = found.pair(found.training[0]).tensors["sync"]
    assert np.array_equal(sync.numpy(), _features())


def test_pickled_content_is_never_run(tmp_path: Path) -> None:
    path = _file(tmp_path, sync_features=np.array([{"a": 1}], dtype=object))

    with pytest.raises(PairInputError, match="no features that can be read"):
        read_features(path)


@pytest.mark.parametrize(
    "features",
    [
        np.zeros((0, 32), np.float32),
        np.zeros(32, np.float32),
        np.full((192, 32), np.nan, np.float32),
        np.zeros((192, 32), np.int64),
    ],
)
def test_what_can_be_no_features_is_refused(tmp_path: Path, features: Any) -> None:
    with pytest.raises(PairInputError, match="extract them again"):
        read_features(_file(tmp_path, sync_features=features))


def test_damaged_file_is_told_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(b"PK\x03\x04 and nothing else")

    for read in (read_features, stored_prompt):
        with pytest.raises(PairInputError, match=r"a\.npz holds no features"):
            read(path)

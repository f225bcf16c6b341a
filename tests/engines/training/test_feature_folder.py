from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile

from prismdesk.engines.request import MachineOptions, NoFeatureStore
from prismdesk.engines.training.encoded_set import EncodedSet
from prismdesk.engines.training.encoding import encode_set
from prismdesk.engines.training.feature_folder import read_feature_folder
from prismdesk.engines.training.pair_input import PairInputError
from prismdesk.progress import never_cancelled
from tests.engines.selva.asking import SELVA

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


def _features(frames: int = 192, width: int = 32) -> Any:
    return np.random.default_rng(0).standard_normal((frames, width)).astype(np.float32)


def _pair(folder: Path, name: str, suffix: str = ".wav", **arrays: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    np.savez(folder / f"{name}.npz", **{"sync_features": _features(), "duration": 8.0, **arrays})
    if suffix:
        sound = 0.1 * np.random.default_rng(1).standard_normal((12 * 16_000, 2))
        soundfile.write(folder / f"{name}{suffix}", sound, 16_000)


def test_pairs_are_features_with_their_sounds(tmp_path: Path) -> None:
    _pair(tmp_path, "b", ".flac")
    _pair(tmp_path, "a", ".wav")
    _pair(tmp_path, "lonely", "")

    found = read_feature_folder(tmp_path, held_out=frozenset({"b"}))

    assert [(pair.key, pair.split) for pair in found.pairs] == [("a", "train"), ("b", "hold out")]
    assert found.left_out == ("lonely.npz has no sound beside it and is left out.",)


def test_words_come_from_the_list_then_the_file_then_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "hinges"
    _pair(folder, "listed", prompt="in the file")
    _pair(folder, "stored", prompt="in the file")
    _pair(folder, "neither")
    (folder / "prompts.txt").write_text(
        "# words\nlisted.npz: a door: creaking\n#stored.npz: no\nstored.npz:\n", encoding="utf-8"
    )

    found = {pair.key: pair.prompt for pair in read_feature_folder(folder).pairs}

    assert found == {
        "listed": "a door: creaking",
        "stored": "in the file",
        "neither": "hinges",
    }


def test_pair_holds_eight_seconds_and_its_features(tmp_path: Path) -> None:
    _pair(tmp_path, "a", clip_features=_features(64, 24)[None])

    pair = read_feature_folder(tmp_path).pairs[0].load(never_cancelled)

    assert pair.sound.shape == (2, 8 * 16_000)
    assert pair.worked_out is not None
    assert pair.worked_out.clip is not None
    assert pair.worked_out.clip.shape == (64, 24)
    assert pair.worked_out.sync is not None
    assert np.array_equal(pair.worked_out.sync, _features())


@pytest.mark.usefixtures("small_models")
def test_folder_can_be_encoded(tmp_path: Path) -> None:
    _pair(tmp_path / "set", "a")
    encode_set(
        SELVA,
        read_feature_folder(tmp_path / "set").pairs,
        shared=tmp_path / "shared",
        index=tmp_path / "encoded",
        machine=MachineOptions(device="cpu"),
        features=NoFeatureStore(),
    )
    found = EncodedSet(tmp_path / "encoded")

    sync = found.pair(found.training[0]).tensors["sync"]
    assert np.array_equal(sync.numpy(), _features())


def test_pickled_content_is_never_run(tmp_path: Path) -> None:
    _pair(tmp_path, "a", sync_features=np.array([{"a": 1}], dtype=object))

    with pytest.raises(PairInputError, match="no features that can be read"):
        read_feature_folder(tmp_path).pairs[0].load(never_cancelled)


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
    _pair(tmp_path, "a", sync_features=features)

    with pytest.raises(PairInputError, match="extract them again"):
        read_feature_folder(tmp_path).pairs[0].load(never_cancelled)


def test_damaged_files_are_told_by_name(tmp_path: Path) -> None:
    _pair(tmp_path, "a")
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    pair = read_feature_folder(tmp_path).pairs[0]

    with pytest.raises(PairInputError, match=r"a\.wav can't be read"):
        pair.load(never_cancelled)
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 and nothing else")
    with pytest.raises(PairInputError, match=r"a\.npz holds no features"):
        read_feature_folder(tmp_path)


def test_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PairInputError, match="has no pair in it"):
        read_feature_folder(tmp_path)

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from prismdesk.engines.request import PictureMask
from prismdesk.engines.selva.engine import SelvaEngine
from prismdesk.engines.training.encoded_set import EncodedSet
from prismdesk.engines.training.encoding_host import SmallFeaturesKept
from prismdesk.engines.training.pair_input import WorkedOutPicture
from prismdesk.engines.training.reference_sound import reference_sound
from tests.engines.selva.asking import MMAUDIO, SELVA, KeptInMemory, MovingSquare, a_request, made
from tests.engines.training.pairs import APair, encoded

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.training.encoded_set import EncodedPair

pytestmark = pytest.mark.usefixtures("small_models")


def _pair(folder: Path, model_id: str, pair: APair) -> EncodedPair:
    encoded(folder, model_id, [pair])
    found = EncodedSet(folder / "encoded")
    return found.pair(found.training[0])


def _differ(one: Tensor, other: Tensor) -> bool:
    return not torch.equal(one, other)


def test_pair_of_selva_has_the_lengths_of_eight_seconds(tmp_path: Path) -> None:
    pair = _pair(tmp_path, SELVA, APair(picture=MovingSquare(3.0)))

    shapes = {name: tuple(tensor.shape) for name, tensor in pair.tensors.items()}
    assert shapes == {"latent": (250, 8), "real_frames": (), "sync": (192, 32), "text": (77, 16)}
    assert pair.real_frames == 94
    assert pair.prompt == "knocks on wood"
    assert all(tensor.isfinite().all() for tensor in pair.tensors.values())


def test_pair_of_mmaudio_has_what_the_picture_shows_too(tmp_path: Path) -> None:
    pair = _pair(tmp_path, MMAUDIO, APair(picture=MovingSquare(3.0)))

    assert pair.tensors["clip"].shape == (64, 24)
    assert pair.tensors["sync"].shape == (192, 32)


def test_pair_without_a_picture_has_none_of_its_features(tmp_path: Path) -> None:
    assert set(_pair(tmp_path, MMAUDIO, APair()).tensors) == {"latent", "real_frames", "text"}


def test_features_that_generating_worked_out_are_used(tmp_path: Path) -> None:
    store = KeptInMemory()
    picture = MovingSquare(8.0)
    request = a_request(
        0.0,
        8.0,
        context_seconds=8.0,
        picture=picture,
        prompt="knocks on wood",
        variant=MMAUDIO,
        features=store,
    )
    made(request, SelvaEngine())
    read, kept = picture.frames_read, set(store.kept)

    encoded(tmp_path, MMAUDIO, [APair(seconds=8.0, picture=picture)], features=store)

    assert picture.frames_read == read
    new = set(store.kept) - kept
    assert [key.rsplit("-", 1)[0] for key in new] == ["selva-sound"]


def test_encoded_features_are_those_that_generating_uses(tmp_path: Path) -> None:
    store = KeptInMemory()
    picture = MovingSquare(8.0)
    encoded(tmp_path, SELVA, [APair(seconds=8.0, picture=picture)], features=store)
    read = picture.frames_read
    (of_sync,) = (kept for key, kept in store.kept.items() if key.rsplit("-", 1)[0] == "selva-sync")
    found = EncodedSet(tmp_path / "encoded")

    made(
        a_request(
            0.0,
            8.0,
            context_seconds=8.0,
            picture=picture,
            prompt="knocks on wood",
            features=store,
        )
    )

    assert picture.frames_read == read
    assert np.array_equal(
        found.pair(found.training[0]).tensors["sync"].numpy(), of_sync["features"]
    )


def test_mask_prompt_and_sound_change_the_key_and_what_is_encoded(tmp_path: Path) -> None:
    weights = np.zeros((1, 8, 8), np.float32)
    weights[:, :, :4] = 1.0
    picture = MovingSquare(3.0)
    plain = APair(picture=picture)
    others = [
        APair(picture=picture, mask=PictureMask(weights=weights)),
        APair(picture=picture, prompt="rain"),
        APair(picture=picture, seed=2),
    ]
    index = encoded(tmp_path, SELVA, [plain, *others])
    found = EncodedSet(tmp_path / "encoded")
    first, masked, other_words, other_sound = (found.pair(entry).tensors for entry in index.entries)

    assert len({entry.key for entry in index.entries}) == 4
    assert _differ(first["sync"], masked["sync"])
    assert _differ(first["sync"], other_words["sync"])
    assert _differ(first["text"], other_words["text"])
    assert _differ(first["latent"], other_sound["latent"])
    assert not _differ(first["latent"], masked["latent"])


def test_moving_mask_is_spread_over_the_clip_and_not_over_the_silence_after_it(
    tmp_path: Path,
) -> None:
    picture = MovingSquare(2.0)
    half = np.zeros((2, 8, 8), np.float32)
    half[1] = 1.0
    as_moving = APair(seconds=2.0, picture=picture, mask=PictureMask(weights=half))
    four = np.repeat(half, 2, axis=0)
    as_four = APair(seconds=2.0, picture=picture, mask=PictureMask(weights=four), prompt="rain ")
    as_four.prompt = as_moving.prompt
    index = encoded(tmp_path, SELVA, [as_moving, as_four])
    found = EncodedSet(tmp_path / "encoded")

    one, other = (found.pair(entry).tensors["sync"] for entry in index.entries)
    assert torch.equal(one, other)
    whole = _pair(tmp_path / "whole", SELVA, APair(seconds=2.0, picture=picture)).tensors["sync"]
    # The last segments look at the second half alone, where nothing is masked.
    assert torch.equal(one[-8:], whole[-8:])
    assert _differ(one[:8], whole[:8])


def test_features_worked_out_elsewhere_are_fitted_to_the_length(tmp_path: Path) -> None:
    draws = np.random.default_rng(0)
    clip = draws.standard_normal((70, 24)).astype(np.float32)
    sync = draws.standard_normal((72, 32)).astype(np.float32)
    pair = _pair(tmp_path, MMAUDIO, APair(worked_out=WorkedOutPicture(clip=clip, sync=sync)))

    assert np.array_equal(pair.tensors["clip"].numpy(), clip[:64])
    assert np.array_equal(pair.tensors["sync"][:72].numpy(), sync)
    assert not pair.tensors["sync"][72:].any()


def test_selva_is_trained_without_what_the_picture_shows_as_it_makes_sound_without(
    tmp_path: Path,
) -> None:
    features = WorkedOutPicture(
        clip=np.ones((64, 24), np.float32), sync=np.ones((192, 32), np.float32)
    )

    pair = _pair(tmp_path, SELVA, APair(worked_out=features))

    assert "clip" not in pair.tensors
    assert bool((pair.tensors["sync"] == 1.0).all())


def test_sound_lies_beside_as_it_was_encoded(tmp_path: Path) -> None:
    index = encoded(tmp_path, SELVA, [APair(seconds=3.0)])

    audio, rate_hz = reference_sound(tmp_path / "encoded", index.entries[0])

    assert (audio.shape, rate_hz) == ((1, 8 * 16_000), 16_000)
    assert audio[0, : 3 * 16_000].std() > 0.01
    assert not audio[0, 3 * 16_000 + 1 :].any()


def test_large_features_are_taken_from_the_store_but_not_put_into_it() -> None:
    store = KeptInMemory()
    store.put("there", {"tokens": np.ones(4)})
    kept = SmallFeaturesKept(store)
    kept.put("large", {"tokens": np.zeros(2**21, np.float64)})
    kept.put("small", {"tokens": np.zeros(3)})

    assert kept.get("there") is not None
    assert kept.get("small") is not None
    assert set(store.kept) == {"there", "small"}

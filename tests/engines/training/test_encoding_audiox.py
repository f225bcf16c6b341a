from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.training.encoded_set import EncodedSet
from prismdesk.engines.training.encoding_audiox import GAP_VERSIONS
from prismdesk.engines.training.pair_input import PairInputError, WorkedOutPicture
from prismdesk.engines.training.reference_sound import reference_sound
from tests.engines.audiox.asking import BASE, MAF, MMDIT
from tests.engines.selva.asking import MovingSquare
from tests.engines.training.pairs import APair, encoded

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("small_models")


@pytest.mark.parametrize(
    "model_id",
    [pytest.param(BASE, marks=pytest.mark.slow), pytest.param(MAF, marks=pytest.mark.slow), MMDIT],
)
def test_pair_has_latents_and_what_the_denoiser_is_told(tmp_path: Path, model_id: str) -> None:
    index = encoded(tmp_path, model_id, [APair(seconds=4.0, picture=MovingSquare(4.0))])
    found = EncodedSet(tmp_path / "encoded")
    pair = found.pair(index.entries[0])
    tensors = pair.tensors

    channels, frames = tensors["latent_mean"].shape
    assert tensors["latent_std"].shape == (channels, frames)
    assert bool((tensors["latent_std"] > 0.0).all())
    assert tensors["gap"].shape == (1 + GAP_VERSIONS, frames)
    assert len(tensors["context"]) == 1 + GAP_VERSIONS
    assert 0 < pair.real_frames < frames
    # With its own sound as prompt the model is told something else than with none.
    for version in range(1, 1 + GAP_VERSIONS):
        assert not torch.equal(tensors["context"][version], tensors["context"][0])
    assert bool(tensors["gap"][0].all())
    audio, rate_hz = reference_sound(tmp_path / "encoded", index.entries[0])
    assert audio.shape[0] == 2
    assert audio.shape[1] == pytest.approx(frames * rate_hz / (rate_hz / 2048), rel=0.5)


@pytest.mark.slow
def test_picture_and_words_change_what_the_denoiser_is_told(tmp_path: Path) -> None:
    pairs = [
        APair(),
        APair(picture=MovingSquare(3.0)),
        APair(prompt="rain"),
    ]
    index = encoded(tmp_path, BASE, pairs)
    found = EncodedSet(tmp_path / "encoded")
    plain, seen, rainy = (found.pair(entry).tensors for entry in index.entries)

    assert not torch.equal(plain["context"], seen["context"])
    assert not torch.equal(plain["context"], rainy["context"])
    assert torch.equal(plain["latent_mean"], rainy["latent_mean"])


def test_features_of_other_models_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PairInputError, match="AudioX can't use"):
        encoded(tmp_path, BASE, [APair(worked_out=WorkedOutPicture(clip=None, sync=None))])

"""Pairs for the tests of training."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from prismdesk.engines.request import MachineOptions, NoFeatureStore
from prismdesk.engines.training.encoding import encode_set
from prismdesk.engines.training.pair_input import PairInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prismdesk.engines.request import FeatureStore, PictureMask, PictureSource
    from prismdesk.engines.training.encoded_index import EncodedIndex
    from prismdesk.engines.training.pair_input import WorkedOutPicture
    from prismdesk.engines.training.tasks import PairLoader
    from prismdesk.progress import IsCancelled

RATE_HZ = 48_000


@dataclass
class APair:
    """Hits of decaying noise, as a pair that counts how often it is read."""

    key: str = "one"
    split: Literal["train", "hold out"] = "train"
    prompt: str = "knocks on wood"
    seconds: float = 3.0
    channels: int = 2
    seed: int = 1
    picture: PictureSource | None = None
    mask: PictureMask | None = None
    worked_out: WorkedOutPicture | None = None
    gain: float = 0.3
    loads: int = field(default=0, compare=False)

    def load(self, cancelled: IsCancelled) -> PairInput:
        """Make the sound."""
        assert not cancelled()
        self.loads += 1
        samples = round(self.seconds * RATE_HZ)
        draws = np.random.default_rng(self.seed)
        times = np.arange(samples) / RATE_HZ
        envelope = np.exp(-8.0 * (times % 0.5))
        sound = self.gain * envelope * draws.standard_normal((self.channels, samples))
        return PairInput(
            key=self.key,
            sound=np.asarray(sound, np.float32),
            rate_hz=RATE_HZ,
            split=self.split,
            prompt=self.prompt,
            picture=self.picture,
            mask=self.mask,
            worked_out=self.worked_out,
        )


def encoded(
    folder: Path,
    model_id: str,
    pairs: Sequence[PairLoader],
    *,
    features: FeatureStore | None = None,
) -> EncodedIndex:
    """Encode pairs into ``folder/shared``, listed in ``folder/encoded``."""
    return encode_set(
        model_id,
        pairs,
        shared=folder / "shared",
        index=folder / "encoded",
        machine=MachineOptions(device="cpu"),
        features=features or NoFeatureStore(),
    )

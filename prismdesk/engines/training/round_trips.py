"""The sounds of a set as the model itself gives them back: encoded and decoded, nothing else.

No adapter can come nearer to a set than this, for it changes neither encoder nor decoder. A
distance to these sounds therefore tells what the adapter did, whatever the autoencoder loses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.training.encoded_set import LATENT, LATENT_MEAN
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from prismdesk.engines.sound import AudioBlock
    from prismdesk.engines.training.encoded_set import EncodedPair, EncodedSet
    from prismdesk.engines.training.pair_decoding import PairDecoder


def round_trips(
    pairs: EncodedSet, decoder: PairDecoder, cancelled: IsCancelled = never_cancelled
) -> Iterator[AudioBlock]:
    """Yield each sound that is trained on as the decoder makes it of its latents.

    Silence after a sound is cut off.

    Raises:
        EncodedSetError: a pair can't be read.
        Cancelled: as told.
    """
    found = [pairs.pair(entry) for entry in pairs.training]
    latents = [_latents(pair)[None] for pair in found]
    for pair, sound in zip(found, decoder.sounds(latents, cancelled), strict=True):
        yield sound[:, : max(1, round(sound.shape[1] * pair.real_frames / pair.latent_frames))]


def _latents(pair: EncodedPair) -> Tensor:
    tensors = pair.tensors
    return (tensors[LATENT] if LATENT in tensors else tensors[LATENT_MEAN]).float()

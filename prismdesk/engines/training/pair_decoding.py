"""From latents to sound at a fixed level, with decoders that are there only while they work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch

from prismdesk.engines.adapting.application import WithAdapters
from prismdesk.engines.audiox.networks import DECODER
from prismdesk.engines.hosting.residency import Residence
from prismdesk.engines.nets.oobleck_pieces import decode_long
from prismdesk.engines.nets.sound_decoder import decode_latent
from prismdesk.engines.selva.networks import VAE_DECODER, VOCODER
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from torch import Tensor

    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.request import AdapterOnRun
    from prismdesk.engines.sound import AudioBlock

EXAMPLE_LEVEL_DB = -27.0
"""Root mean square of every example, so that louder is not taken for better."""

_SILENCE = 1e-7


class PairDecoder(Protocol):
    """Makes sound of latents."""

    def sounds(
        self, latents: Sequence[Tensor], cancelled: IsCancelled = never_cancelled
    ) -> Iterator[AudioBlock]:
        """Yield the sound of each, float32 (channels, samples) at the model's rate.

        Raises:
            Cancelled: as told.
        """
        ...


class CheckpointDecoder:
    """Decodes with a checkpoint's own networks, loaded for it and freed afterwards.

    Args:
        checkpoint: of the model that is trained or compared.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._checkpoint = checkpoint
        self._worn = WithAdapters()

    def sounds(
        self, latents: Sequence[Tensor], cancelled: IsCancelled = never_cancelled
    ) -> Iterator[AudioBlock]:
        """Yield the sound of each; see ``PairDecoder``."""
        return self.tuned_sounds([(latents, ())], cancelled)

    def tuned_sounds(
        self,
        groups: Iterable[tuple[Sequence[Tensor], Sequence[AdapterOnRun]]],
        cancelled: IsCancelled = never_cancelled,
    ) -> Iterator[AudioBlock]:
        """Yield the sound of each, group by group, through a vocoder as a group's presets tune it.

        Raises:
            AdapterRefusedError: a preset was tuned for another vocoder.
            Cancelled: as told.
        """
        residence, checkpoint = Residence(), self._checkpoint
        try:
            for latents, adapters in groups:
                for one in latents:
                    with torch.no_grad():
                        sound = self._decoded(residence, one, adapters, cancelled)
                    block: AudioBlock = sound.float().cpu().numpy()
                    yield block
        finally:
            residence.release(checkpoint.device)

    def _decoded(
        self,
        residence: Residence,
        latent: Tensor,
        adapters: Sequence[AdapterOnRun],
        cancelled: IsCancelled,
    ) -> Tensor:
        if self._checkpoint.model.engine == "audiox":
            return self._decode_audiox(residence, latent, cancelled)
        return self._decode_selva(residence, latent, adapters, cancelled)

    def _decode_selva(
        self,
        residence: Residence,
        latent: Tensor,
        adapters: Sequence[AdapterOnRun],
        cancelled: IsCancelled,
    ) -> Tensor:
        checkpoint = self._checkpoint
        with (
            residence.use(VAE_DECODER, checkpoint) as decoder,
            residence.use(VOCODER, checkpoint) as vocoder,
        ):
            self._worn.tune(vocoder, adapters)
            return decode_latent(
                decoder, vocoder, latent.to(checkpoint.device), cancelled=cancelled
            )

    def _decode_audiox(
        self, residence: Residence, latents: Tensor, cancelled: IsCancelled
    ) -> Tensor:
        with residence.use(DECODER, self._checkpoint) as decoder:
            return decode_long(decoder, latents, cancelled=cancelled)[0]


def levelled(audio: AudioBlock, level_db: float = EXAMPLE_LEVEL_DB) -> tuple[AudioBlock, float]:
    """Return a sound at a root mean square, and the gain in dB that brought it there.

    Where a peak would pass full scale the sound stays as much lower as it must; silence stays as
    it is.
    """
    power = float(np.sqrt(np.mean(np.square(audio, dtype=np.float64)))) if audio.size else 0.0
    if power < _SILENCE:
        return audio, 0.0
    gain = 10.0 ** (level_db / 20.0) / power
    gain = min(gain, 1.0 / float(np.abs(audio).max()))
    return np.asarray(audio * np.float32(gain), np.float32), float(20.0 * np.log10(gain))

"""What a vocoder is tuned on: the spectrograms that the model decodes, and the clean sounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn import functional

from prismdesk.engines.nets.mel_vae import MEL_FRAMES_PER_LATENT
from prismdesk.engines.training.encoded_index import EncodedSetError, path_of
from prismdesk.engines.training.encoded_set import LATENT
from prismdesk.engines.training.reference_sound import read_sound, reference_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.nets.mel_bands import MelMode
    from prismdesk.engines.nets.mel_vae import MelVaeDecoder
    from prismdesk.engines.training.draws import Draws
    from prismdesk.engines.training.encoded_index import EncodedIndex
    from prismdesk.engines.training.encoded_set import EncodedPair

CROP_FRAMES = 64
"""Of the spectrogram, in one pass: 0.74 s at 44.1 kHz, 1.02 s at 16 kHz."""


class VocoderPairs:
    """Spectrograms and sounds of pairs, worked out when they are asked for and then kept.

    Args:
        decoder: of the model's autoencoder.
        mode: of its spectrograms.
        index: of the run's pairs.
        folder: of the index.
    """

    def __init__(
        self, decoder: MelVaeDecoder, mode: MelMode, index: EncodedIndex, folder: Path
    ) -> None:
        self.decoder = decoder
        self.mode = mode
        self._sounds = {
            entry.key: reference_path(path_of(folder, entry)) for entry in index.entries
        }
        self._kept: dict[str, tuple[Tensor, Tensor]] = {}

    def crops(self, pairs: Sequence[EncodedPair], draws: Draws) -> tuple[Tensor, Tensor]:
        """Return parts of pairs where there is sound: log-mels [B, bands, F], sounds [B, F * hop].

        Raises:
            EncodedSetError: a sound isn't there, or of another rate.
        """
        mels, waves = [], []
        hop_samples = self.mode.hop_samples
        for pair in pairs:
            mel, wave = self._of(pair)
            frames = min(CROP_FRAMES, mel.shape[1])
            real = MEL_FRAMES_PER_LATENT * pair.real_frames
            start = draws.below(max(1, min(real, mel.shape[1]) - frames + 1))
            mels.append(mel[:, start : start + frames])
            waves.append(wave[start * hop_samples : (start + frames) * hop_samples])
        return torch.stack(mels), torch.stack(waves)

    def _of(self, pair: EncodedPair) -> tuple[Tensor, Tensor]:
        """Return the whole log-mel [bands, F] and sound [F * hop] of a pair, on the CPU."""
        if pair.key not in self._kept:
            device = next(self.decoder.parameters()).device
            latent = pair.tensors[LATENT].float().T[None].to(device)
            with torch.no_grad():
                mel = self.decoder.decode(latent)[0].cpu()
            self._kept[pair.key] = (mel, self._wave(pair, mel.shape[1] * self.mode.hop_samples))
        return self._kept[pair.key]

    def _wave(self, pair: EncodedPair, samples: int) -> Tensor:
        path = self._sounds[pair.key]
        audio, rate_hz = read_sound(path)
        if rate_hz != self.mode.rate_hz:
            raise EncodedSetError(
                f"The sound {path} has {rate_hz} Hz, and the model {self.mode.rate_hz} Hz; encode "
                "the set again."
            )
        mono = torch.from_numpy(np.ascontiguousarray(audio.mean(axis=0)[:samples]))
        return functional.pad(mono, (0, samples - len(mono)))

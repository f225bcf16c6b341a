"""SelVA's and MMAudio's vocoder, tuned to the sounds of a set as the model draws them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from prismdesk.engines.adapting.write import write_tensors
from prismdesk.engines.nets.mel import MelScale
from prismdesk.engines.nets.snake import Snake
from prismdesk.engines.nets.sound_decoder import decode_latent
from prismdesk.engines.training.adapter_file import description_of, disk_errors_as_they_are
from prismdesk.engines.training.block_checkpointing import recompute_blocks
from prismdesk.engines.training.encoded_set import LATENT
from prismdesk.engines.training.subject import LearnedGroup
from prismdesk.engines.training.vocoder_loss import sound_loss
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.nets.bigvgan import BigVgan
    from prismdesk.engines.sound import AudioBlock
    from prismdesk.engines.training.draws import Draws
    from prismdesk.engines.training.encoded_set import EncodedPair
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.subject import BaseModel
    from prismdesk.engines.training.vocoder_pairs import VocoderPairs

_PULL = 1e-3
"""How strongly what is tuned is drawn to what it began as."""


class VocoderSubject:
    """A vocoder of which parts learn: the frequencies of its periodic activations, or everything.

    Args:
        vocoder: filled; what learns gets memory of its own.
        pairs: spectrograms and sounds.
        options: of the run.
        base: the model that it belongs to.
    """

    family = "selva"
    betas = (0.8, 0.99)

    def __init__(
        self, vocoder: BigVgan, pairs: VocoderPairs, options: TrainingOptions, base: BaseModel
    ) -> None:
        vocoder.requires_grad_(requires_grad=False)
        self.network = vocoder
        self.pairs = pairs
        self.options = options
        self.base = base
        self.device = next(vocoder.parameters()).device
        self._scale = MelScale(pairs.mode)
        self._learned = _learned_of(vocoder, options.vocoder_scope)
        for parameter in self._learned.values():
            parameter.data = parameter.data.float().clone()
        self._began = {name: one.detach().clone() for name, one in self._learned.items()}
        if options.gradient_checkpointing:
            recompute_blocks(vocoder.resblocks)

    def groups(self) -> list[LearnedGroup]:
        """Return what is tuned."""
        return [LearnedGroup(parameters=self._learned)]

    def loss(self, pairs: Sequence[EncodedPair], draws: Draws) -> Tensor:
        """Return the mean loss of a batch, []; see ``TrainingSubject``."""
        mel, clean = self.pairs.crops(pairs, draws)
        made = self.network.plain(mel.to(self.device))[:, 0]
        loss = sound_loss(made, clean.to(self.device), self._scale)
        return loss + _PULL * self._distance() if draws.is_training else loss

    def _distance(self) -> Tensor:
        """Return how far everything went, []: the sum of squares."""
        return torch.stack(
            [(one - self._began[name]).square().sum() for name, one in self._learned.items()]
        ).sum()

    def after_step(self) -> None:
        """Leave everything as it is: the pull is part of the loss."""

    def fixed(self) -> dict[str, Tensor]:
        """Return what everything began as."""
        return dict(self._began)

    def restore_fixed(self, tensors: Mapping[str, Tensor]) -> None:
        """Take back what ``fixed`` returned."""
        self._began = {name: tensors[name].to(self.device) for name in self._learned}

    def write(self, path: Path, *, step: int) -> None:
        """Write everything that was tuned.

        Raises:
            OSError: the disk gave up.
        """
        about = description_of(self.family, self.base, self.options, step=step)
        with disk_errors_as_they_are():
            write_tensors(path, self._learned, description=about, kind="vocoder")

    def move_to(self, device: torch.device) -> None:
        """Bring the vocoder, and what decodes its spectrograms, to a device."""
        self.network.to(device)
        self.pairs.decoder.to(device)
        self._began = {name: one.to(device) for name, one in self._began.items()}
        self.device = device

    def sounds(
        self, latents: Sequence[Tensor], cancelled: IsCancelled = never_cancelled
    ) -> Iterator[AudioBlock]:
        """Yield the sound of each latent through the vocoder as it is now; see ``PairDecoder``."""
        for latent in latents:
            with torch.no_grad():
                wave = decode_latent(
                    self.pairs.decoder, self.network, latent.to(self.device), cancelled=cancelled
                )
            sound: AudioBlock = wave.float().numpy()
            yield sound


class EncodedLatents:
    """Takes the latents of pairs as they were encoded, so that the decoder alone is heard."""

    def latents(
        self,
        pair: EncodedPair,
        *,
        steps: int,
        seed: int,
        cancelled: IsCancelled = never_cancelled,
    ) -> Tensor:
        """Return the latent [1, frames, channels], not normalised, on the CPU."""
        del steps, seed, cancelled
        return pair.tensors[LATENT][None].float()


def _learned_of(vocoder: BigVgan, scope: str) -> dict[str, nn.Parameter]:
    if scope == "all":
        return dict(vocoder.named_parameters())
    return {
        f"{name}.alpha": module.alpha
        for name, module in vocoder.named_modules()
        if isinstance(module, Snake)
    }

"""SelVA's and MMAudio's generator with an adapter in it, trained by flow matching."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.selva.flow_loss import train_loss
from prismdesk.engines.selva.generator.conditions import Conditions
from prismdesk.engines.selva.lengths import NATURAL_SECONDS, lengths_of
from prismdesk.engines.training.encoded_set import CLIP, LATENT, SYNC, TEXT
from prismdesk.engines.training.latent_changes import changed_latents
from prismdesk.engines.training.low_rank_subject import LowRankSubject, stacked
from prismdesk.engines.training.options import usual_targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from torch import Tensor, nn

    from prismdesk.engines.selva.generator.network import Generator
    from prismdesk.engines.training.draws import Draws
    from prismdesk.engines.training.encoded_set import EncodedPair
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.subject import BaseModel

_USUAL = lengths_of(NATURAL_SECONDS, 44100)


class SelvaSubject(LowRankSubject["Generator"]):
    """The generator and its adapter.

    Args:
        network: the generator, filled.
        options: of the run.
        base: what the generator is.
    """

    family = "selva"
    betas = (0.9, 0.999)

    def __init__(self, network: Generator, options: TrainingOptions, base: BaseModel) -> None:
        super().__init__(network, options.targets or usual_targets("selva"), options, base)

    def _blocks(self) -> Iterable[nn.Module]:
        return chain(self.network.joint_blocks, self.network.fused_blocks)

    def _loss(self, pairs: Sequence[EncodedPair], draws: Draws) -> Tensor:
        latents = stacked([pair.tensors[LATENT] for pair in pairs], LATENT).to(self.device)
        generator = self.network
        mean, std = generator.latent_mean.float(), generator.latent_std.float()
        x1 = changed_latents((latents - mean) / std, draws)
        noise = draws.normal(*x1.shape).to(self.device)
        times = draws.times(len(pairs)).to(self.device)
        share = self.options.condition_drop
        drop_video = draws.chances(len(pairs), share).to(self.device)
        drop_text = draws.chances(len(pairs), share).to(self.device)
        result = train_loss(
            generator,
            x1,
            noise,
            times,
            self.conditions(pairs),
            drop_video=drop_video,
            drop_text=drop_text,
        )
        return result.mean

    def conditions(self, pairs: Sequence[EncodedPair]) -> Conditions:
        """Return what is told of each pair; the generator's empty rows where one lacks it."""
        own = self.network
        clip = self._or_empty(pairs, CLIP, own.empty_clip_feat)
        sync = self._or_empty(pairs, SYNC, own.empty_sync_feat)
        text = self._or_empty(pairs, TEXT, own.empty_string_feat)
        return Conditions(
            clip=clip,
            sync=sync,
            text=text,
            batch=len(pairs),
            clip_frames=_USUAL.clip_frames if clip is None else clip.shape[1],
            sync_frames=_USUAL.sync_frames if sync is None else sync.shape[1],
        )

    def _or_empty(self, pairs: Sequence[EncodedPair], name: str, empty: Tensor) -> Tensor | None:
        given = self.placed(pairs, name)
        if given is None or all(name in pair.tensors for pair in pairs):
            return given
        lacking = torch.tensor([name not in pair.tensors for pair in pairs], device=self.device)
        return torch.where(lacking[:, None, None], empty.float(), given)

"""AudioX's denoiser with an adapter in it, trained on the velocity of its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs
from prismdesk.engines.audiox.denoiser.mmdit import Mmdit
from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork
from prismdesk.engines.audiox.v_loss import v_loss
from prismdesk.engines.training.encoded_set import CONTEXT, LATENT_MEAN, LATENT_STD
from prismdesk.engines.training.latent_changes import changed_latents
from prismdesk.engines.training.low_rank_subject import LowRankSubject, stacked
from prismdesk.engines.training.options import OptionError, usual_targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from torch import Tensor, nn

    from prismdesk.engines.training.draws import Draws
    from prismdesk.engines.training.encoded_set import EncodedPair
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.subject import BaseModel

# Keys and queries of the attention to one token have no effect, so they can't learn either.
_WITHOUT_EFFECT = ("cross_attn.to_q", "cross_attn.to_kv")


class AudioxSubject(LowRankSubject[DenoisingNetwork]):
    """The denoiser and its adapter; the block that fuses the prompts stays frozen.

    Args:
        network: the denoiser, filled.
        options: of the run.
        base: what the denoiser is.

    Raises:
        OptionError: layers are named that this model hasn't got or that can't learn.
    """

    family = "audiox"
    betas = (0.9, 0.99)

    def __init__(
        self, network: DenoisingNetwork, options: TrainingOptions, base: BaseModel
    ) -> None:
        is_mmdit = isinstance(network, Mmdit)
        targets = options.targets or _usual(network)
        useless = sorted(set(targets) & set(_WITHOUT_EFFECT)) if is_mmdit else []
        if useless:
            raise OptionError(
                f"The option 'targets' of training names {' and '.join(useless)}, which have no "
                "effect in this model and can't learn; leave them out."
            )
        super().__init__(network, targets, options, base)

    def _blocks(self) -> Iterable[nn.Module]:
        return self.network.transformer.layers

    def _loss(self, pairs: Sequence[EncodedPair], draws: Draws) -> Tensor:
        count = len(pairs)
        mean = stacked([pair.tensors[LATENT_MEAN] for pair in pairs], LATENT_MEAN)
        std = stacked([pair.tensors[LATENT_STD] for pair in pairs], LATENT_STD)
        # The deviation is drawn anew each time, as when the base was trained.
        x0 = changed_latents(mean + std * draws.normal(*std.shape), draws).to(self.device)
        noise = draws.normal(*x0.shape).to(self.device)
        times = draws.times(count).to(self.device)
        dropped = draws.chances(count, self.options.condition_drop).to(self.device)
        context = self._context(pairs, draws)
        result = v_loss(
            self.network,
            x0,
            noise,
            times,
            ConditioningInputs(cross_tokens=context),
            cond_drop=dropped,
            padding_mask=_real(pairs, x0.shape[-1]).to(self.device),
        )
        return result.loss

    def _context(self, pairs: Sequence[EncodedPair], draws: Draws) -> Tensor:
        """Return what each pair's denoiser is told: mostly of no sound, or of one with a gap."""
        filling = draws.chances(len(pairs), self.options.inpainting_share)
        rows = []
        for pair, is_filling in zip(pairs, filling.tolist(), strict=True):
            versions = pair.tensors[CONTEXT]
            gaps = versions.shape[0] - 1
            chosen = 1 + draws.below(gaps) if is_filling and gaps else 0
            rows.append(versions[chosen])
        return stacked(rows, CONTEXT).to(self.device)


def _usual(network: DenoisingNetwork) -> tuple[str, ...]:
    """Return the usual layers that the network has; small ones lack a projection."""
    names = [name for name, _ in network.named_modules()]
    usual = usual_targets("mmdit" if isinstance(network, Mmdit) else "dit")
    return tuple(one for one in usual if any(f".{name}".endswith(f".{one}") for name in names))


def _real(pairs: Sequence[EncodedPair], frames: int) -> Tensor:
    """Return true where there is sound, [B, frames]; all of it if a pair says there is none."""
    places = torch.arange(frames, device="cpu")
    real = torch.tensor([pair.real_frames or frames for pair in pairs], device="cpu")
    return places[None] < real[:, None]

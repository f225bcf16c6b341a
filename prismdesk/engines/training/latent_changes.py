"""What is done to the latents of a batch so that less is learned by heart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.training.draws import Draws


def changed_latents(latents: Tensor, draws: Draws) -> Tensor:
    """Return latents [B, ...] mixed with each other and disturbed, as the options say.

    Mixup: l x + (1 - l) x' with one l of Beta(a, a) for the batch and x' the batch in another
    order; conditions aren't mixed. Noise: s std(x) n. Nothing is done while measuring.
    """
    if not draws.is_training:
        return latents
    options = draws.options
    if options.mixup_alpha > 0:
        share = draws.beta(options.mixup_alpha)
        others = latents[draws.order(latents.shape[0]).to(latents.device)]
        latents = share * latents + (1 - share) * others
    if options.latent_noise_sigma > 0:
        noise = draws.normal(*latents.shape).to(latents)
        latents = latents + options.latent_noise_sigma * latents.std() * noise
    return latents

"""How long a take is worked on: sampler, steps and noise levels by the quality wanted.

``final`` is what the models were published with. The others were chosen by how near they come to
where 1000 steps lead, on a mixture of Gaussians and on small networks; real weights may differ.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One quality.

    Attributes:
        id: its name in settings.
        sampler: how noise is taken away.
        steps: how often the network is asked; all of these samplers ask once a step.
        sigma_min: the last noise level before the clean sound.
        sigma_max: the noise level that sampling starts from.
    """

    id: str
    sampler: str
    steps: int
    sigma_min: float
    sigma_max: float


PRESETS: dict[str, Preset] = {
    preset.id: preset
    for preset in (
        Preset(id="draft", sampler="unipc-2", steps=25, sigma_min=0.3, sigma_max=500.0),
        Preset(id="normal", sampler="unipc-2", steps=50, sigma_min=0.3, sigma_max=500.0),
        Preset(id="final", sampler="dpmpp-3m-sde", steps=250, sigma_min=0.3, sigma_max=500.0),
    )
}

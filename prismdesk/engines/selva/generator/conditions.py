"""What the generator is told: picture, synchronisation and words, raw and prepared."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from prismdesk.engines.selva.generator.blocks import Rotation

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Features as the encoders give them; None stands for the generator's own empty row.

    Attributes:
        clip: the picture's CLIP features [B, Nc, clip_dim], or None.
        sync: synchronisation features [B, Ls, sync_dim], eight for each segment, or None.
        text: states of the prompt [B, text_tokens, text_dim], or None for the empty prompt.
        batch: B.
        clip_frames: Nc.
        sync_frames: Ls.
    """

    clip: Tensor | None
    sync: Tensor | None
    text: Tensor | None
    batch: int
    clip_frames: int
    sync_frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """Everything of the conditions that depends neither on the latent nor on time.

    Attributes:
        clip: the picture's stream [B, Nc, D].
        text: the text's stream [B, Nt, D].
        sync: synchronisation stretched to the latent's frames [B, L, D].
        overall: what picture and text say as a whole [B, 1, D].
        rotation: how queries and keys are turned by their places.
    """

    clip: Tensor
    text: Tensor
    sync: Tensor
    overall: Tensor
    rotation: Rotation

    @property
    def batch(self) -> int:
        """How many latents these conditions are for."""
        return self.clip.shape[0]

    @property
    def latent_frames(self) -> int:
        """L, the length of the latent these conditions are for."""
        return self.sync.shape[1]

    def repeat(self, times: int) -> Prepared:
        """Return the batch over again, ``times`` times in all."""
        return self._with(lambda tensor: tensor.repeat(times, 1, 1))

    def tensors(self) -> tuple[Tensor, ...]:
        """Return every tensor, in an order that ``of_tensors`` understands."""
        turning = (getattr(self.rotation, field.name) for field in fields(Rotation))
        return (self.clip, self.text, self.sync, self.overall, *turning)

    @classmethod
    def of_tensors(cls, tensors: tuple[Tensor, ...]) -> Prepared:
        """Return what ``tensors`` came from."""
        clip, text, sync, overall, *turning = tensors
        return cls(clip=clip, text=text, sync=sync, overall=overall, rotation=Rotation(*turning))

    @staticmethod
    def join(first: Prepared, second: Prepared) -> Prepared:
        """Return one batch of both, which must be for the same lengths.

        Raises:
            ValueError: the lengths differ.
        """
        for name in ("clip", "text", "sync"):
            lengths = getattr(first, name).shape[1], getattr(second, name).shape[1]
            if lengths[0] != lengths[1]:
                raise ValueError(f"conditions of {lengths[0]} and {lengths[1]} {name} places")
        return replace(
            first,
            clip=torch.cat([first.clip, second.clip]),
            text=torch.cat([first.text, second.text]),
            sync=torch.cat([first.sync, second.sync]),
            overall=torch.cat([first.overall, second.overall]),
        )

    def _with(self, change: Callable[[Tensor], Tensor]) -> Prepared:
        return replace(
            self,
            clip=change(self.clip),
            text=change(self.text),
            sync=change(self.sync),
            overall=change(self.overall),
        )


def stretched(x: Tensor, frames: int) -> Tensor:
    """Stretch [B, N, D] to ``frames`` places; each takes the row under its middle.

    Place i takes row floor((i + 0.5) N / frames).
    """
    places = torch.arange(frames, dtype=torch.float64, device="cpu")
    rows = ((places + 0.5) * x.shape[1] / frames).floor().long()
    return x[:, rows.to(x.device)]

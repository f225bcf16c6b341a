"""Known latents in a run: which part is made anew, when the rest lets go, how it is put in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from prismdesk.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.sampling.step_noise import StepNoise

_PERCENTAGES = {
    "crop_from_percent": "crop from",
    "paste_from_percent": "paste from",
    "paste_to_percent": "paste to",
    "mask_start_percent": "mask start",
    "mask_end_percent": "mask end",
    "softness_left_percent": "softness left",
    "softness_right_percent": "softness right",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskArguments:
    """What of the known latents is moved and what is made anew, in percent of their length.

    Attributes:
        crop_from_percent: the piece that is moved begins here.
        paste_from_percent: where it begins afterwards.
        paste_to_percent: where it ends at the latest.
        mask_start_percent: where the region to make anew begins.
        mask_end_percent: where it ends.
        softness_left_percent: length of the soft edge inside its beginning.
        softness_right_percent: length of the soft edge inside its end.
        marination: 0 to 1; the region follows what was there until this share of the steps is
            left.
    """

    crop_from_percent: float = 0.0
    paste_from_percent: float = 0.0
    paste_to_percent: float = 100.0
    mask_start_percent: float = 50.0
    mask_end_percent: float = 100.0
    softness_left_percent: float = 0.0
    softness_right_percent: float = 0.0
    marination: float = 0.0

    def __post_init__(self) -> None:
        for field, words in _PERCENTAGES.items():
            if not 0.0 <= getattr(self, field) <= 100.0:
                raise InputError(f"{words} must be 0 to 100 percent, not {getattr(self, field)}.")
        if not 0.0 <= self.marination <= 1.0:
            raise InputError(f"marination must be 0 to 1, not {self.marination}.")


def moved(latents: Tensor, arguments: MaskArguments) -> Tensor:
    """Return latents [B, C, N] with one piece in its new place and nothing around it.

    Raises:
        InputError: there is no room to paste into.
    """
    length = latents.shape[-1]
    crop_from = math.floor(arguments.crop_from_percent / 100.0 * length)
    paste_from = math.floor(arguments.paste_from_percent / 100.0 * length)
    paste_to = math.ceil(arguments.paste_to_percent / 100.0 * length)
    if paste_from >= paste_to:
        raise InputError("What is pasted must end after it begins; raise paste to.")
    count = min(paste_to - paste_from, length - crop_from)
    result = torch.zeros_like(latents)
    result[..., paste_from : paste_from + count] = latents[..., crop_from : crop_from + count]
    return result


def region_mask(length: int, arguments: MaskArguments) -> Tensor:
    """Return where new sound is wanted, [length] float32: 0 keeps, 1 is made anew to the end.

    Soft edges lie inside the region and are cut to its length.
    """
    first = math.floor(arguments.mask_start_percent / 100.0 * length)
    end = max(first, math.ceil(arguments.mask_end_percent / 100.0 * length))
    return soft_region(
        length,
        first,
        end,
        left=round(arguments.softness_left_percent / 100.0 * length),
        right=round(arguments.softness_right_percent / 100.0 * length),
        marination=arguments.marination,
    )


def soft_region(
    length: int, first: int, end: int, *, left: int, right: int, marination: float = 0.0
) -> Tensor:
    """Return the same, [length] float32, for a region from ``first`` to before ``end``, in frames.

    ``left`` and ``right`` are the lengths of its soft edges.
    """
    left, right = min(left, end - first), min(right, end - first)
    mask = torch.zeros(length, dtype=torch.float32)
    mask[first:end] = 1.0
    mask[first : first + left] = _rise(left)
    mask[end - right : end] = _rise(right).flip(0)
    return mask * (1.0 - marination) if marination > 0.0 else mask


def keep_by_step(mask: Tensor, steps: int) -> Tensor:
    """Return what is kept at each step, [steps, N] of 0 and 1.

    A part with mask m is kept from the step on at which m of all steps are done.
    """
    done = torch.tensor([(step + 1) / steps for step in range(steps)], dtype=torch.float32)
    return (mask <= done[:, None]).float()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepBlend:
    """Puts known latents, noised to the level of the step, where they are kept.

    Attributes:
        known: the latents, [B, C, N] or [1, C, N], float32.
        keep: [steps, N], 0 or 1.
        noise: for each step.
    """

    known: Tensor
    keep: Tensor
    noise: StepNoise

    def start(self, noise: Tensor, sigma: float) -> Tensor:
        """Return where a run begins, [B, C, N]: noise, and the known latents where kept."""
        return self.known.to(noise) * self.keep[0].to(noise) + noise * sigma

    def __call__(self, index: int, x: Tensor, sigma: float) -> Tensor:
        """Return x of a step with the known latents put in."""
        keep = self.keep[index].to(x)
        fresh = self.noise.at(index, sigma, sigma).to(x)
        return (self.known.to(x) + fresh * sigma) * keep + x * (1.0 - keep)


def _rise(count: int) -> Tensor:
    """Return the first half of a symmetric Hann window of twice as many points."""
    points = torch.arange(count, dtype=torch.float64)
    return (0.5 * (1.0 - torch.cos(2.0 * math.pi * points / max(1, 2 * count - 1)))).float()

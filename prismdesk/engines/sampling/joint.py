"""One long latent whose velocity is that of all windows over it, averaged at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.progress import never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from prismdesk.engines.sampling.windows import Window
    from prismdesk.progress import IsCancelled

    WindowVelocity = Callable[[Tensor, float], Tensor]
    """(latent [B, frames, C], t) -> velocity [B, frames, C]."""


def triangular_weights(frames: int) -> Tensor:
    """Weights [frames] that rise from a window's ends to its middle; all above zero."""
    places = torch.arange(frames, dtype=torch.float32) + 0.5
    return torch.minimum(places, frames - places)


class JointVelocity:
    """Velocity of a long latent: v = sum of w_k v_k / sum of w_k, w_k triangular over window k.

    Overlapping windows agree at every step, so there are no seams between them. A frame under
    one window gets exactly that window's velocity. Beside the latent and its velocity it holds
    one window at a time.

    Args:
        windows: as ``plan_windows`` gives them; every frame must lie under one.
        velocities: one for each window; indexed once per step, so it may make them when asked.
        length_frames: frames of the whole latent.
        cancelled: asked before each window.
        on_window: told (window, windows) after each.
    """

    def __init__(
        self,
        windows: Sequence[Window],
        velocities: Sequence[WindowVelocity],
        length_frames: int,
        *,
        cancelled: IsCancelled = never_cancelled,
        on_window: Callable[[int, int], None] | None = None,
    ) -> None:
        if len(windows) != len(velocities):
            raise ValueError(f"{len(windows)} windows need as many velocities")
        total = torch.zeros(length_frames)
        for window in windows:
            if window.latent_start < 0 or window.latent_end > length_frames:
                raise ValueError("a window reaches beyond the latent")
            total[_span(window)] += triangular_weights(window.latent_frames)
        if bool((total <= 0).any()):
            raise ValueError("windows leave frames uncovered")
        self._windows = tuple(windows)
        self._velocities = velocities
        self._shares = [
            (triangular_weights(window.latent_frames) / total[_span(window)])[:, None]
            for window in windows
        ]
        self._length = length_frames
        self._cancelled = cancelled
        self._on_window = on_window

    def __call__(self, latent: Tensor, t: float) -> Tensor:
        """Return the velocity of ``latent`` [B, length_frames, C] at ``t``, float32."""
        if latent.shape[1] != self._length:
            raise ValueError(f"planned for {self._length} frames, not {latent.shape[1]}")
        if self._shares[0].device != latent.device:
            self._shares = [share.to(latent.device) for share in self._shares]
        velocity = torch.zeros(latent.shape, dtype=torch.float32, device=latent.device)
        for index, window in enumerate(self._windows):
            raise_if_cancelled(self._cancelled)
            span = _span(window)
            part = self._velocities[index](latent[:, span], t)
            velocity[:, span] += self._shares[index] * part.float()
            if self._on_window is not None:
                self._on_window(index + 1, len(self._windows))
        return velocity


def _span(window: Window) -> slice:
    return slice(window.latent_start, window.latent_end)

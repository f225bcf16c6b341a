"""Guessing how loud each latent frame will be, from a few frames that were decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

if TYPE_CHECKING:
    from torch import Tensor

_FLOOR = 1e-4
_RIDGES = 10.0 ** np.arange(-4.0, 3.0)
_TINY = 1e-12

Rows = npt.NDArray[np.float64]


def frame_features(latent: Tensor) -> Tensor:
    """Features [frames, 3 C + 1] of a latent [frames, C]: itself, both neighbours, its power."""
    before = torch.cat([latent[:1], latent[:-1]])
    after = torch.cat([latent[1:], latent[-1:]])
    power = (latent.square().mean(dim=1, keepdim=True) + _FLOOR).log()
    return torch.cat([latent, before, after, power], dim=1)


class LevelRegression:
    """A ridge regression from latent frames to the logarithm of their peaks.

    Fitted anew with all that was measured so far, a matter of a millisecond; how much ridge is
    found by generalised cross-validation (G. H. Golub, M. Heath & G. Wahba, 1979).
    """

    def __init__(self) -> None:
        self._features: list[Rows] = []
        self._levels: list[Rows] = []
        self._weights: Tensor | None = None
        self._offset = 0.0
        self._range = (0.0, 0.0)

    @property
    def is_fitted(self) -> bool:
        """Whether anything was measured yet."""
        return self._weights is not None

    def learn(self, latent: Tensor, peaks: Tensor) -> None:
        """Take in a decoded stretch: latent [frames, C] and the peak of each frame [frames]."""
        inner = frame_features(latent.detach().float()).cpu().double().numpy()
        levels = np.log(peaks.detach().float().cpu().double().numpy() + _FLOOR)
        # The ends of a stretch were decoded without what belongs beside them.
        edge = 1 if len(levels) > 4 else 0
        self._features.append(inner[edge : len(inner) - edge])
        self._levels.append(levels[edge : len(levels) - edge])
        features, wanted = np.concatenate(self._features), np.concatenate(self._levels)
        centre, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
        weights = _ridge((features - centre) / spread, wanted - wanted.mean()) / spread
        self._offset = float(wanted.mean() - centre @ weights)
        self._range = (float(wanted.min()) - 2.0, float(wanted.max()) + 1.0)
        self._weights = torch.from_numpy(weights).float()

    def peaks(self, latent: Tensor) -> Rows:
        """Guess the peak of each frame of a latent [frames, C]; float64 [frames], 0 or more."""
        if self._weights is None:
            raise ValueError("nothing was measured yet")
        self._weights = self._weights.to(latent.device)
        levels = frame_features(latent.detach().float()) @ self._weights
        guessed = levels.cpu().double().numpy() + self._offset
        return np.asarray(np.maximum(np.exp(np.clip(guessed, *self._range)) - _FLOOR, 0.0))


def _ridge(features: Rows, wanted: Rows) -> Rows:
    """Weights of the ridge regression that cross-validation likes best."""
    left, singular, right = np.linalg.svd(features, full_matrices=False)
    turned = left.T @ wanted
    count = len(wanted)
    best_error, best = np.inf, np.zeros(features.shape[1])
    for ridge in _RIDGES:
        load = ridge * count
        shrink = singular**2 / (singular**2 + load)
        error = float(np.sum((wanted - left @ (shrink * turned)) ** 2))
        freedom = (1.0 - shrink.sum() / count) ** 2
        score = error / max(freedom, _TINY)
        if score < best_error:
            best_error = score
            best = right.T @ (singular / (singular**2 + load) * turned)
    return np.asarray(best)

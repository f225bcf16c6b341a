"""Laying pieces one after another with seams where they are least heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import fftconvolve

from prismdesk.engines.ambience.bands import to_db
from prismdesk.engines.ambience.equaliser import equalise
from prismdesk.engines.ambience.material import STEADY_DB
from prismdesk.engines.joining.crossing import blend

if TYPE_CHECKING:
    from prismdesk.engines.ambience.course import Course
    from prismdesk.engines.ambience.material import Material
    from prismdesk.engines.ambience.pieces import Piece
    from prismdesk.engines.ambience.surroundings import Signal
    from prismdesk.engines.joining.linear_prediction import Samples

_OVERLAP_SECONDS = 0.03
_SHIFT_SECONDS = 0.008
_MOST_GAIN_DB = 12.0
_LEAST_GAIN_DB = -70.0


class Layer:
    """Lays pieces into a gap. Call ``lay`` for each in order, then take ``sound``.

    Each piece is moved by up to 8 ms to where it best continues the one before (W. Verhelst &
    M. Roelands, WSOLA, ICASSP 1993) and blended so that the power stays level whatever the two
    have in common.
    """

    def __init__(
        self,
        material: Material,
        course: Course,
        gap_samples: int,
        *,
        left: Signal,
        right: Signal,
    ) -> None:
        self._material = material
        self._course = course
        self._gap = gap_samples
        rate_hz = material.grid.rate_hz
        self._overlap = min(round(_OVERLAP_SECONDS * rate_hz), max(2, gap_samples // 3))
        self._shift = round(_SHIFT_SECONDS * rate_hz)
        self._wanted_start = left[:, -self._overlap :].mean(axis=0)
        self._wanted_end = right[:, : self._overlap].mean(axis=0)
        channels = material.powers.shape[0]
        self.sound: Signal = np.zeros((channels, gap_samples))
        self._tail: Signal | None = None

    def lay(self, piece: Piece) -> None:
        """Add one piece; its place must follow the last one's without a hole."""
        overlap = self._overlap
        is_last = piece.at_samples + piece.length_samples >= self._gap
        start = piece.start_samples + self._best_shift(piece, is_last=is_last)
        lead = overlap if self._tail is not None else 0
        cut = self._material.cut(piece.stretch, start - lead, lead + piece.length_samples + overlap)
        self._wanted_start = cut[:, lead + piece.length_samples :].mean(axis=0)
        cut = self._matched(cut, piece, lead)
        at = piece.at_samples
        if self._tail is not None:
            self.sound[:, at - overlap : at] = blend(self._tail, cut[:, :overlap])
        end = min(at + piece.length_samples, self._gap)
        body = cut[:, lead : lead + end - at]
        self.sound[:, at:end] = body
        self._tail = self.sound[:, max(0, end - overlap) : end].copy()

    def _best_shift(self, piece: Piece, *, is_last: bool) -> int:
        """Shift in samples at which a piece best continues what stands before (and after) it."""
        shift, overlap = self._shift, self._overlap
        score = np.zeros(2 * shift + 1)
        if len(self._wanted_start) == overlap:
            first = piece.start_samples - overlap - shift
            score += self._likeness(piece.stretch, first, self._wanted_start)
        if is_last and len(self._wanted_end) == overlap:
            first = piece.start_samples + piece.length_samples - shift
            score += self._likeness(piece.stretch, first, self._wanted_end)
        room = self._material.stretches[piece.stretch].shape[1]
        shifts = np.arange(-shift, shift + 1)
        inside = (piece.start_samples + shifts >= 0) & (
            piece.start_samples + shifts + piece.length_samples <= room
        )
        score[~inside] = -np.inf
        if not inside.any():
            return 0
        return int(shifts[np.argmax(score)])

    def _likeness(self, stretch: int, first: int, wanted: Samples) -> Samples:
        """Normalised correlation of ``wanted`` with the sound at each shift from ``first``."""
        sound = self._material.cut(stretch, first, len(wanted) + 2 * self._shift).mean(axis=0)
        products = fftconvolve(sound, wanted[::-1], mode="valid")
        sums = np.concatenate(([0.0], np.cumsum(sound**2)))
        energies = sums[len(wanted) :] - sums[: -len(wanted)]
        scale = np.sqrt(np.maximum(energies, 0.0) * float(wanted @ wanted))
        return np.asarray(products / np.maximum(scale, 1e-12))

    def _matched(self, cut: Signal, piece: Piece, lead: int) -> Signal:
        """The piece with its levels, in each half, brought towards the course.

        Where the surroundings are steady the levels are made to fit; where they come and go,
        only the drift from one side to the other is followed and the coming and going is kept.
        """
        grid, material = self._material.grid, self._material
        powers = material.powers[:, piece.first_frame : piece.first_frame + piece.frames]
        half = powers.shape[1] // 2
        parts = [powers] if half < 4 else [powers[:, :half], powers[:, half:]]
        moments = (np.arange(len(parts)) + 0.5) / len(parts) * piece.length_samples
        seconds = (piece.at_samples + moments) / grid.rate_hz
        actual_db = np.stack([to_db(part.mean(axis=1)) for part in parts], axis=1)
        misfit_db = self._course.at(seconds) - actual_db
        firmness = 1.0 / (1.0 + np.square(material.unrest_db / STEADY_DB))
        if not self._course.is_decaying:
            drift_db = self._course.drift_from(material.sides[piece.stretch], seconds)
            misfit_db = firmness * misfit_db + (1.0 - firmness) * drift_db
        gains_db = np.clip(misfit_db, _LEAST_GAIN_DB, _MOST_GAIN_DB)
        return equalise(cut, moments + lead, gains_db, grid)

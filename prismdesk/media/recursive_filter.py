"""A recursive filter for sound that comes in blocks, as products of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

_HOP_SAMPLES = 32


class SectionsFilter:
    """A cascade of second-order sections; the size of the blocks doesn't matter.

    Each hop of 32 samples is its own answer to the samples in it plus the answer to the state
    before it (block state-space form: C. W. Barnes, S. Shinnaka, "Block-shift invariance and block
    implementation of discrete-time filters", IEEE Trans. CAS 27(8), 1980); the states before all
    hops are found by doubling. SciPy's filter does the same, but its import takes longer than the
    window has for its start.

    Args:
        sections: float64 (sections, 6), each b0 b1 b2 1 a1 a2.
        channels: number of channels.
    """

    def __init__(self, sections: Floats, channels: int) -> None:
        orders = 2 * len(sections)
        step, enter, leave, through = _state_space(sections)
        powers = [np.eye(orders)]
        for _ in range(_HOP_SAMPLES):
            powers.append(step @ powers[-1])
        self._powers = [power.T for power in powers]
        self._from_state = np.array([leave @ power for power in powers[:-1]]).T
        self._to_state = np.array([power @ enter for power in powers[-2::-1]])
        answer = np.concatenate(([through], [leave @ power @ enter for power in powers[:-2]]))
        self._within = np.zeros((_HOP_SAMPLES, _HOP_SAMPLES))
        for place in range(_HOP_SAMPLES):
            self._within[place, place:] = answer[: _HOP_SAMPLES - place]
        self._state = np.zeros((channels, orders))

    def filter(self, block: Floats) -> Floats:
        """Return the filtered block, (channels, samples) as it came."""
        channels, length = block.shape
        hops, rest = divmod(length, _HOP_SAMPLES)
        out = np.empty((channels, length))
        whole = hops * _HOP_SAMPLES
        if hops:
            frames = block[:, :whole].reshape(channels, hops, _HOP_SAMPLES)
            states = self._states(frames)
            filtered = frames @ self._within
            filtered += states[:, :-1] @ self._from_state
            out[:, :whole] = filtered.reshape(channels, whole)
            self._state = states[:, -1].copy()
        if rest:
            last = block[:, whole:]
            out[:, whole:] = (
                last @ self._within[:rest, :rest] + self._state @ self._from_state[:, :rest]
            )
            self._state = self._state @ self._powers[rest] + last @ self._to_state[-rest:]
        return out

    def reset(self) -> None:
        """Forget what went before."""
        self._state = np.zeros_like(self._state)

    def _states(self, frames: Floats) -> Floats:
        """Return the states before each hop and after the last, (channels, hops + 1, orders)."""
        states = np.concatenate((self._state[:, None], frames @ self._to_state), axis=1)
        reach, power = 1, self._powers[_HOP_SAMPLES]
        while reach < states.shape[1]:
            states[:, reach:] += states[:, :-reach] @ power
            reach, power = 2 * reach, power @ power
        return states


def _state_space(sections: Floats) -> tuple[Floats, Floats, Floats, float]:
    """Return A, B, C, D of the cascade, each section in transposed direct form II."""
    orders = 2 * len(sections)
    step = np.zeros((orders, orders))
    enter = np.zeros(orders)
    # What goes into the section at hand: a share of each state, and of the cascade's input.
    of_states, of_input = np.zeros(orders), 1.0
    for number, (b0, b1, b2, _, a1, a2) in enumerate(sections):
        first, second = 2 * number, 2 * number + 1
        out_states, out_input = b0 * of_states, b0 * of_input
        out_states[first] += 1.0
        step[first] = b1 * of_states - a1 * out_states
        step[first, second] += 1.0
        step[second] = b2 * of_states - a2 * out_states
        enter[first] = b1 * of_input - a1 * out_input
        enter[second] = b2 * of_input - a2 * out_input
        of_states, of_input = out_states, out_input
    return step, enter, of_states, float(of_input)

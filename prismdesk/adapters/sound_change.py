"""What was done to the sound of a pair, so that it can be done again: trimmed, muted, levelled.

Each change is kept as a few words, such as ``"mute 1.25 1.9"``; seconds count from the start of
the sound as the changes before it left it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from prismdesk.adapters.training_set import TrainingSetError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

Kind = Literal["gain", "keep", "lead", "mute", "cut"]

FADE_SECONDS = 0.01
"""Over which sound goes to silence and comes back, or one part goes over into the next."""

_NUMBERS: dict[Kind, int] = {"gain": 1, "keep": 2, "lead": 1, "mute": 2, "cut": 2}


@dataclass(frozen=True, slots=True)
class SoundChange:
    """One change.

    ``gain a``: by a dB. ``keep a b``: only what lies from a to b seconds. ``lead a``: a seconds of
    silence in front. ``mute a b``: silence from a to b, with fades. ``cut a b``: what lies from a
    to b is taken out, and the rest joined with a crossfade.
    """

    kind: Kind
    a: float
    b: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what means nothing."""
        is_stretch = _NUMBERS[self.kind] == 2
        if not (math.isfinite(self.a) and math.isfinite(self.b)):
            raise TrainingSetError(f"A sound can't be changed by '{self.text}'.")
        if (is_stretch and not 0 <= self.a < self.b) or (self.kind == "lead" and self.a < 0):
            raise TrainingSetError(f"A sound can't be changed by '{self.text}'.")

    @property
    def text(self) -> str:
        """The words it is kept as."""
        numbers = (self.a, self.b)[: _NUMBERS[self.kind]]
        return " ".join((self.kind, *(format(number, ".9g") for number in numbers)))

    @property
    def start_moves_seconds(self) -> float:
        """How much later than before the sound begins, seen from its film."""
        return {"keep": self.a, "lead": -self.a}.get(self.kind, 0.0)

    @property
    def moves_time(self) -> bool:
        """Whether what is heard lies elsewhere in time than before."""
        return self.kind == "cut" or (self.start_moves_seconds != 0.0)


def change_of(text: str) -> SoundChange:
    """Read a change.

    Raises:
        TrainingSetError: it is none.
    """
    kind, *numbers = text.split()
    if kind not in get_args(Kind) or len(numbers) != _NUMBERS[kind]:  # type: ignore[index]  # checked just before
        raise TrainingSetError(f"'{text}' is no change of a sound; take it out of the set's file.")
    try:
        return SoundChange(kind, *(float(number) for number in numbers))  # type: ignore[arg-type]  # checked above
    except ValueError as error:
        raise TrainingSetError(f"'{text}' is no change of a sound.") from error


def changed(
    sound: npt.NDArray[np.float32], rate_hz: int, changes: Iterable[SoundChange]
) -> npt.NDArray[np.float32]:
    """Return a sound, float32 (channels, samples), after some changes."""
    for change in changes:
        sound = _after(sound, rate_hz, change)
    return np.ascontiguousarray(sound, np.float32)


def _after(
    sound: npt.NDArray[np.float32], rate_hz: int, change: SoundChange
) -> npt.NDArray[np.float32]:
    first, last = round(change.a * rate_hz), round(change.b * rate_hz)
    match change.kind:
        case "gain":
            return sound * np.float32(10 ** (change.a / 20))
        case "keep":
            return _faded_ends(sound[:, first:last], first > 0, last < sound.shape[1], rate_hz)
        case "lead":
            return np.pad(sound, ((0, 0), (first, 0)))
        case "mute":
            gains = _mute_gains(sound.shape[1], first, last, rate_hz)
            return sound * gains
        case "cut":
            return _joined(sound[:, :first], sound[:, last:], round(FADE_SECONDS * rate_hz))


def _ramp(samples: int) -> npt.NDArray[np.float32]:
    return ((np.arange(samples) + 0.5) / max(1, samples)).astype(np.float32)


def _faded_ends(
    sound: npt.NDArray[np.float32], at_start: bool, at_end: bool, rate_hz: int
) -> npt.NDArray[np.float32]:
    """Return the sound with short fades where it was cut."""
    sound = sound.copy()
    ramp = _ramp(min(round(FADE_SECONDS / 4 * rate_hz), sound.shape[1] // 2))
    if at_start and ramp.size:
        sound[:, : ramp.size] *= ramp
    if at_end and ramp.size:
        sound[:, sound.shape[1] - ramp.size :] *= ramp[::-1]
    return sound


def _mute_gains(length: int, first: int, last: int, rate_hz: int) -> npt.NDArray[np.float32]:
    """Return gains that are 0 from first to last; the fades lie outside."""
    fade = max(1, round(FADE_SECONDS * rate_hz))
    at = np.arange(length, dtype=np.float32)
    gains = np.maximum((first - at) / fade, (at - last + 1) / fade)
    return np.clip(gains, 0.0, 1.0).astype(np.float32)


def _joined(
    before: npt.NDArray[np.float32], after: npt.NDArray[np.float32], fade: int
) -> npt.NDArray[np.float32]:
    fade = min(fade, before.shape[1], after.shape[1])
    if not fade:
        return np.concatenate([before, after], axis=1)
    ramp = _ramp(fade)
    between = before[:, -fade:] * ramp[::-1] + after[:, :fade] * ramp
    return np.concatenate([before[:, :-fade], between, after[:, fade:]], axis=1)

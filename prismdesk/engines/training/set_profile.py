"""How far a sound is from a whole set of recordings: the distance of spectral profiles.

A sound's profile is the mean power in each of 80 mel bands over that of the whole sound, in dB, so
that it says what a sound is made of and nothing of how loud or how long it is, or what happens
when. The profile of a set is the mean of those of its sounds, and the distance to the set the
root mean square of the difference over the bands. It is 0 for a sound that is made as the set is,
and about ``spread_db`` for one that could be of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.training.spectra import (
    FLOOR_SHARE,
    decibels,
    mel_powers,
    mono,
    power_spectra,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    Sound = npt.NDArray[np.floating]
    Floats = npt.NDArray[np.float64]


def spectral_profile(audio: Sound, rate_hz: int) -> Floats | None:
    """Return each mel band's part of the power, in dB; None for silence.

    Bands are weighted by their width, so that white noise is level; those 80 dB below the highest,
    or more, stand at that floor.
    """
    power = power_spectra(mono(audio)).mean(axis=0)
    whole = float(power.sum())
    if whole <= 0.0:
        return None
    bands = mel_powers(power / whole, rate_hz)
    return decibels(bands, FLOOR_SHARE * float(bands.max()))


@dataclass(frozen=True, slots=True, kw_only=True)
class SetProfile:
    """The mean profile of a set.

    Attributes:
        rate_hz: of the sounds; others can't be compared.
        mean_db: of all profiles, one number a band.
        spread_db: how far the set's own sounds lie from it, on average.
        count: of sounds that aren't silent.
    """

    rate_hz: int
    mean_db: Floats
    spread_db: float
    count: int

    @classmethod
    def of(cls, sounds: Iterable[Sound], rate_hz: int) -> SetProfile:
        """Return the profile of sounds at one rate.

        Raises:
            ValueError: there is no sound but silence.
        """
        profiles = [spectral_profile(sound, rate_hz) for sound in sounds]
        kept = [profile for profile in profiles if profile is not None]
        if not kept:
            raise ValueError("a set of silence has no profile")
        mean = np.mean(kept, axis=0)
        spread = float(np.mean([_distance_db(profile, mean) for profile in kept]))
        return cls(rate_hz=rate_hz, mean_db=mean, spread_db=spread, count=len(kept))

    def distance_db(self, audio: Sound, rate_hz: int) -> float | None:
        """Return how far a sound is from the set; None for silence.

        Raises:
            ValueError: the sound is at another rate than the set.
        """
        if rate_hz != self.rate_hz:
            raise ValueError(f"the set is at {self.rate_hz} Hz, the sound at {rate_hz} Hz")
        profile = spectral_profile(audio, rate_hz)
        return None if profile is None else _distance_db(profile, self.mean_db)

    def metrics(self, audio: Sound, rate_hz: int) -> dict[str, float]:
        """Return the distance under its name in ``metrics.METRICS``; nothing for silence."""
        distance = self.distance_db(audio, rate_hz)
        return {} if distance is None else {"set_distance_db": distance}


def _distance_db(profile: Floats, mean: Floats) -> float:
    return float(np.sqrt(np.square(profile - mean).mean()))

"""The sound on the lanes over the stretch that is worked on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.errors import UnsupportedError
from prismdesk.engines.joining.placement import channel_balance, mix_down, placing_gains

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.engines.hosting.stretch import Stretch
    from prismdesk.engines.joining.placement import ChannelGains, Placement
    from prismdesk.engines.request import Request
    from prismdesk.engines.sound import AudioBlock

_BALANCE_SECONDS = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is on the lanes, and how the model's sound lies on the track.

    Attributes:
        sound: float32 (channels, samples of the stretch); silent past the context.
        known: (samples,), where there is real sound that is to be kept.
        region: the region's first sample and the one after its last, in the stretch.
        start_gains: of the track's channels at the region's start.
        end_gains: at its end.
        mixes_down: whether a stereo sound becomes mono before it is placed.
    """

    sound: AudioBlock
    known: npt.NDArray[np.bool_]
    region: tuple[int, int]
    start_gains: ChannelGains
    end_gains: ChannelGains
    mixes_down: bool = False

    @property
    def mono(self) -> AudioBlock:
        """What the model would have to make to come nearest to it, (1, samples)."""
        return mix_down(self.sound, 0.5 * (self.start_gains + self.end_gains))

    @property
    def stereo(self) -> AudioBlock:
        """The same for a model of stereo sound, (2, samples)."""
        return self.as_stereo(self.sound)

    def as_stereo(self, sound: AudioBlock) -> AudioBlock:
        """Return sound of the track's channels as a model of stereo sound would have made it."""
        if self.mixes_down:
            sound = mix_down(sound, 0.5 * (self.start_gains + self.end_gains))
        return np.repeat(sound, 2, axis=0) if len(sound) == 1 else sound[:2]

    def unknown_runs(self) -> list[tuple[int, int]]:
        """The runs of samples that aren't known, first and one after the last of each."""
        edges = np.diff(self.known.astype(np.int8), prepend=1, append=1)
        starts, ends = np.flatnonzero(edges < 0), np.flatnonzero(edges > 0)
        return list(zip(starts.tolist(), ends.tolist(), strict=True))


def read_surroundings(
    request: Request, stretch: Stretch, placement: str, *, model_channels: int = 1
) -> Surroundings:
    """Cut the stretch out of the context; a sound to vary takes the region's place.

    Raises:
        UnsupportedError: the track has more channels than an order is known for.
    """
    first, last = stretch.start_samples, min(stretch.end_samples, request.context.shape[1])
    start, end = request.region_start_samples, request.region_end_samples
    length = stretch.end_samples - first
    sound = np.zeros((request.context.shape[0], length), np.float32)
    sound[:, : last - first] = np.nan_to_num(request.context[:, first:last], posinf=0.0, neginf=0.0)
    if request.source is not None:
        given = request.source[:, : end - start]
        sound[:, start - first : start - first + given.shape[1]] = np.nan_to_num(given)
    known = np.zeros(length, bool)
    known[: last - first] = request.valid[first:last]
    known[start - first : end - first] = False
    gains = _gains(request, placement)
    return Surroundings(
        sound=sound,
        known=known,
        region=(start - first, end - first),
        start_gains=gains[0],
        end_gains=gains[1],
        mixes_down=model_channels > 1 and placement in ("centre", "all"),
    )


def _gains(request: Request, placement: str) -> tuple[ChannelGains, ChannelGains]:
    """Placing gains at both ends; generated sound doesn't move between them."""
    channels = request.context.shape[0]
    reach = round(_BALANCE_SECONDS * request.rate_hz)
    start, end = request.region_start_samples, request.region_end_samples
    before = _valid_part(request, max(0, start - reach), start)
    after = _valid_part(request, end, end + reach)
    if request.task is EngineTask.GENERATE:
        before = after = np.concatenate([before, after], axis=1)
    first, last = channel_balance(before), channel_balance(after)
    where = cast("Placement", placement)
    try:
        return (
            placing_gains(channels, where, last if first is None else first),
            placing_gains(channels, where, first if last is None else last),
        )
    except ValueError as error:
        raise UnsupportedError(
            f"Sound can't be placed on a track of {channels} channels; use one of 1 to 8."
        ) from error


def _valid_part(request: Request, first: int, last: int) -> AudioBlock:
    part = np.nan_to_num(request.context[:, first:last], posinf=0.0, neginf=0.0)
    return np.asarray(part[:, request.valid[first:last]], np.float32)

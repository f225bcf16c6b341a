"""Channel layouts, and how one sounds on the loudspeakers of another."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.media.errors import MediaError
from prismdesk.project.model import ChannelLayout

if TYPE_CHECKING:
    import numpy.typing as npt

_HALF_POWER = sqrt(0.5)

_BY_COUNT = {layout.channels: layout for layout in reversed(ChannelLayout)}


def layout_of(name: str, channels: int) -> ChannelLayout:
    """Return the layout that FFmpeg calls ``name``, e.g. ``5.1(side)``.

    A name that isn't known (or a file that doesn't say) is taken as the usual layout of that
    many channels; their order in the file is kept.

    Raises:
        MediaError: fewer than one or more than eight channels.
    """
    plain = name.split("(")[0]
    for layout in ChannelLayout:
        if layout.value == plain and layout.channels == channels:
            return layout
    if channels not in _BY_COUNT:
        raise MediaError(
            f"A sound of {channels} channels can't be used; convert it to between 1 (mono) and "
            "8 channels (7.1)."
        )
    return _BY_COUNT[channels]


def downmix_matrix(from_layout: ChannelLayout, to_layout: ChannelLayout) -> npt.NDArray[np.float32]:
    """Return float32 (to channels, from channels); ``matrix @ block`` is what is heard.

    Coefficients of ITU-R BS.775-4, annex 4, table 2: a channel with a loudspeaker of its own
    goes there at unity. Otherwise centre goes to left and right at sqrt(1/2) each, a side or back
    surround to the other pair of surrounds at unity or, where there is none, to the front of its
    side at sqrt(1/2), a back centre to a pair of surrounds at sqrt(1/2) each, or to both fronts
    at 1/2. To mono: left and right at sqrt(1/2), centre at unity, surrounds at 1/2. LFE is left
    out where there is none. A mono sound goes to left and right at unity where there is no
    centre. The sum isn't scaled down: it may exceed full scale.
    """
    targets = to_layout.channel_names
    matrix = np.zeros((len(targets), from_layout.channels), np.float32)
    for column, source in enumerate(from_layout.channel_names):
        is_mono = from_layout is ChannelLayout.MONO
        for target, gain in _spread(source, targets, is_mono=is_mono).items():
            matrix[targets.index(target), column] += gain
    return matrix


def _spread(source: str, targets: tuple[str, ...], *, is_mono: bool) -> dict[str, float]:
    """Return the gain at which one channel goes to each target."""
    if source in targets:
        return {source: 1.0}
    if source == "LFE":
        return {}
    if targets == ("C",):
        return {"C": _TO_MONO[source]}
    if source == "C":
        gain = 1.0 if is_mono else _HALF_POWER
        return {"L": gain, "R": gain}
    if source == "Cb":
        pair = next((p for p in (("Lb", "Rb"), ("Ls", "Rs")) if p[0] in targets), None)
        return dict.fromkeys(pair, _HALF_POWER) if pair else {"L": 0.5, "R": 0.5}
    side = source[0]
    surround = next((side + place for place in "sb" if side + place in targets), None)
    return {surround: 1.0} if surround else {side: _HALF_POWER}


_TO_MONO = {
    "L": _HALF_POWER,
    "R": _HALF_POWER,
    "Ls": 0.5,
    "Rs": 0.5,
    "Lb": 0.5,
    "Rb": 0.5,
    "Cb": _HALF_POWER,
}

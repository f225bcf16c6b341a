"""One pair of a set as it comes in: clean sound, the picture that belongs to it, and words."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor
from typing import TYPE_CHECKING

from prismdesk.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from prismdesk.engines.request import PictureMask, PictureSource
    from prismdesk.engines.sound import AudioBlock
    from prismdesk.engines.training.encoded_index import Split

LONGER_BY = 1.25
"""A sound that is longer than a window by no more than this is cut to it; else it gives several."""


class PairInputError(InputError):
    """A pair can't be used; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedOutPicture:
    """Features of a picture that were worked out elsewhere, for SelVA and MMAudio.

    Attributes:
        clip: what it shows, (frames, width), eight a second; None if the model is shown none.
        sync: what happens when, (segments * 8, width).
    """

    clip: npt.NDArray[np.float32] | None
    sync: npt.NDArray[np.float32] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairInput:
    """One clip of a set.

    Attributes:
        key: names it in its set.
        split: what it is used for.
        sound: clean, float32 (channels, samples).
        rate_hz: of it.
        prompt: words for the sound.
        picture: the film over the sound; times count from the sound's start. None if there is none.
        mask: where in the picture to look, spread over the sound; None for everywhere.
        worked_out: features of the picture that are there already, instead of a picture.
    """

    key: str
    sound: AudioBlock
    rate_hz: int
    split: Split = "train"
    prompt: str = ""
    picture: PictureSource | None = None
    mask: PictureMask | None = None
    worked_out: WorkedOutPicture | None = None


@dataclass(frozen=True, slots=True)
class PairWindow:
    """Which part of a pair is encoded together.

    Attributes:
        index: of the pair's windows, from 0.
        start_samples: first sample, at the pair's rate.
        length_samples: of the window; past the sound's end it is silent.
        real_samples: that hold sound.
    """

    index: int
    start_samples: int
    length_samples: int
    real_samples: int


def windows_of(samples: int, rate_hz: int, natural_seconds: float) -> tuple[PairWindow, ...]:
    """Return the windows of a sound, each as long as a model was trained with.

    A shorter sound is followed by silence, a little longer one is cut; a longer one gives as many
    windows as are needed to hold all of it, evenly spread, the last ending where the sound does.

    Args:
        samples: of the sound, one at least.
        rate_hz: of it.
        natural_seconds: of the model.
    """
    length = floor(round(natural_seconds * rate_hz, 3))
    if samples <= LONGER_BY * length:
        return (PairWindow(0, 0, length, min(samples, length)),)
    count = -(-samples // length)
    spare = samples - length
    starts = [spare * index // (count - 1) for index in range(count)]
    return tuple(PairWindow(index, start, length, length) for index, start in enumerate(starts))

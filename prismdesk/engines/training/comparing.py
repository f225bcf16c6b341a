"""How a sound that was made of a pair compares with what was recorded for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.training.metrics import onset_metrics, reference_metrics, sound_metrics

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prismdesk.engines.sound import AudioBlock
    from prismdesk.engines.training.set_profile import SetProfile

    OnsetFinder = Callable[[AudioBlock, int], Sequence[int]]
    """Takes a sound (channels, samples) and its rate; gives the samples where hits begin."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Measures sounds against what was recorded.

    Attributes:
        profile: of the set that was trained on; None leaves the distance to it out.
        find_onsets: finds where hits begin; None leaves their error out.
    """

    profile: SetProfile | None = None
    find_onsets: OnsetFinder | None = None

    def metrics(self, audio: AudioBlock, reference: AudioBlock, rate_hz: int) -> dict[str, float]:
        """Return all measures of a sound, over as much of it as the reference holds.

        Args:
            audio: (channels, samples).
            reference: what was recorded, at the same rate.
            rate_hz: of both.
        """
        kept = audio[:, : reference.shape[1]]
        found = {**sound_metrics(kept, rate_hz), **reference_metrics(kept, reference, rate_hz)}
        if not found:
            return {}
        if self.profile is not None:
            found |= self.profile.metrics(kept, rate_hz)
        if self.find_onsets is not None:
            found |= onset_metrics(
                [sample / rate_hz for sample in self.find_onsets(kept, rate_hz)],
                [sample / rate_hz for sample in self.find_onsets(reference, rate_hz)],
            )
        return found

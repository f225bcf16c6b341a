"""The proof of a region: the mix with it, minus the mix without it, is nothing outside of it.

Both mixes are streamed side by side and compared sample by sample, so memory is constant.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.media.comparison import Difference
from prismdesk.media.mixdown import mix_blocks
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)
from prismdesk.project.edits.takes import clear_choice
from prismdesk.project.lookup import project_end_samples, region_of
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.media.sounds import Sounds
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project, Region


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionProof:
    """What a region changes: nothing ``outside``, its own sound ``inside``.

    ``region`` is the region as it was tested; the proof says nothing of a later state of it.
    """

    region: Region
    channels: int
    outside: Difference
    inside: Difference

    @property
    def passed(self) -> bool:
        """Whether every sample outside the region is what it was."""
        return self.outside.is_identical

    def to_text(self) -> str:
        """Return the figures as lines to read or to copy."""
        loudest = "none, digital zero" if self.passed else f"{self.outside.peak_dbfs:.1f} dBFS"
        verdict = "Identical outside the region" if self.passed else "DIFFERENT outside the region"
        return "\n".join(
            [
                f"{verdict}: {self.region.name}",
                f"Compared outside: {self.outside.samples} samples in each of "
                f"{self.channels} channels",
                f"Different: {self.outside.different_samples}",
                f"Loudest difference: {loudest}",
                f"Changed inside: {self.inside.different_samples} of {self.inside.samples} samples",
            ]
        )


def prove_region(
    project: Project,
    sounds: Sounds,
    region_id: RegionId,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> RegionProof:
    """Compare the mix with a region against the mix with none of its takes chosen.

    Args:
        project: what is edited.
        sounds: where the sound of media and takes is read.
        region_id: the region to prove.
        progress: called with the share done.
        cancelled: asked before each block.

    Raises:
        MediaError: a file is missing or unlike what the project says of it.
        Cancelled: the user stopped it.
    """
    region = region_of(project, region_id)
    end_samples = max(project_end_samples(project), region.range.end_samples)
    whole = SampleRange(0, end_samples)
    outside, inside = Difference(), Difference()
    at_samples = 0
    blocks = zip(
        mix_blocks(project, sounds, whole),
        mix_blocks(clear_choice(project, region_id), sounds, whole),
        strict=True,
    )
    for with_region, without_region in blocks:
        raise_if_cancelled(cancelled)
        block = SampleRange(at_samples, at_samples + with_region.shape[1])
        for part, figures in _parts(block, region.range, outside, inside):
            place = slice(part.start_samples - at_samples, part.end_samples - at_samples)
            figures.add(without_region[:, place], with_region[:, place], part.start_samples)
        at_samples = block.end_samples
        progress(at_samples / end_samples)
    return RegionProof(
        region=region, channels=project.layout.channels, outside=outside, inside=inside
    )


def _parts(
    block: SampleRange, region: SampleRange, outside: Difference, inside: Difference
) -> list[tuple[SampleRange, Difference]]:
    """Cut a block at the region's ends; each part goes with the figures it counts for."""
    cuts = [
        block.start_samples,
        *(
            edge
            for edge in (region.start_samples, region.end_samples)
            if block.start_samples < edge < block.end_samples
        ),
        block.end_samples,
    ]
    parts = [SampleRange(start, end) for start, end in itertools.pairwise(cuts)]
    return [(part, inside if part.overlaps(region) else outside) for part in parts]

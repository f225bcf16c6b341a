"""What else of a take's making is repeated, so that making it again gives the same samples."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prismdesk.engines.contract import iterate_seeds

if TYPE_CHECKING:
    from prismdesk.jobs.spec import JobSpec, SourceWanted
    from prismdesk.project.timebase import SampleRange


@dataclass(frozen=True, slots=True, kw_only=True)
class AsMade:
    """The arrangements of a job that a region doesn't say, as they were for a take.

    Attributes:
        again_of: the take's id.
        context: what was heard around the region; None to listen as for a new take.
        head_samples, tail_samples: handles that were asked for.
        batch_seeds: of all takes that were computed together, in order; empty for one alone.
        mask_stills: what was drawn of its masks for the engine.
        source: the sound that was varied.
    """

    again_of: str
    context: SampleRange | None
    head_samples: int
    tail_samples: int
    batch_seeds: tuple[int, ...] = ()
    mask_stills: tuple[str, ...] = ()
    source: SourceWanted | None = None

    def applied(self, spec: JobSpec) -> JobSpec:
        """Return a job for the take's region as one that repeats the take.

        Takes that are computed together round each other's sums otherwise than alone (by about
        1e-8), so all of the batch are made again, and the one is kept.
        """
        spec = replace(
            spec,
            again_of=self.again_of,
            head_samples=self.head_samples,
            tail_samples=self.tail_samples,
            mask_stills=self.mask_stills or spec.mask_stills,
            source=self.source,
            takes=1,
        )
        return in_batch(spec, self.batch_seeds)


def in_batch(spec: JobSpec, seeds: tuple[int, ...]) -> JobSpec:
    """Return a job for one take as one that makes it beside others, and keeps it alone.

    Args:
        spec: for one take.
        seeds: of all takes to be computed together, counting on; others change nothing.
    """
    if spec.seed not in seeds or seeds != tuple(iterate_seeds(seeds[0], len(seeds))):
        return spec
    return replace(spec, seed=seeds[0], takes=len(seeds), kept=(seeds.index(spec.seed),))

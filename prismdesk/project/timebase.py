"""Time: whole samples, rational frame rates, timecode, and the conversions between them.

Every stored position is a whole number of samples at the project's rate. Picture rates are
``Fraction`` (24000/1001 is not 23.976). Ranges are half open. Each conversion says how it
rounds; where it must, it rounds once, from exact integers.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class SampleRange:
    """A half-open stretch of time [start, end) in samples.

    Raises:
        ValueError: the end lies before the start.
    """

    start_samples: int
    end_samples: int

    def __post_init__(self) -> None:
        if self.end_samples < self.start_samples:
            raise ValueError(f"range ends at {self.end_samples}, before {self.start_samples}")

    @property
    def length_samples(self) -> int:
        """Number of samples inside."""
        return self.end_samples - self.start_samples

    def is_empty(self) -> bool:
        """Whether it holds no sample."""
        return self.end_samples == self.start_samples

    def contains(self, position_samples: int) -> bool:
        """Whether the sample at the position lies inside (the end does not)."""
        return self.start_samples <= position_samples < self.end_samples

    def overlaps(self, other: SampleRange) -> bool:
        """Whether at least one sample lies in both."""
        return self.start_samples < other.end_samples and other.start_samples < self.end_samples

    def intersection(self, other: SampleRange) -> SampleRange | None:
        """Return what lies in both, or None if nothing does."""
        if not self.overlaps(other):
            return None
        return SampleRange(
            max(self.start_samples, other.start_samples), min(self.end_samples, other.end_samples)
        )

    def shifted(self, by_samples: int) -> SampleRange:
        """Return the same length, later by ``by_samples`` (earlier if negative)."""
        return SampleRange(self.start_samples + by_samples, self.end_samples + by_samples)

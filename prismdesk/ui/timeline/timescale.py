"""Where samples lie in the window: zoom levels, scrolling. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace

from prismdesk.project.timebase import SampleRange

LEVELS = tuple(sorted({round(2 ** (step / 8)) for step in range(8 * 20 + 1)}))
"""Samples per pixel that can be shown: whole numbers, so that waveform tiles can be kept."""

MAGNIFICATIONS = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
"""Pixels per sample that can be shown: the levels below 0, nearest first."""

LOWEST_LEVEL = -len(MAGNIFICATIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timescale:
    """What stretch of a film a view of some width shows.

    A pixel holds whole samples, or a sample whole pixels: of ``samples_per_px`` and
    ``px_per_sample`` one at least is 1, so positions are exact whole numbers at every zoom.

    Attributes:
        end_samples: length of the film.
        width_px: of the view, at least 1.
        level: index into ``LEVELS``; -1 and below stand for ``MAGNIFICATIONS``.
        first_px: how far the view is scrolled: the film's pixel at its left edge.
    """

    end_samples: int
    width_px: int
    level: int
    first_px: int = 0

    @property
    def samples_per_px(self) -> int:
        """Samples that lie under one pixel, at least 1."""
        return LEVELS[self.level] if self.level >= 0 else 1

    @property
    def px_per_sample(self) -> int:
        """Pixels that a sample is wide, at least 1."""
        return MAGNIFICATIONS[-1 - self.level] if self.level < 0 else 1

    @property
    def total_px(self) -> int:
        """Width of the whole film."""
        return -(-self.end_samples * self.px_per_sample // self.samples_per_px)

    @property
    def last_first_px(self) -> int:
        """How far it can be scrolled; a little room stays free after the end."""
        room = self.width_px // 16
        return max(0, self.total_px + room - self.width_px)

    @property
    def seen(self) -> SampleRange:
        """The samples under the view's pixels; may reach past the end."""
        return SampleRange(self.sample_under(0), max(1, self.sample_under(self.width_px - 1) + 1))

    def x_of(self, samples: int) -> int:
        """Return the pixel of the view where a sample begins (floor); may lie outside."""
        return samples * self.px_per_sample // self.samples_per_px - self.first_px

    def px_of_length(self, samples: int) -> float:
        """Return how wide a length is."""
        return samples * self.px_per_sample / self.samples_per_px

    def samples_of_px(self, width_px: int) -> int:
        """Return how many samples some pixels hold, rounded up."""
        return -(-width_px * self.samples_per_px // self.px_per_sample)

    def sample_under(self, x_px: int) -> int:
        """Return the first sample under a pixel; may lie before the film or after it."""
        return (x_px + self.first_px) * self.samples_per_px // self.px_per_sample

    def scrolled_to(self, first_px: int) -> Timescale:
        """Return the view scrolled, as far as there is film."""
        return replace(self, first_px=max(0, min(first_px, self.last_first_px)))

    def resized(self, width_px: int) -> Timescale:
        """Return the view at another width."""
        return replace(self, width_px=max(1, width_px)).scrolled_to(self.first_px)

    def of_film(self, end_samples: int) -> Timescale:
        """Return the view of a film that is longer or shorter now."""
        return replace(self, end_samples=max(1, end_samples)).scrolled_to(self.first_px)

    def zoomed(self, steps: int, about_x_px: int) -> Timescale:
        """Return the view zoomed in by steps (out if negative); what is under a pixel stays."""
        level = max(LOWEST_LEVEL, min(self.level - steps, self.fitting().level))
        zoomed = replace(self, level=level)
        # Pixels of the film at the new zoom, rounded to the nearest, exact however long it is.
        above = (about_x_px + self.first_px) * self.samples_per_px * zoomed.px_per_sample
        below = self.px_per_sample * zoomed.samples_per_px
        return zoomed.scrolled_to((2 * above + below) // (2 * below) - about_x_px)

    def fitting(self) -> Timescale:
        """Return the view that shows the whole film as large as it can."""
        return self._level_for(self.end_samples, self.width_px - self.width_px // 16, first_px=0)

    def showing_span(self, span: SampleRange) -> Timescale:
        """Return the view that shows a stretch as large as it can, in its middle."""
        usable = self.width_px - self.width_px // 8
        scale = self._level_for(max(1, span.length_samples), usable, first_px=0)
        rest = self.width_px - scale.px_of_length(span.length_samples)
        return scale.scrolled_to(scale.x_of(span.start_samples) - round(rest / 2))

    def showing(self, samples: int) -> Timescale:
        """Return the view scrolled so that a sample is seen, unmoved if it is."""
        x = self.x_of(samples)
        if 0 <= x < self.width_px:
            return self
        return self.scrolled_to(x + self.first_px - self.width_px // 4)

    def paged_to(self, samples: int) -> Timescale:
        """Return the next page if a playhead has left the view, unmoved if it is seen."""
        x = self.x_of(samples)
        if 0 <= x < self.width_px:
            return self
        return self.scrolled_to(x + self.first_px - self.width_px // 16)

    def centred_on(self, samples: int) -> Timescale:
        """Return the view scrolled so that a sample lies in the middle, as far as there is film."""
        return self.scrolled_to(self.x_of(samples) + self.first_px - self.width_px // 2)

    def _level_for(self, samples: int, usable_px: int, *, first_px: int) -> Timescale:
        usable = max(1, usable_px)
        for level in range(LOWEST_LEVEL, len(LEVELS)):
            scale = replace(self, level=level, first_px=first_px)
            if samples * scale.px_per_sample <= usable * scale.samples_per_px:
                return scale
        return replace(self, level=len(LEVELS) - 1, first_px=first_px)

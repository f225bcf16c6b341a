"""Where samples lie in the window: zoom levels, scrolling, ruler ticks. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from prismdesk.project.timebase import frames_to_samples, nominal_fps, samples_to_frames

LEVELS = tuple(sorted({round(2 ** (step / 8)) for step in range(8 * 20 + 1)}))
"""Samples per pixel that can be shown: whole numbers, so that waveform tiles can be kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timescale:
    """What stretch of a film a view of some width shows.

    Attributes:
        end_samples: length of the film.
        width_px: of the view, at least 1.
        level: index into ``LEVELS``.
        first_px: how far the view is scrolled: the film's pixel at its left edge.
    """

    end_samples: int
    width_px: int
    level: int
    first_px: int = 0

    @property
    def samples_per_px(self) -> int:
        """Samples that lie under one pixel."""
        return LEVELS[self.level]

    @property
    def total_px(self) -> int:
        """Width of the whole film."""
        return -(-self.end_samples // self.samples_per_px)

    @property
    def last_first_px(self) -> int:
        """How far it can be scrolled; a little room stays free after the end."""
        room = self.width_px // 16
        return max(0, self.total_px + room - self.width_px)

    def x_of(self, samples: int) -> int:
        """Return the pixel of the view that shows a sample (floor); may lie outside."""
        return samples // self.samples_per_px - self.first_px

    def samples_at(self, x_px: int) -> int:
        """Return the first sample under a pixel, kept inside the film."""
        return max(0, min((x_px + self.first_px) * self.samples_per_px, self.end_samples))

    def scrolled_to(self, first_px: int) -> Timescale:
        """Return the view scrolled, as far as there is film."""
        return replace(self, first_px=max(0, min(first_px, self.last_first_px)))

    def resized(self, width_px: int) -> Timescale:
        """Return the view at another width."""
        return replace(self, width_px=max(1, width_px)).scrolled_to(self.first_px)

    def zoomed(self, steps: int, about_x_px: int) -> Timescale:
        """Return the view zoomed in by steps (out if negative); what is under a pixel stays."""
        level = max(0, min(self.level - steps, self.fitting().level))
        anchor = (about_x_px + self.first_px) * self.samples_per_px
        zoomed = replace(self, level=level)
        return zoomed.scrolled_to(round(anchor / zoomed.samples_per_px) - about_x_px)

    def fitting(self) -> Timescale:
        """Return the view that shows the whole film as large as it can."""
        usable = max(1, self.width_px - self.width_px // 16)
        wanted = -(-self.end_samples // usable)
        for level, samples_per_px in enumerate(LEVELS):
            if samples_per_px >= wanted:
                return replace(self, level=level, first_px=0)
        return replace(self, level=len(LEVELS) - 1, first_px=0)

    def showing(self, samples: int) -> Timescale:
        """Return the view scrolled so that a sample is seen, unmoved if it is."""
        x = self.x_of(samples)
        if 0 <= x < self.width_px:
            return self
        return self.scrolled_to(samples // self.samples_per_px - self.width_px // 4)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the ruler; ``frame`` counts from the first picture."""

    position_samples: int
    frame: int
    is_labelled: bool


def ruler_ticks(
    scale: Timescale, *, rate_hz: int, frame_rate: Fraction, label_px: int = 110
) -> list[Tick]:
    """Return the ticks that are seen, labelled ones at least ``label_px`` apart.

    Steps are frames that fill a second evenly, then seconds, minutes and hours as people count.
    """
    fps = nominal_fps(frame_rate)
    steps = [frames for frames in range(1, fps) if fps % frames == 0]
    steps += [fps * seconds for seconds in (1, 2, 5, 10, 15, 30)]
    steps += [fps * 60 * minutes for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240)]
    wanted = label_px * scale.samples_per_px
    samples_per_frame = Fraction(rate_hz) / frame_rate
    large = next((step for step in steps if step * samples_per_frame >= wanted), steps[-1])
    small = max((s for s in steps if large % s == 0 and s * 4 <= large), default=large)
    first = samples_to_frames(scale.samples_at(0), rate_hz=rate_hz, frame_rate=frame_rate)
    last = samples_to_frames(
        (scale.width_px + scale.first_px) * scale.samples_per_px,
        rate_hz=rate_hz,
        frame_rate=frame_rate,
    )
    # One large step earlier, so that a label that begins left of the edge is still seen.
    first = max(0, first // large * large - large)
    return [
        Tick(
            frames_to_samples(frame, rate_hz=rate_hz, frame_rate=frame_rate),
            frame,
            frame % large == 0,
        )
        for frame in range(first, last + 1, small)
    ]

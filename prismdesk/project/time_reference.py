"""Where a project lies in the day: what broadcast WAV calls its time reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.lookup import picture_of
from prismdesk.project.timebase import frames_to_samples

if TYPE_CHECKING:
    from prismdesk.project.model import Project


def time_reference_samples(project: Project) -> int:
    """Return the samples from midnight to sample 0 (EBU Tech 3285, TimeReference).

    Counted from the number of frames in the film's start timecode and rounded once, half up; 0
    for a project without picture.
    """
    picture = picture_of(project)
    if picture is None:
        return 0
    return frames_to_samples(picture.start_frame, rate_hz=project.rate_hz, frame_rate=picture.rate)

"""What a job is asked to do, as plain values that go through a pipe and onto the disk.

Paths inside the project are relative to its folder, so that a moved project keeps its jobs.
Job files lie in the project's folder and are untrusted: ``JobSpec`` checks itself when made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from prismdesk.engines.capabilities import EngineTask  # noqa: TC001  (pydantic reads it at run time)
from prismdesk.project.consistency import is_inner_path
from prismdesk.project.ids import new_id
from prismdesk.project.model import Settings  # noqa: TC001  (pydantic reads it at run time)
from prismdesk.project.picture_mask import DrawnMask, problem_of

_JOB_ID = re.compile(r"job-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
MAX_TAKES = 64


def new_job_id() -> str:
    """Return an id for a new job: ``job-`` and 12 random hexadecimal digits."""
    return new_id("job")


def is_job_id(text: str) -> bool:
    """Whether a text is what ``new_job_id`` returns."""
    return _JOB_ID.fullmatch(text) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureWanted:
    """The film that the engine may look at, over the stretch of the context.

    Which frames, and in which size, the engine says itself once it runs.

    Attributes:
        path: of the film, absolute or relative to the project's folder.
        stream_index: where its picture is.
        content_key: of the film, by which its cuts are found in the cache; empty if not known.
    """

    path: str
    stream_index: int
    content_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWanted:
    """The sound that the engine is to vary: the samples of a take's WAV from ``start_samples``.

    ``path`` is relative to the project's folder; a start below zero means silence before it.
    """

    path: str
    start_samples: int = 0
    take_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSpec:
    """One request to one engine for one region, and where its takes go.

    Attributes:
        job_id: from ``new_job_id``.
        engine: id in the catalogue of engines.
        context_path: WAV with the sound around and inside the region, float32; relative to the
            project's folder (see ``jobs.inputs``).
        context_start_samples: where the context's first sample lies on the timeline.
        context_length_samples: how long the context is.
        region_start_samples, region_end_samples: the region's bounds in the context.
        valid: (start, end) stretches of the context where there is sound on the lanes, ascending.
        picture: the film, where the engine is to see it.
        source: a sound to vary.
        masks: still pictures that say where in the picture to listen, relative to the project's
            folder; several follow each other evenly over the region.
        drawn_masks: what was drawn over these.
        mask_stills: both, drawn as still pictures for the engine; empty where nothing was drawn.
        takes: how many sounds to make, the first with ``seed``, the others counting on from it.
        kept: the numbers (from 0) of those that are written; empty for all. The others are made
            beside them, so that the arithmetic is that of a batch made before.
        head_samples, tail_samples: extra sound wanted before and after the region.
        output_folder: where takes are written, relative to the project's folder.
        adapters: (reference, strength) of each adapter that the sound is made with.
        adapter_files: (absolute path, SHA-256 of the content) of each of these, in their order.
        region_id: the region of the project that the takes are for.
        again_of: id of the take that these repeat; empty if they repeat none.
        region_name, track_number, lane_numbers: its name and place (from 1), for the takes' files.
        time_reference_samples: samples from midnight to the timeline's sample 0, for the
            broadcast extension of the takes.
    """

    job_id: str
    engine: str
    task: EngineTask
    rate_hz: int
    context_path: str
    context_start_samples: int
    region_start_samples: int
    region_end_samples: int
    valid: tuple[tuple[int, int], ...] = ()
    context_length_samples: int = 0
    prompt: str = ""
    negative_prompt: str = ""
    picture: PictureWanted | None = None
    source: SourceWanted | None = None
    seed: int = 0
    takes: int = 1
    kept: tuple[int, ...] = ()
    settings: Settings = ()
    variant: str = ""
    adapters: tuple[tuple[str, float], ...] = ()
    adapter_files: tuple[tuple[str, str], ...] = ()
    masks: tuple[str, ...] = ()
    drawn_masks: tuple[DrawnMask, ...] = ()
    mask_stills: tuple[str, ...] = ()
    head_samples: int = 0
    tail_samples: int = 0
    output_folder: str = "takes"
    region_id: str = ""
    again_of: str = ""
    region_name: str = ""
    track_number: int = 1
    lane_numbers: tuple[int, ...] = ()
    project_name: str = ""
    software_version: str = ""
    time_reference_samples: int = 0

    def __post_init__(self) -> None:
        if not is_job_id(self.job_id):
            raise ValueError(f"{self.job_id!r} is no id of a job")
        if not 1 <= self.rate_hz <= 768_000:
            raise ValueError(f"rate of {self.rate_hz} Hz")
        if not 1 <= self.takes <= MAX_TAKES:
            raise ValueError(f"{self.takes} takes; possible are 1 to {MAX_TAKES}")
        if any(not 0 <= number < self.takes for number in self.kept):
            raise ValueError(f"takes {self.kept} of {self.takes} are to be kept")
        if not 0 <= self.region_start_samples < self.region_end_samples:
            raise ValueError(
                f"region from {self.region_start_samples} to {self.region_end_samples}"
            )
        if self.head_samples < 0 or self.tail_samples < 0:
            raise ValueError("handles of negative length")
        if self.adapter_files and len(self.adapter_files) != len(self.adapters):
            raise ValueError(f"{len(self.adapter_files)} files of {len(self.adapters)} adapters")
        for path, sha256 in self.adapter_files:
            if not Path(path).is_absolute() or _SHA256.fullmatch(sha256) is None:
                raise ValueError(f"adapter {path!r} with the checksum {sha256!r}")
        if problem := problem_of(self.drawn_masks):
            raise ValueError(f"the region {problem}")
        for path in self.inner_paths:
            if not is_inner_path(path):
                raise ValueError(f"{path!r} lies outside the project's folder")

    @property
    def inner_paths(self) -> tuple[str, ...]:
        """All files of the job that must lie inside the project's folder."""
        source = () if self.source is None else (self.source.path,)
        return (self.context_path, self.take_path(0), *self.masks, *self.mask_stills, *source)

    @property
    def seen_masks(self) -> tuple[str, ...]:
        """The still pictures that the engine is given."""
        return self.mask_stills or self.masks

    @property
    def kept_numbers(self) -> tuple[int, ...]:
        """The numbers (from 0) of the takes that are written."""
        return self.kept or tuple(range(self.takes))

    @property
    def kept_takes(self) -> int:
        """How many takes come of it."""
        return len(self.kept_numbers)

    @property
    def region_length_samples(self) -> int:
        """Length of the region."""
        return self.region_end_samples - self.region_start_samples

    @property
    def region_timeline_start_samples(self) -> int:
        """Where the region begins on the timeline."""
        return self.context_start_samples + self.region_start_samples

    def take_path(self, index: int) -> str:
        """Where the take of that number (from 0) is written, relative to the project's folder."""
        return (PurePosixPath(self.output_folder) / f"{self.job_id}-{index + 1}.wav").as_posix()


def inside(folder: Path, relative: str) -> Path:
    """Return the path of something in a folder.

    Raises:
        ValueError: it would lie outside the folder, links followed.
    """
    path = (folder / relative).resolve()
    if not is_inner_path(relative) or not path.is_relative_to(folder.resolve()):
        raise ValueError(f"{relative!r} lies outside {folder}")
    return path

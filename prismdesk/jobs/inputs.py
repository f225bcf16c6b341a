"""A job's sound: stored beside it before it runs, read again by the engine process."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.engines.contract import PictureFrames, Request
from prismdesk.errors import InputError
from prismdesk.jobs.spec import JobSpec, inside
from prismdesk.media.wav import WavWriter, map_wav
from prismdesk.project.store.folder import JOBS

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.contract import IsCancelled
    from prismdesk.media.audio import AudioBlock

Mask = npt.NDArray[np.bool_]


def store_context(project_folder: Path, job_id: str, audio: AudioBlock, *, rate_hz: int) -> str:
    """Write the sound around and inside a region for a job that is about to be queued.

    ``audio`` is float32 (channels, samples), as heard on the lanes.

    Returns:
        The file's path relative to the project's folder: ``JobSpec.context_path``.

    Raises:
        MediaWorkError: it can't be written.
    """
    relative = (PurePosixPath(JOBS) / job_id / "context.wav").as_posix()
    path = project_folder / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    with WavWriter(path, rate_hz=rate_hz, channels=audio.shape[0]) as writer:
        writer.write(audio)
    return relative


def spans(mask: Mask) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) stretches where a mask is True: ``JobSpec.valid``."""
    edges = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    return tuple((int(start), int(end)) for start, end in edges.reshape(-1, 2))


def mask_of(stretches: tuple[tuple[int, int], ...], length_samples: int) -> Mask:
    """Return a mask of that length, True inside the stretches; the inverse of ``spans``."""
    mask = np.zeros(length_samples, np.bool_)
    for start, end in stretches:
        mask[max(0, start) : max(0, end)] = True
    return mask


def request_of(spec: JobSpec, project_folder: Path, picture: PictureFrames | None) -> Request:
    """Return what the engine is given for a job.

    Raises:
        MediaError: the context file can't be read.
        InputError: it isn't the sound that the job speaks of.
    """
    with map_wav(inside(project_folder, spec.context_path)) as wav:
        rate_hz = wav.rate_hz
        context = wav.read(0, wav.length_samples).copy()
    if rate_hz != spec.rate_hz or context.shape[1] < spec.region_end_samples:
        raise InputError(
            f"The sound stored for this job ({spec.context_path}) is not the one it was made for; "
            "clear the job and ask again."
        )
    return Request(
        task=spec.task,
        context=context,
        valid=mask_of(spec.valid, context.shape[1]),
        rate_hz=rate_hz,
        region_start_samples=spec.region_start_samples,
        region_end_samples=spec.region_end_samples,
        prompt=spec.prompt,
        negative_prompt=spec.negative_prompt,
        picture=picture,
        seed=spec.seed,
        takes=spec.takes,
        settings=dict(spec.settings),
        variant=spec.variant,
        adapters=spec.adapters,
        head_samples=spec.head_samples,
        tail_samples=spec.tail_samples,
    )


def picture_of(spec: JobSpec, project_folder: Path, cancelled: IsCancelled) -> PictureFrames | None:
    """Decode the frames that the job asks for, None if it asks for none.

    Raises:
        MediaError: the film can't be read.
        Cancelled: as told.
    """
    wanted = spec.picture
    if wanted is None or not wanted.times_seconds:
        return None
    # Imported here: the decoder is large, and most jobs see no picture.
    from prismdesk.media.frames import read_frames

    pixels, _ = read_frames(
        project_folder / wanted.path,
        wanted.times_seconds,
        width_px=wanted.width_px,
        height_px=wanted.height_px,
        fit=wanted.fit,
        cancelled=cancelled,
    )
    times = np.asarray(wanted.times_seconds, np.float64)
    return PictureFrames(
        pixels=pixels, times_seconds=times - spec.context_start_samples / spec.rate_hz
    )

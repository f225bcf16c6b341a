"""A job's sound: stored beside it before it runs, read again by the engine process."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.engines.errors import AdapterRefusedError
from prismdesk.engines.request import AdapterOnRun, NoFeatureStore, Request
from prismdesk.errors import InputError
from prismdesk.jobs.feature_store import FEATURES, FeatureFolder
from prismdesk.jobs.mask_pictures import mask_of_pictures
from prismdesk.jobs.messages import Workplace
from prismdesk.jobs.spec import JobSpec, inside
from prismdesk.media.cache import MediaCache
from prismdesk.media.wav import WavWriter, map_wav
from prismdesk.progress import never_cancelled
from prismdesk.project.store.folder import JOBS

if TYPE_CHECKING:
    from prismdesk.engines.request import FeatureStore, PictureSource
    from prismdesk.media.audio import AudioBlock
    from prismdesk.progress import IsCancelled

Mask = npt.NDArray[np.bool_]

NO_CACHE = Workplace()


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


def request_of(
    spec: JobSpec,
    project_folder: Path,
    workplace: Workplace = NO_CACHE,
    cancelled: IsCancelled = never_cancelled,
) -> Request:
    """Return what the engine is given for a job.

    Raises:
        MediaError: the context, the film, a mask or the sound to vary can't be read.
        InputError: one of them isn't what the job speaks of.
        AdapterRefusedError: where an adapter's file lies isn't known.
        Cancelled: as told.
    """
    context = _context(spec, project_folder)
    cache = MediaCache(Path(workplace.cache_folder)) if workplace.cache_folder else None
    return Request(
        task=spec.task,
        context=context,
        valid=mask_of(spec.valid, context.shape[1]),
        rate_hz=spec.rate_hz,
        region_start_samples=spec.region_start_samples,
        region_end_samples=spec.region_end_samples,
        prompt=spec.prompt,
        negative_prompt=spec.negative_prompt,
        picture=_picture(spec, project_folder, context.shape[1], cache, cancelled),
        mask=mask_of_pictures(project_folder, spec.seen_masks, cancelled),
        source=_source(spec, project_folder, context.shape[0]),
        seed=spec.seed,
        takes=spec.takes,
        settings=dict(spec.settings),
        variant=spec.variant,
        adapters=_adapters(spec),
        head_samples=spec.head_samples,
        tail_samples=spec.tail_samples,
        features=features_of(workplace),
        machine=workplace.machine,
    )


def _context(spec: JobSpec, project_folder: Path) -> AudioBlock:
    with map_wav(inside(project_folder, spec.context_path)) as wav:
        rate_hz = wav.rate_hz
        context = wav.read(0, wav.length_samples).copy()
    if rate_hz != spec.rate_hz or context.shape[1] < spec.region_end_samples:
        raise InputError(
            f"The sound stored for this job ({spec.context_path}) is not the one it was made for; "
            "clear the job and ask again."
        )
    return context


def _picture(
    spec: JobSpec,
    project_folder: Path,
    length_samples: int,
    cache: MediaCache | None,
    cancelled: IsCancelled,
) -> PictureSource | None:
    wanted = spec.picture
    if wanted is None:
        return None
    # Imported here: the decoder is large, and most jobs see no picture.
    from prismdesk.media.film_stretch import film_stretch
    from prismdesk.media.shots import kept_cuts

    is_known = cache is not None and wanted.content_key != ""
    cuts = kept_cuts(cache, wanted.content_key) if cache is not None and is_known else None
    return film_stretch(
        project_folder / wanted.path,
        start_seconds=Fraction(spec.context_start_samples, spec.rate_hz),
        end_seconds=Fraction(spec.context_start_samples + length_samples, spec.rate_hz),
        stream_index=wanted.stream_index,
        cuts_seconds=tuple(cut.seconds for cut in cuts or ()),
        cancelled=cancelled,
    )


def _adapters(spec: JobSpec) -> tuple[AdapterOnRun, ...]:
    if spec.adapters and not spec.adapter_files:
        names = ", ".join(reference for reference, _ in spec.adapters)
        raise AdapterRefusedError(
            f"The sound is to be made with {names}, and no such preset is in the library; import "
            "it, or make the sound without."
        )
    return tuple(
        AdapterOnRun(reference=reference, path=Path(path), sha256=sha256, strength=strength)
        for (reference, strength), (path, sha256) in zip(
            spec.adapters, spec.adapter_files, strict=True
        )
    )


def _source(spec: JobSpec, project_folder: Path, channels: int) -> AudioBlock | None:
    """Return the sound to vary, as long as the region: silence where it has none."""
    wanted = spec.source
    if wanted is None:
        return None
    with map_wav(inside(project_folder, wanted.path)) as wav:
        if (wav.rate_hz, wav.channels) != (spec.rate_hz, channels):
            raise InputError(
                f"The take {wanted.path} has {wav.channels} channels at {wav.rate_hz} Hz, the "
                f"region {channels} at {spec.rate_hz} Hz; vary a take that was made for it."
            )
        return wav.read(wanted.start_samples, spec.region_length_samples)


def features_of(workplace: Workplace) -> FeatureStore:
    """Return where engines keep what they work out of picture and text, in the user's cache."""
    if not workplace.cache_folder:
        return NoFeatureStore()
    folder = MediaCache(Path(workplace.cache_folder)).folder / FEATURES
    return FeatureFolder(folder, most_bytes=workplace.feature_cache_bytes)

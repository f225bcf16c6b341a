"""What a region asks of an engine: the job that it becomes."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import prismdesk
from prismdesk.engines.capabilities import EngineInput, EngineTask
from prismdesk.engines.catalogue import (
    capabilities_of,
    variant_of,
)
from prismdesk.engines.errors import UnsupportedError, WeightsMissingError
from prismdesk.jobs.inputs import spans, store_context
from prismdesk.jobs.spec import JobSpec, PictureWanted, SourceWanted, new_job_id
from prismdesk.media.film_shape import shown_size_px
from prismdesk.media.mixdown import lane_sound
from prismdesk.progress import ignore_progress, never_cancelled
from prismdesk.project.lookup import (
    media_of,
    picture_of,
    region_of,
    takes_of,
)
from prismdesk.project.time_reference import time_reference_samples
from prismdesk.project.timebase import SampleRange
from prismdesk.session.adapter_files import adapter_files
from prismdesk.session.as_made import AsMade, in_batch
from prismdesk.session.masks import draw_stills
from prismdesk.session.refusals import lasting_refusal, missing, why_no_variation
from prismdesk.session.room import check_room

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.media.audio import AudioBlock
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project, Region, Take
    from prismdesk.session.as_made import AsMade
    from prismdesk.session.session import Session


def new_seed() -> int:
    """Return a random seed, 0 to 2^32 - 1."""
    return secrets.randbelow(2**32)


def queue_region(
    session: Session,
    region_id: RegionId,
    *,
    takes: int = 1,
    handle_samples: int = 0,
    batch_seeds: tuple[int, ...] = (),
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> JobSnapshot:
    """Queue a job that makes takes for a region, by the region's own engine and settings.

    The sound around the region is stored with the job, so that edits made while it waits don't
    change what it was asked for. A region without a seed gets a new one. Arguments as those of
    ``queue_takes``.

    Raises:
        EngineError: as ``queue_takes``.
        MediaError: the sound around it can't be read.
        Cancelled: as told.
    """
    region = region_of(session.project, region_id)
    return queue_takes(
        session,
        session.project,
        region,
        takes=takes,
        handle_samples=handle_samples,
        batch_seeds=batch_seeds,
        progress=progress,
        cancelled=cancelled,
    )


def queue_takes(
    session: Session,
    project: Project,
    region: Region,
    *,
    takes: int = 1,
    handle_samples: int = 0,
    varied: Take | None = None,
    job_id: str = "",
    batch_seeds: tuple[int, ...] = (),
    as_made: AsMade | None = None,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> JobSnapshot:
    """Queue a job for a region as it is, or was, in a project value; from any thread.

    Args:
        session: the open project, whose queue was asked for before if this is another thread.
        project: what is heard around the region, as ``queue_region`` says.
        region: what is wanted; need not be a region of the project (see ``region_as_made``).
        takes: how many.
        handle_samples: extra sound wanted before and after the region.
        varied: the take of which these are to be variations.
        job_id: of the job, from ``new_job_id``; a new one if empty.
        batch_seeds: of the takes beside which one take is computed, itself among them.
        as_made: how a take was made that these are to repeat; handles, number and the sound to
            vary are then as they were.
        progress: called with the share of the region's masks that is drawn, which takes longest.
        cancelled: asked while they are drawn.

    Raises:
        UnsupportedError: the engine can't do the region's task, or the licence of its weights
            forbids it in this project.
        AdapterRefusedError: a preset isn't in the library, or doesn't belong to the checkpoint.
        WeightsMissingError: its weights aren't there.
        NoRoomError: the project's disk is too full.
        MediaError: the sound around it, the film or a mask can't be read.
        Cancelled: as told; nothing was queued.
    """
    if reason := lasting_refusal(project, region):
        raise UnsupportedError(reason)
    if reason := missing(region.engine, region.variant):
        raise WeightsMissingError(reason)
    is_variation = varied is not None or (as_made is not None and as_made.source is not None)
    if is_variation and (reason := why_no_variation(region.engine)):
        raise UnsupportedError(reason)
    check_room(session.folder, project, region, takes, handle_samples)
    # Before the context is stored: a queue clears its folder of leftovers when it starts.
    queue = session.queue
    context = None if as_made is None else as_made.context
    files = adapter_files(region, _variant(region), cancelled)
    stills = _mask_stills(session, project, region, progress, cancelled)
    spec = _spec_of(
        session, project, region, context or context_of(project, region), job_id or new_job_id()
    )
    spec = replace(spec, mask_stills=stills, adapter_files=files)
    source = None if varied is None else source_of(region, varied)
    spec = replace(
        spec,
        takes=takes,
        head_samples=min(handle_samples, region.range.start_samples),
        tail_samples=handle_samples,
        source=source,
    )
    spec = in_batch(spec, batch_seeds) if as_made is None else as_made.applied(spec)
    return queue.submit(spec, label=job_label(region))


def job_label(region: Region) -> str:
    """Return what jobs and batches call a region."""
    return region.name or f"{region.task} {region.id}"


def region_as_made(region: Region, take: Take, *, seed: int | None = None) -> Region:
    """Return a region that asks for a take again: where it lies, by what made it.

    Args:
        region: the take's.
        take: what to make again; if it is a variation, ``varied_take`` says of what.
        seed: another one; None keeps the take's.
    """
    made = take.provenance
    # A take that was moved may begin before the film, where nothing can be made.
    made_for = take.made_range
    start_samples = max(0, made_for.start_samples)
    is_there = made_for.end_samples > start_samples
    return replace(
        region,
        range=SampleRange(start_samples, made_for.end_samples) if is_there else region.range,
        task=made.task,
        engine=made.engine,
        variant=made.variant,
        prompt=made.prompt,
        negative_prompt=made.negative_prompt,
        settings=made.settings,
        adapters=made.adapters,
        muted_adapters=(),
        sees_picture=made.saw_picture,
        masks=made.masks,
        drawn_masks=made.drawn_masks,
        uses_masks=True,
        seed=made.seed if seed is None else seed,
    )


def varied_take(project: Project, take: Take) -> Take | None:
    """Return the take that a take is a variation of, None if it is none or that is gone."""
    wanted = take.provenance.varied_take_id
    return next((one for one in takes_of(project) if one.id == wanted), None)


def sound_around(
    session: Session, project: Project, region: Region, span: SampleRange
) -> tuple[AudioBlock, npt.NDArray[np.bool_]]:
    """Return what is heard over a span around a region without its takes, and where there is sound.

    Raises:
        MediaError: it can't be read.
    """
    audio, covered = lane_sound(
        project,
        session.sounds,
        region.track_id,
        region.lane_ids,
        span,
        without_region_id=region.id,
    )
    if not covered.any():
        # An empty lane sounds as silence does, so an engine is to find silence around the region.
        covered[:] = True
    return audio, covered


def context_of(project: Project, region: Region) -> SampleRange:
    """Return the stretch that a region's engine listens to."""
    seconds = capabilities_of(region.engine).context_seconds
    around_samples = round(seconds * project.rate_hz)
    return SampleRange(
        max(0, region.range.start_samples - around_samples),
        region.range.end_samples + around_samples,
    )


def _spec_of(
    session: Session, project: Project, region: Region, context: SampleRange, job_id: str
) -> JobSpec:
    """Return a job for one take without handles, its context stored."""
    capabilities = capabilities_of(region.engine)
    audio, covered = sound_around(session, project, region, context)
    path = store_context(session.folder, job_id, audio, rate_hz=project.rate_hz)
    picture = _picture(project, region, capabilities)
    has_masks = sees_masks(project, region)
    track_number, lane_numbers = _place_numbers(project, region)
    return JobSpec(
        job_id=job_id,
        engine=region.engine,
        task=EngineTask(region.task.value),
        rate_hz=project.rate_hz,
        context_path=path,
        context_start_samples=context.start_samples,
        context_length_samples=context.length_samples,
        region_start_samples=region.range.start_samples - context.start_samples,
        region_end_samples=region.range.end_samples - context.start_samples,
        valid=spans(covered),
        prompt=region.prompt,
        negative_prompt=region.negative_prompt,
        picture=picture,
        masks=region.masks if has_masks else (),
        drawn_masks=region.drawn_masks if has_masks else (),
        seed=new_seed() if region.seed is None else region.seed,
        settings=region.settings,
        variant=_variant(region),
        adapters=region.sounding_adapters,
        region_id=region.id,
        region_name=region.name,
        track_number=track_number,
        lane_numbers=lane_numbers,
        project_name=project.name,
        software_version=prismdesk.__version__,
        time_reference_samples=time_reference_samples(project),
    )


def _variant(region: Region) -> str:
    """Return the id of the checkpoint that will make a region."""
    variant = variant_of(capabilities_of(region.engine), region.variant)
    return region.variant if variant is None else variant.id


def _place_numbers(project: Project, region: Region) -> tuple[int, tuple[int, ...]]:
    """Return the numbers (from 1) of a region's track and lanes."""
    track_ids = [track.id for track in project.tracks]
    number = track_ids.index(region.track_id)
    lane_ids = [lane.id for lane in project.tracks[number].lanes]
    return number + 1, tuple(lane_ids.index(lane_id) + 1 for lane_id in region.lane_ids)


def _picture(project: Project, region: Region, capabilities: Capabilities) -> PictureWanted | None:
    picture = picture_of(project)
    can_look = EngineInput.PICTURE in capabilities.inputs
    if picture is None or project.film_id is None or not (region.sees_picture and can_look):
        return None
    film = media_of(project, project.film_id)
    return PictureWanted(
        path=film.path, stream_index=picture.stream_index, content_key=film.content_key
    )


def sees_masks(project: Project, region: Region) -> bool:
    """Return whether a region's engine looks at the picture through its masks."""
    capabilities = capabilities_of(region.engine)
    is_seen = _picture(project, region, capabilities) is not None
    return is_seen and EngineInput.PICTURE_MASK in capabilities.inputs and region.uses_masks


def _mask_stills(
    session: Session,
    project: Project,
    region: Region,
    progress: FractionDone,
    cancelled: IsCancelled,
) -> tuple[str, ...]:
    film = session.film_path()
    if film is None or not region.drawn_masks or not sees_masks(project, region):
        return ()
    return draw_stills(
        session.folder,
        region,
        rate_hz=project.rate_hz,
        picture_px=shown_size_px(film, cancelled=cancelled),
        progress=progress,
        cancelled=cancelled,
    )


def source_of(region: Region, varied: Take) -> SourceWanted:
    """Return the sound of a take that is to be varied for a region."""
    # The take may have been trimmed, or moved before the film's start: the WAV stays where it is.
    begins = region.range.start_samples + varied.moved_samples - varied.sound_range.start_samples
    return SourceWanted(path=varied.path, start_samples=begins, take_id=varied.id)

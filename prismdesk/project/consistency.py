"""The rules that every project keeps, and the check that it does.

Edits keep them by construction; the store checks what it reads and what it is about to write.
``InconsistentProject`` says in one sentence which thing breaks which rule.
"""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from prismdesk.project.errors import EditError, InconsistentProject
from prismdesk.project.lookup import all_ids, clips_of, lanes_of, sound_of
from prismdesk.project.model import RegionStatus
from prismdesk.project.picture_mask import problem_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.project.model import (
        Clip,
        CompSegment,
        Fade,
        Lane,
        Media,
        Project,
        Region,
        Settings,
        Take,
        Track,
    )
    from prismdesk.project.timebase import SampleRange

LATEST_SAMPLES = 2**48
"""No position lies at or past this (180 years at 48 kHz), so sums stay exact in any integer."""

BEST_RATING = 5
"""Takes are rated from 0 (not rated) to this."""


def check_consistent(project: Project, *, known: Project | None = None) -> None:
    """Check every rule.

    * ids are unique in the whole project, whatever they name, and not empty;
    * positions and lengths are not negative and lie before ``LATEST_SAMPLES``;
    * what is referred to exists: buses, tracks, lanes, media, sound streams, takes, the film;
    * a track has a lane; gains are finite numbers;
    * a clip has a length, lies inside its source, and its fades don't meet;
    * clips of a lane are sorted and overlap only as crossfades: the earlier fades out, the later
      in, both over exactly the overlap;
    * a region has a length and lanes of one track; comp segments are sorted, apart, inside the
      region and inside what their take has sound for; queue states are not stored;
    * a take's WAV and a region's masks are named by relative paths that stay inside the project's
      folder;
    * named prompts have names, each used once, whatever its case;
    * drawn masks keep to the bounds of ``picture_mask``;
    * settings are sorted by name, each named once, and finite.

    Args:
        project: what to check.
        known: a project that keeps every rule; an edit makes anew only what it changes, and what
            is the very same object in both isn't looked at again.

    Raises:
        InconsistentProject: naming the first thing found to break a rule.
    """
    _rule(project.rate_hz > 0, f"the project's rate is {project.rate_hz} Hz, not positive")
    _check_ids(project)
    _check_film(project)
    for media in project.media:
        check_media(media)
    for bus in project.buses:
        _check_gain(bus.gain_db, f'bus "{bus.id}"')
    for track in project.tracks:
        _check_track(project, track)
    unchanged = _unchanged(project, known) if known is not None else frozenset()
    for lane in lanes_of(project):
        if id(lane) not in unchanged:
            _check_lane(project, lane, unchanged)
    for region in project.regions:
        if id(region) not in unchanged:
            _check_region(project, region)
    for marker in project.markers:
        _check_position(marker.position_samples, f'marker "{marker.id}"')
    _check_prompts(project)


def _unchanged(project: Project, known: Project) -> frozenset[int]:
    """Return what ``id()`` says of lanes, clips and regions that need no other look.

    Clips refer to media, regions to lanes; where those are others, all are looked at.
    """
    found: set[int] = set()
    if project.media == known.media:
        found.update(id(lane) for lane in lanes_of(known))
        found.update(id(clip) for clip in clips_of(known))
    if _lane_ids(project) == _lane_ids(known):
        found.update(id(region) for region in known.regions)
    return frozenset(found)


def _lane_ids(project: Project) -> list[tuple[str, list[str]]]:
    return [(track.id, [lane.id for lane in track.lanes]) for track in project.tracks]


def _rule(kept: bool, broken: str) -> None:
    if not kept:
        raise InconsistentProject(f"The project is inconsistent: {broken}.")


def _check_ids(project: Project) -> None:
    seen: set[str] = set()
    for thing_id in all_ids(project):
        _rule(thing_id != "", "something has an empty id")
        _rule(thing_id not in seen, f'the id "{thing_id}" is used twice')
        seen.add(thing_id)


def _check_prompts(project: Project) -> None:
    seen: set[str] = set()
    for line in project.prompts:
        _rule(line.name.strip() != "", "a line of the prompt table has no name")
        key = line.name.casefold()
        _rule(key not in seen, f'two lines of the prompt table are called "{line.name}"')
        seen.add(key)
        _check_settings(line.settings, f'the prompt "{line.name}"')


def _check_film(project: Project) -> None:
    if project.film_id is None:
        return
    films = [media for media in project.media if media.id == project.film_id]
    _rule(bool(films), f'its film "{project.film_id}" is not among its media')
    _rule(films[0].picture is not None, f'its film "{project.film_id}" has no picture')


def _check_position(position_samples: int, where: str) -> None:
    _rule(position_samples >= 0, f"{where} lies at {position_samples}, before the film's start")
    _rule(position_samples < LATEST_SAMPLES, f"{where} lies at {position_samples}, far too late")


def _check_lengths(where: str, **lengths: int) -> None:
    for name, length in lengths.items():
        _rule(
            0 <= length < LATEST_SAMPLES,
            f"{where} has {name.replace('_', ' ')} {length}, which is out of range",
        )


def _check_gain(gain_db: float, where: str) -> None:
    _rule(math.isfinite(gain_db), f"{where} has a gain of {gain_db} dB")


def check_media(media: Media) -> None:
    """Check one media file's description: see ``check_consistent``.

    Raises:
        InconsistentProject: it breaks a rule.
    """
    where = f'media "{media.id}"'
    indices = [sound.stream_index for sound in media.sounds]
    _rule(len(set(indices)) == len(indices), f"{where} names a sound stream twice")
    for sound in media.sounds:
        _check_lengths(where, length_samples=sound.length_samples)
        _rule(sound.native_rate_hz > 0, f"{where} has a sound rate of {sound.native_rate_hz} Hz")
    if media.picture is not None:
        picture = media.picture
        _rule(picture.rate > 0, f"{where} has a picture rate of {picture.rate}")
        _rule(picture.width_px > 0 and picture.height_px > 0, f"{where} has a picture of no size")
        _check_lengths(
            where,
            frame_count=picture.frame_count,
            duration_samples=picture.duration_samples,
            start_frame=picture.start_frame,
        )


def _check_track(project: Project, track: Track) -> None:
    where = f'track "{track.id}"'
    _rule(any(bus.id == track.bus_id for bus in project.buses), f"{where} has no such bus")
    _rule(bool(track.lanes), f"{where} has no lane")
    _check_gain(track.gain_db, where)


def _check_lane(project: Project, lane: Lane, unchanged: frozenset[int]) -> None:
    for clip in lane.clips:
        if id(clip) not in unchanged:
            _check_clip(project, clip)
    for earlier, later in pairwise(lane.clips):
        where = f'clips "{earlier.id}" and "{later.id}" on lane "{lane.id}"'
        _rule(
            (earlier.start_samples, earlier.end_samples)
            <= (later.start_samples, later.end_samples),
            f"{where} are not sorted",
        )
        overlap = earlier.end_samples - later.start_samples
        crossfaded = earlier.fade_out.length_samples == later.fade_in.length_samples == overlap
        _rule(overlap <= 0 or crossfaded, f"{where} overlap by {overlap} without a crossfade")


def _check_clip(project: Project, clip: Clip) -> None:
    where = f'clip "{clip.id}"'
    try:
        sound = sound_of(project, clip.media_id, clip.stream_index)
    except EditError as error:
        raise InconsistentProject(
            f"The project is inconsistent: {where} has no source: {error}"
        ) from None
    _rule(clip.length_samples > 0, f"{where} has a length of {clip.length_samples}")
    _check_position(clip.start_samples, where)
    _check_position(clip.end_samples, where)
    source_end = clip.source_start_samples + clip.length_samples
    _rule(
        clip.source_start_samples >= 0 and source_end <= sound.length_samples,
        f"{where} takes [{clip.source_start_samples}, {source_end}) from a source of "
        f"{sound.length_samples} samples",
    )
    _check_fades(clip.fade_in, clip.fade_out, clip.length_samples, where)
    _check_gain(clip.gain_db, where)


def _check_fades(fade_in: Fade, fade_out: Fade, length_samples: int, where: str) -> None:
    _check_lengths(where, fade_in=fade_in.length_samples, fade_out=fade_out.length_samples)
    _rule(
        fade_in.length_samples + fade_out.length_samples <= length_samples,
        f"{where} has fades longer than itself",
    )


def _check_region(project: Project, region: Region) -> None:
    where = f'region "{region.id}"'
    lanes = {
        lane.id for track in project.tracks if track.id == region.track_id for lane in track.lanes
    }
    _rule(bool(region.lane_ids), f"{where} has no lane")
    _rule(len(set(region.lane_ids)) == len(region.lane_ids), f"{where} names a lane twice")
    missing = [lane_id for lane_id in region.lane_ids if lane_id not in lanes]
    _rule(not missing, f'{where} is on lanes {missing} that track "{region.track_id}" has not')
    _check_span(region.range, where)
    _check_lengths(where, comp_fade=region.comp_fade_samples)
    _check_settings(region.settings, where)
    _check_strengths(region.adapters, where)
    _check_muted(region, where)
    check_masks(region)
    _rule(
        region.status not in (RegionStatus.QUEUED, RegionStatus.MAKING),
        f'{where} is stored as "{region.status.value}", which only the queue can say',
    )
    for take in region.takes:
        check_take(take)
    check_comp(region)


def _check_span(span: SampleRange, where: str) -> None:
    _rule(not span.is_empty(), f"{where} has no length")
    _check_position(span.start_samples, where)
    _check_position(span.end_samples, where)


def check_comp(region: Region) -> None:
    """Check the comp of one region: see ``check_consistent``.

    Raises:
        InconsistentProject: a segment breaks a rule.
    """
    where = f'the comp of region "{region.id}"'
    takes = {take.id: take for take in region.takes}
    for segment in region.comp:
        _rule(segment.take_id in takes, f'{where} names take "{segment.take_id}" it has not')
        _rule(not segment.range.is_empty(), f"{where} has an empty segment")
        _rule(_inside(segment, region.range), f"{where} reaches past the region")
        _rule(
            _inside(segment, takes[segment.take_id].sound_range),
            f'{where} reaches past the sound of take "{segment.take_id}"',
        )
    for earlier, later in pairwise(region.comp):
        _rule(
            earlier.range.end_samples <= later.range.start_samples,
            f"{where} has segments that overlap or are not sorted",
        )


def _inside(segment: CompSegment, span: SampleRange) -> bool:
    return (
        span.start_samples <= segment.range.start_samples
        and segment.range.end_samples <= span.end_samples
    )


def check_masks(region: Region) -> None:
    """Check a region's masks: see ``check_consistent``.

    Raises:
        InconsistentProject: one lies outside the project's folder, or is drawn beyond all bounds.
    """
    for path in region.masks:
        _rule(
            is_inner_path(path),
            f'region "{region.id}" has a mask at "{path}", outside the project\'s folder',
        )
    problem = problem_of(region.drawn_masks)
    _rule(not problem, f'region "{region.id}" {problem}')


def check_take(take: Take) -> None:
    """Check one take: see ``check_consistent``.

    Raises:
        InconsistentProject: it breaks a rule.
    """
    where = f'take "{take.id}"'
    _rule(not take.region.is_empty(), f"{where} has no length")
    _check_position(abs(take.region.start_samples), where)
    _check_position(abs(take.region.end_samples), where)
    _check_lengths(where, head=take.head_samples, tail=take.tail_samples, seam=take.seam_samples)
    _rule(take.channels > 0, f"{where} has {take.channels} channels")
    _rule(0 <= take.rating <= BEST_RATING, f"{where} is rated {take.rating} of {BEST_RATING}")
    _check_gain(take.gain_db, where)
    if take.proposed_gain_db is not None:
        _check_gain(take.proposed_gain_db, where)
    _rule(
        is_inner_path(take.path), f'{where} is kept at "{take.path}", outside the project\'s folder'
    )
    _check_settings(take.provenance.settings, where)
    _check_strengths(take.provenance.adapters, where)
    problem = problem_of(take.provenance.drawn_masks)
    _rule(not problem, f"{where} {problem}")


def is_inner_path(path: str) -> bool:
    """Whether a path with / between its parts is relative and stays inside its folder.

    What any system would read as absolute (a drive, a share, a leading slash) or as a step
    upwards is refused on every system, so that a project means the same wherever it is opened.
    """
    parts = PureWindowsPath(path).parts
    return (
        path not in ("", ".")
        and "\0" not in path
        and "\\" not in path
        and not PurePosixPath(path).is_absolute()
        and not PureWindowsPath(path).anchor
        and ".." not in parts
    )


def _check_settings(settings: Settings, where: str) -> None:
    names = [name for name, _ in settings]
    _rule(names == sorted(set(names)), f"{where} has settings that are not sorted or named twice")
    values = (value for _, value in settings if isinstance(value, float))
    _rule(all(map(math.isfinite, values)), f"{where} has a setting that is no finite number")


def _check_strengths(adapters: Iterable[tuple[str, float]], where: str) -> None:
    _rule(
        all(math.isfinite(strength) for _, strength in adapters),
        f"{where} has an adapter whose strength is no finite number",
    )


def _check_muted(region: Region, where: str) -> None:
    muted = region.muted_adapters
    _rule(len(set(muted)) == len(muted), f"{where} mutes an adapter twice")
    known = {reference for reference, _ in region.adapters}
    unknown = [reference for reference in muted if reference not in known]
    _rule(not unknown, f"{where} mutes adapters {unknown} that it has not")

"""One region of a project as a pair: its lanes' sound, its stretch of film, its masks and words."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.adapters.sound_change import change_of, changed
from prismdesk.adapters.training_set import (
    SOUNDS,
    PairSource,
    TrainingPair,
    TrainingSetError,
    free_key,
)
from prismdesk.media.errors import writing
from prismdesk.media.film_shape import shown_size_px
from prismdesk.media.lanes import lane_readers, read_lanes
from prismdesk.project.lookup import picture_of, region_of, track_of
from prismdesk.session.finding import name_of
from prismdesk.session.masks import draw_stills, import_mask
from prismdesk.session.training_sets_sounds import with_sound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.media.audio import AudioBlock
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project, Region, Take
    from prismdesk.session.session import Session


def pair_of_region(
    session: Session,
    project: Project,
    region_id: RegionId,
    folder: Path,
    *,
    old: TrainingPair | None,
    taken: set[str],
    progress: FractionDone,
    cancelled: IsCancelled,
) -> TrainingPair:
    """Return a region as a pair; its sound and masks are written into the set.

    Args:
        session: of the project.
        project: as it is now.
        region_id: the region.
        folder: of the set.
        old: what the region is in the set already; its words, use and changes are kept.
        taken: keys of the set that a new pair can't have.
        progress: told the share done.
        cancelled: asked often.

    Raises:
        TrainingSetError: the region sounds nothing, or what was done to the sound can't be again.
        EditError: there is no such region.
        MediaError: sound, film or mask can't be read.
        Cancelled: as told.
    """
    region = region_of(project, region_id)
    sound = sound_of_region(session, project, region)
    progress(0.5)
    name = name_of(region)
    licences, makers = _origin(region)
    pair = TrainingPair(
        key=free_key(name, taken),
        name=name,
        sound=f"{SOUNDS}/new.wav",
        length_seconds=sound.shape[1] / project.rate_hz,
        prompt=region.prompt,
        licence=licences,
        note=region.note,
        source=PairSource(
            project=str(session.store.path.resolve()), region=region.id, made_by=makers
        ),
    )
    if old is not None:
        pair = _as_it_was_described(pair, old)
    if region.sees_picture and (old is None or old.film):
        pair = _with_film(pair, session, project, region, folder, cancelled)
    changes = () if old is None else tuple(change_of(text) for text in old.changes)
    after = changed(sound, project.rate_hz, changes)
    progress(1.0)
    return with_sound(folder, pair, after, project.rate_hz, changes)


def _as_it_was_described(pair: TrainingPair, old: TrainingPair) -> TrainingPair:
    """Return a pair with the words and the use that it has in the set already."""
    return replace(
        pair,
        key=old.key,
        name=old.name,
        prompt=old.prompt,
        split=old.split,
        licence=old.licence,
        note=old.note,
        accepted=old.accepted,
    )


def _with_film(
    pair: TrainingPair,
    session: Session,
    project: Project,
    region: Region,
    folder: Path,
    cancelled: IsCancelled,
) -> TrainingPair:
    """Return a pair with its stretch of film and its masks, as far as there is a film."""
    picture = picture_of(project)
    has_picture = picture is not None and region.range.start_samples >= 0
    film = session.film_path() if has_picture else None
    if picture is None or film is None:
        return pair
    return replace(
        pair,
        film=str(film.resolve()),
        film_stream=picture.stream_index,
        film_start=Fraction(region.range.start_samples, project.rate_hz),
        masks=masks_of_region(session, project, region, film, folder, cancelled),
        mask_name=_mask_name(region),
    )


def sound_of_region(session: Session, project: Project, region: Region) -> AudioBlock:
    """Return what a region's lanes sound together, float32 (channels of the track, samples).

    Raises:
        TrainingSetError: they sound nothing.
        MediaError: a file is missing or unlike what the project says of it.
    """
    track = track_of(project, region.track_id)
    readers = lane_readers(project, session.sounds, track, region.lane_ids)
    layers = read_lanes(readers, region.range)
    audio = None if layers is None else layers.silenced()
    if audio is None or not audio.any():
        raise TrainingSetError(
            f"Nothing sounds in the region {name_of(region)}; choose a take, or put a clip there."
        )
    return np.ascontiguousarray(audio)


def masks_of_region(
    session: Session,
    project: Project,
    region: Region,
    film: Path,
    folder: Path,
    cancelled: IsCancelled,
) -> tuple[str, ...]:
    """Return the stills of a region's masks, written into a set.

    Raises:
        MediaError: a still that the user gave, or the film, can't be read.
        Cancelled: as told.
    """
    if not region.uses_masks or not (region.masks or region.drawn_masks):
        return ()
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    if not region.drawn_masks:
        return tuple(import_mask(folder, session.folder / mask) for mask in region.masks)
    return draw_stills(
        session.folder,
        region,
        rate_hz=project.rate_hz,
        picture_px=shown_size_px(film, cancelled=cancelled),
        into=folder,
        cancelled=cancelled,
    )


def _mask_name(region: Region) -> str:
    if not region.uses_masks or not (region.masks or region.drawn_masks):
        return ""
    if not region.drawn_masks:
        return "stills"
    shapes = dict.fromkeys(str(mask.shape.value) for mask in region.drawn_masks)
    return ", ".join(shapes)


def _origin(region: Region) -> tuple[str, str]:
    """Return the licences of the takes that sound, and the models that made them."""
    made = [take.provenance for take in _sounding(region) if take.provenance.weights]
    licences = dict.fromkeys(one.licence for one in made if one.licence)
    makers = dict.fromkeys(one.variant or one.engine for one in made)
    return ", ".join(licences), ", ".join(makers)


def _sounding(region: Region) -> Iterator[Take]:
    chosen = {segment.take_id for segment in region.comp}
    return (take for take in region.takes if take.id in chosen)

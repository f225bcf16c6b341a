"""With what a take would be made again now, as far as that is known before it is made."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import TYPE_CHECKING

from prismdesk.adapters.reference import is_reference, name_in
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.engines.errors import UnsupportedError
from prismdesk.engines.processor import version_of
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.identity import known_sha256
from prismdesk.engines.weights.places import state_of
from prismdesk.errors import InputError
from prismdesk.jobs.mask_pictures import mask_of_pictures
from prismdesk.jobs.request_key import array_key, picture_keys
from prismdesk.jobs.spec import inside
from prismdesk.media.wav import map_wav
from prismdesk.progress import IsCancelled, never_cancelled
from prismdesk.project.lookup import media_of
from prismdesk.project.model import MadeOn
from prismdesk.session.adapter_files import refusal_of_adapters
from prismdesk.session.again import plan_again
from prismdesk.session.asking import context_of, sound_around
from prismdesk.session.licence_statements import ADAPTER_PREFIX
from prismdesk.session.presets import known_preset
from prismdesk.session.records import Circumstances

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.project.model import Project, Provenance, Take
    from prismdesk.session.again import AgainPlan
    from prismdesk.session.records import Pairs
    from prismdesk.session.session import Session


def circumstances_now(
    session: Session, project: Project, take: Take, cancelled: IsCancelled = never_cancelled
) -> Circumstances:
    """Return with what a take would be made again now, as far as that is known beforehand.

    The sound around it and the film are read; of weights only checksums that are known already
    count. What device will compute shows only once it has.

    Raises:
        Cancelled: as told.
    """
    made = take.provenance
    missing = list(_missing(session, made))
    inputs: Pairs | None = None
    is_elsewhere = False
    try:
        plan = plan_again(session, project, take)
        is_elsewhere = not plan.is_at_first_place
        inputs = _inputs_now(session, project, plan, cancelled)
    except InputError as error:
        missing.append(str(error))
    return Circumstances(
        engine_version=_engine_version(made),
        weights=_weights_now(made),
        inputs=inputs,
        made_on=_libraries_now(made.made_on),
        missing=tuple(dict.fromkeys(missing)),
        is_elsewhere=is_elsewhere,
    )


def _missing(session: Session, made: Provenance) -> Iterator[str]:
    for mask in dict.fromkeys((*made.masks, *made.mask_stills)):
        with suppress(ValueError):
            if not inside(session.folder, mask).is_file():
                yield f"The mask {mask} isn't there any more."
    for reference, _ in made.adapters:
        if known_preset(reference) is None:
            yield f"The preset {name_in(reference)} isn't in the library any more."
        elif reason := _misfit(reference, made):
            yield reason


def _misfit(reference: str, made: Provenance) -> str:
    try:
        return refusal_of_adapters(((reference, 1.0),), made.engine, made.variant)
    except UnsupportedError:
        return ""


def _engine_version(made: Provenance) -> str:
    try:
        return capabilities_of(made.engine).version
    except UnsupportedError:
        return ""


def _weights_now(made: Provenance) -> Pairs | None:
    """Return known checksums of the files that lie where the take's weights lay."""
    if not made.variant or not made.weights:
        return None
    try:
        model = model_of(made.variant, made.engine)
    except InputError:
        return tuple((name, "") for name, _ in made.weights)
    paths = state_of(model).paths
    found = []
    for role, file in model.files.items():
        sha256 = known_sha256(paths[role]) if role in paths else ""
        if sha256 is not None:
            found.append((file.file_name, sha256))
    return (*found, *_adapters_now(made))


def _adapters_now(made: Provenance) -> Pairs:
    """Return checksums of the presets that a take names without a hash, under their names there.

    With one, what is found is what it was.
    """
    bare = (name for name, _ in made.adapters if not is_reference(name))
    found = ((name, known_preset(name)) for name in bare)
    return tuple(
        (f"{ADAPTER_PREFIX}{name}", preset.content_sha256)
        for name, preset in found
        if preset is not None
    )


def _inputs_now(
    session: Session, project: Project, plan: AgainPlan, cancelled: IsCancelled
) -> Pairs:
    """Return hashes of what would be heard and seen now, as ``input_keys`` names them."""
    made, region = plan.take.provenance, plan.region
    span = plan.as_made.context or context_of(project, region)
    audio, covered = sound_around(session, project, region, span)
    keys = [("context", array_key(audio, covered))]
    if made.saw_picture and project.film_id is not None:
        # Imported here: the decoder is large, and most takes saw no picture.
        from prismdesk.media.film_stretch import film_stretch
        from prismdesk.media.shots import kept_cuts

        film = media_of(project, project.film_id)
        cuts = kept_cuts(session.cache, film.content_key) if film.content_key else None
        start = Fraction(span.start_samples, project.rate_hz)
        keys += picture_keys(
            film_stretch(
                session.media_path(film),
                start_seconds=start,
                end_seconds=start + Fraction(span.length_samples, project.rate_hz),
                cuts_seconds=tuple(cut.seconds for cut in cuts or ()),
                cancelled=cancelled,
            )
        )
    mask = mask_of_pictures(session.folder, made.mask_stills or made.masks, cancelled)
    if mask is not None and made.saw_picture:
        keys.append(("mask", array_key(mask.weights)))
    source = plan.as_made.source
    if source is not None:
        with map_wav(inside(session.folder, source.path)) as wav:
            sound = wav.read(source.start_samples, region.range.length_samples)
        keys.append(("source", array_key(sound)))
    return tuple(keys)


def _libraries_now(then: MadeOn | None) -> MadeOn | None:
    """Return the versions now of the libraries that a take was made with."""
    if then is None:
        return None
    versions = ((name, version_of(name)) for name, _ in then.libraries if name != "cudnn")
    return MadeOn(device="", precision="", libraries=tuple(versions))

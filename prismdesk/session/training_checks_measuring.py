"""The sounds of a set are measured once: what was found is kept beside it, by content."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from prismdesk.jobs.spec import inside
from prismdesk.media.content_key import content_key
from prismdesk.media.errors import MediaError
from prismdesk.media.speech import installed_network
from prismdesk.progress import FractionDone, IsCancelled, raise_if_cancelled
from prismdesk.project.store.durable import write_atomically
from prismdesk.session.training_checks_sound import VERSION, SoundFacts, facts_of
from prismdesk.session.training_sets_sounds import read_sound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from prismdesk.adapters.training_set import TrainingPair, TrainingSet

KEPT_FILE = "checks.json"
_MOST_BYTES = 64 << 20


def measured_set(
    folder: Path, training_set: TrainingSet, *, progress: FractionDone, cancelled: IsCancelled
) -> Mapping[str, SoundFacts]:
    """Return what is measured of each pair's sound, by key; of those that can be read.

    Args:
        folder: of the set; ``checks.json`` in it keeps what was measured.
        training_set: its pairs.
        progress: told the share done.
        cancelled: asked often.

    Raises:
        Cancelled: as told; what was measured by then is kept.
    """
    known = _known(folder)
    found: dict[str, SoundFacts] = {}
    used: dict[str, SoundFacts] = {}
    try:
        for number, pair in enumerate(training_set.pairs):
            raise_if_cancelled(cancelled)
            progress(number / len(training_set.pairs))
            measured = _measured(folder, pair, known, cancelled)
            if measured is not None:
                name, found[pair.key] = measured
                used[name] = found[pair.key]
    finally:
        if used.keys() - known.keys():
            _keep(folder, {**known, **used})
    progress(1.0)
    return found


def facts_of_pair(folder: Path, pair: TrainingPair, cancelled: IsCancelled) -> SoundFacts:
    """Return what is measured of one pair's sound.

    Raises:
        MediaError: it can't be read.
        Cancelled: as told.
    """
    measured = _measured(folder, pair, _known(folder), cancelled)
    if measured is None:
        read_sound(folder, pair)
        raise MediaError(f"The sound of {pair.name} is empty; remove it.")
    return measured[1]


def _measured(
    folder: Path, pair: TrainingPair, known: Mapping[str, SoundFacts], cancelled: IsCancelled
) -> tuple[str, SoundFacts] | None:
    try:
        name = content_key(inside(folder, pair.sound))
        if name in known:
            return name, known[name]
        sound, rate_hz = read_sound(folder, pair)
    except MediaError:
        return None
    if not sound.size:
        return None
    return name, facts_of(sound, rate_hz, installed_network(), cancelled)


def _known(folder: Path) -> dict[str, SoundFacts]:
    path = folder / KEPT_FILE
    try:
        if path.stat().st_size > _MOST_BYTES:
            return {}
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["version"] != VERSION or kept["hears_speech"] != _hears_speech():
            return {}
        return {name: _facts(values) for name, values in kept["sounds"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _facts(values: dict[str, Any]) -> SoundFacts:
    speech = values["speech"]
    stretches = None if speech is None else tuple((float(a), float(b)) for a, b in speech)
    kinds: dict[str, Any] = {"int": int, "float": float, "str": str}
    read = {
        field.name: kinds[str(field.type)](values[field.name])
        for field in fields(SoundFacts)
        if field.name != "speech"
    }
    return SoundFacts(speech=stretches, **read)


def _keep(folder: Path, found: Mapping[str, SoundFacts]) -> None:
    """Write what was measured; where the disk refuses, it is measured again next time."""
    values = {
        "version": VERSION,
        "hears_speech": _hears_speech(),
        "sounds": {name: asdict(facts) for name, facts in found.items()},
    }
    with suppress(OSError):
        write_atomically(folder / KEPT_FILE, json.dumps(values).encode())


def _hears_speech() -> bool:
    return installed_network() is not None

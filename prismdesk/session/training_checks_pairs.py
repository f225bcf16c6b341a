"""Doubts about single pairs: their files, their sound, their words, their licence."""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from prismdesk.jobs.spec import inside
from prismdesk.media.errors import MediaError
from prismdesk.media.wav import map_wav
from prismdesk.session.training_checks_copies import doubts_of_copies
from prismdesk.session.training_checks_doubt import LEAVE_OUT, REMOVE, Doubt, keep
from prismdesk.session.training_checks_listening import doubts_of_sound
from prismdesk.session.training_checks_words import doubts_of_licence, doubts_of_prompt

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from prismdesk.adapters.training_set import TrainingPair, TrainingSet
    from prismdesk.progress import IsCancelled
    from prismdesk.session.training_checks_sound import SoundFacts

LEAST_SECONDS, MOST_SECONDS = 0.5, 30.0
_FEWEST_TO_COMPARE = 3


def doubts_of_pairs(
    folder: Path,
    training_set: TrainingSet,
    facts: Mapping[str, SoundFacts],
    rate_hz: int,
    cancelled: IsCancelled,
) -> Iterator[tuple[TrainingPair, list[Doubt]]]:
    """Yield each pair with its doubts; one that is left out has none.

    Args:
        folder: of the set.
        training_set: its pairs.
        facts: what was measured, by key; of sounds that can be read.
        rate_hz: of the model.
        cancelled: asked while copies are looked for.

    Raises:
        Cancelled: as told.
    """
    used = [pair for pair in training_set.pairs if pair.split != "left out"]
    heard = {pair.key: facts[pair.key] for pair in used if pair.key in facts}
    usual_level = usual_level_of(iter(heard.values()))
    copies = doubts_of_copies(folder, training_set, heard, cancelled)
    with_picture = sum(pair.has_picture for pair in used)
    for pair in training_set.pairs:
        if pair.split == "left out":
            yield pair, []
            continue
        doubts = [*_doubts_of_files(folder, pair)]
        if 2 * with_picture > len(used) and not pair.has_picture:
            doubts.append(
                Doubt(
                    "picture",
                    "It has no picture where most others have one.",
                    remedies=(LEAVE_OUT, keep("picture")),
                )
            )
        if pair.key in facts:
            doubts += _doubts_of_length(facts[pair.key])
            doubts += doubts_of_sound(pair, facts[pair.key], usual_level, rate_hz)
        if pair.key in copies:
            doubts.append(copies[pair.key])
        doubts += doubts_of_prompt(training_set, pair)
        doubts += doubts_of_licence(training_set, pair)
        yield pair, doubts


def usual_level_of(facts: Iterator[SoundFacts]) -> float | None:
    """Return the level in the middle of all; None where there are too few to say."""
    levels = [one.level_db for one in facts]
    return median(levels) if len(levels) >= _FEWEST_TO_COMPARE else None


def _doubts_of_files(folder: Path, pair: TrainingPair) -> Iterator[Doubt]:
    is_remade = bool(pair.source.file or pair.source.project)
    again = (("rebuild", "Make it again from its source"),) if is_remade else ()
    try:
        sound = inside(folder, pair.sound)
        is_there = sound.is_file() and sound.stat().st_size > 0
        if is_there:
            _look_at(sound)
        sentence = "" if is_there else f"Its sound {pair.sound} isn't in the set's folder any more."
    except (MediaError, ValueError) as error:
        sentence = str(error)
    if sentence:
        yield Doubt("file", sentence, remedies=(*again, REMOVE, LEAVE_OUT))
    if pair.film and not Path(pair.film).is_file():
        yield Doubt(
            "film",
            f"Its film {pair.film} isn't there; bring it back or do without its picture.",
            remedies=(("without film", "Do without the picture"), LEAVE_OUT, REMOVE),
        )
    if pair.features and not (folder / pair.features).is_file():
        yield Doubt(
            "picture",
            f"Its {pair.features} isn't in the set's folder any more.",
            remedies=(*again, ("without film", "Do without the picture"), LEAVE_OUT),
        )
    for mask in dict.fromkeys(pair.masks):
        if not (folder / mask).is_file():
            yield Doubt(
                "picture",
                f"Its mask {mask} isn't in the set's folder any more.",
                remedies=(*again, ("without masks", "Do without masks"), LEAVE_OUT),
            )
            break


def _look_at(path: Path) -> None:
    """Look at a sound's header.

    Raises:
        MediaError: it is no WAV that can be read.
    """
    with map_wav(path) as wav:
        if not wav.length_samples:
            raise MediaError(f"The sound {path.name} is empty.")


def _doubts_of_length(facts: SoundFacts) -> Iterator[Doubt]:
    seconds = facts.length_seconds
    if seconds < LEAST_SECONDS:
        yield Doubt(
            "length",
            f"{seconds:.2f} s are short: most of what is learned will be the silence after it.",
            remedies=(keep("length"), LEAVE_OUT, REMOVE),
        )
    elif seconds > MOST_SECONDS:
        yield Doubt(
            "length",
            f"{seconds:.0f} s are long; parts of it are taken at random, the dull ones too.",
            remedies=(
                ("shorten", f"Keep the first {MOST_SECONDS:.0f} s"),
                LEAVE_OUT,
                keep("length"),
            ),
        )

"""Doubts about how a pair sounds: level, clipping, silence, speech, music, band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.session.training_checks_doubt import LEAVE_OUT, REMOVE, Doubt, keep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.adapters.training_set import TrainingPair
    from prismdesk.session.training_checks_sound import SoundFacts

QUIETEST_PEAK_DB = -40.0
_FROM_USUAL_DB = 14.0
_FEWEST_CLIPPED = 3
_SILENT_SHARE = 0.6
_SILENT_SECONDS = 1.5
_LATEST_BEGIN_SECONDS = 3.0
_EARLIEST_BEGIN_SECONDS = 0.1
_LEAST_SPEECH_SECONDS = 0.3
_MUSIC_SHARE = 0.22
_MUSIC_SECONDS = 2.0
_NEARLY_ALL = 0.8
_AT_ONE_SECOND = ("onset", "Let it begin 1 s in")
"""Where models heard most sounds begin that they were trained on: 1 to 2 s into the clip."""
_TRIM = ("trim", "Cut the silence off")


def doubts_of_sound(
    pair: TrainingPair, facts: SoundFacts, usual_level_db: float | None, rate_hz: int
) -> Iterator[Doubt]:
    """Yield the doubts that come from listening to a pair.

    Args:
        pair: with or without a film.
        facts: what was measured of its sound.
        usual_level_db: of the set; None where there are too few to say.
        rate_hz: of the model.
    """
    yield from _clipping(facts)
    yield from _level(facts, usual_level_db)
    yield from _silence(pair, facts)
    yield from _speech(pair, facts)
    yield from _music(facts)
    yield from _band(facts, rate_hz)


def _clipping(facts: SoundFacts) -> Iterator[Doubt]:
    if facts.clipped_runs >= _FEWEST_CLIPPED:
        yield Doubt(
            "clipping",
            f"It is clipped {facts.clipped_runs} times; the model would learn the crackle.",
            facts.clipped_at_seconds,
            (LEAVE_OUT, REMOVE, keep("clipping")),
        )


def _level(facts: SoundFacts, usual_db: float | None) -> Iterator[Doubt]:
    normalise = ("normalise", "Bring it to the level of the set")
    if usual_db is not None and abs(facts.level_db - usual_db) > _FROM_USUAL_DB:
        difference_db = facts.level_db - usual_db
        word = "louder" if difference_db > 0 else "softer"
        yield Doubt(
            "level",
            f"It is {abs(difference_db):.0f} dB {word} than the set "
            f"({facts.level_db:.0f} LUFS, peak {facts.peak_db:.0f} dBFS).",
            remedies=(normalise, keep("level")),
        )
    elif facts.peak_db < QUIETEST_PEAK_DB:
        yield Doubt(
            "level",
            f"It is very soft (peak {facts.peak_db:.0f} dBFS), so that its noise will be learned.",
            remedies=(normalise, LEAVE_OUT, keep("level")),
        )


def _silence(pair: TrainingPair, facts: SoundFacts) -> Iterator[Doubt]:
    silent_seconds = facts.silent_share * facts.length_seconds
    if facts.silent_share > _SILENT_SHARE and silent_seconds > _SILENT_SECONDS:
        yield Doubt(
            "silence",
            f"{facts.silent_share:.0%} of it is silent ({silent_seconds:.1f} s).",
            remedies=(_TRIM, keep("silence"), LEAVE_OUT),
        )
    yield from _onset(pair, facts)


def _onset(pair: TrainingPair, facts: SoundFacts) -> Iterator[Doubt]:
    heard_at = facts.heard_at_seconds
    if not facts.hits:
        return
    if heard_at > _LATEST_BEGIN_SECONDS:
        yield Doubt(
            "onset",
            f"Nothing is heard before {heard_at:.1f} s; 1 to 2 s are best.",
            heard_at,
            (_AT_ONE_SECOND, keep("onset")),
        )
    elif pair.film and heard_at < _EARLIEST_BEGIN_SECONDS:
        can_move = pair.film_start > 0
        yield Doubt(
            "onset",
            "It begins at once, before its picture is seen; 1 to 2 s are best.",
            heard_at,
            (_AT_ONE_SECOND, keep("onset")) if can_move else (keep("onset"),),
        )


def _speech(pair: TrainingPair, facts: SoundFacts) -> Iterator[Doubt]:
    stretches = facts.speech or ()
    seconds = sum(end - start for start, end in stretches)
    if seconds < _LEAST_SPEECH_SECONDS:
        return
    is_all = seconds > _NEARLY_ALL * facts.length_seconds
    mute = () if is_all else (("mute speech", "Mute where somebody speaks"),)
    cut = () if is_all or pair.has_picture else (("cut speech", "Cut out where somebody speaks"),)
    yield Doubt(
        "speech",
        f"Somebody seems to speak for {seconds:.1f} s, from {stretches[0][0]:.1f} s on.",
        stretches[0][0],
        (*mute, *cut, LEAVE_OUT, keep("speech")),
    )


def _music(facts: SoundFacts) -> Iterator[Doubt]:
    if facts.tonal_share >= _MUSIC_SHARE and facts.length_seconds >= _MUSIC_SECONDS:
        yield Doubt(
            "music",
            f"It sounds like music: {facts.tonal_share:.0%} of it are held tones.",
            remedies=(LEAVE_OUT, REMOVE, keep("music")),
        )


def _band(facts: SoundFacts, rate_hz: int) -> Iterator[Doubt]:
    top_hz = min(rate_hz / 2, facts.rate_hz / 2)
    if facts.rate_hz < rate_hz:
        yield Doubt(
            "rate",
            f"It is kept at {facts.rate_hz} Hz and the model makes {rate_hz} Hz: it would learn "
            "that there are no heights.",
            remedies=(keep("rate"), LEAVE_OUT, REMOVE),
        )
    elif facts.wall_hz and facts.wall_hz < 0.8 * top_hz:
        yield Doubt(
            "rate",
            f"It ends at {facts.wall_hz / 1000:.1f} kHz as if it had been kept at a lower rate; "
            "the model would learn that there are no heights.",
            remedies=(keep("rate"), LEAVE_OUT, REMOVE),
        )

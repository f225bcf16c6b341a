"""How a take was made, in words. No Qt."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prismdesk.adapters.reference import name_in
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.errors import PrismDeskError
from prismdesk.project.mask_words import masks_in_short
from prismdesk.session.licence_statements import statements_of_take
from prismdesk.session.licences import verdict_of
from prismdesk.session.recipes import typed
from prismdesk.ui.takes.levels import signed

if TYPE_CHECKING:
    from prismdesk.project.model import SettingValue, Take
    from prismdesk.ui.times import Times

Fact = tuple[str, str]

_THIN = "\u202f"


def made_words(take: Take, *, now: datetime | None = None) -> str:
    """Return when a take was made: "Made today 14:22:07" or "Made 2026-03-01 14:22"."""
    try:
        made = datetime.fromisoformat(take.created_utc).replace(tzinfo=UTC).astimezone()
    except ValueError:
        return "Made at an unknown time"
    today = (now or datetime.now(UTC)).astimezone()
    if made.date() == today.date():
        return f"Made today {made:%H:%M:%S}"
    return f"Made {made:%Y-%m-%d %H:%M}"


def seed_words(seed: int) -> str:
    """Return a seed in groups of three digits."""
    return f"{seed:,}".replace(",", _THIN)


def facts_of(take: Take, times: Times, level: str) -> tuple[Fact, ...]:
    """Return what is known of how a take was made, without what doesn't apply."""
    made = take.provenance
    facts = [("Engine", _engine_words(take)), ("Task", str(made.task).capitalize())]
    if made.weights:
        name, digest = made.weights[0]
        more = f" and {len(made.weights) - 1} more" if len(made.weights) > 1 else ""
        facts.append(("Weights", f"{name} · sha256 {_short(digest)}{more}"))
    facts += [("Licence", made.licence)] if made.licence else []
    if made.weights or made.adapters or not made.allows_commercial_use:
        facts.append(("Use", verdict_of(statements_of_take(take)).removesuffix(".")))
    facts += [("Prompt", made.prompt)] if made.prompt else []
    facts += [("Avoid", made.negative_prompt)] if made.negative_prompt else []
    if mask := masks_in_short(made.drawn_masks, len(made.masks)):
        facts.append(("Mask", mask))
    facts.append(("Seed", seed_words(made.seed)))
    if made.settings:
        facts.append(("Settings", " · ".join(_setting_words(*one) for one in made.settings)))
    before = max(0, take.region.start_samples - made.context.start_samples)
    after = max(0, made.context.end_samples - take.region.end_samples)
    if made.context.length_samples:
        rate = times.rate_hz
        facts.append(("Context", f"{before / rate:.1f} s before, {after / rate:.1f} s after"))
    for name, strength in made.adapters:
        facts.append(("Adapter", f"{name_in(name)} {strength:.2f}".replace("-", "−")))
    if take.head_samples or take.tail_samples:
        handles = (times.length_words(take.head_samples), times.length_words(take.tail_samples))
        facts.append(("Handles", f"{handles[0]} before, {handles[1]} after"))
    facts.append(("Level", _level_words(take, level)))
    return tuple(facts)


def _level_words(take: Take, level: str) -> str:
    gain = f"gain {signed(take.gain_db)} dB"
    words = f"{level} as made, {gain}" if level else gain
    if take.proposed_gain_db is None or round(take.proposed_gain_db, 2) == take.gain_db:
        return words
    return f"{words}; {signed(take.proposed_gain_db)} dB would fit the surroundings"


def _engine_words(take: Take) -> str:
    made = take.provenance
    try:
        name = capabilities_of(made.engine).name
    except PrismDeskError:
        name = made.engine
    return f"{name}{f' {made.variant}' if made.variant else ''}, version {made.engine_version}"


def _setting_words(name: str, value: SettingValue) -> str:
    return f"{name.replace('_', ' ')} {_shown(value)}"


def _shown(value: SettingValue) -> str:
    return f"{value:g}" if isinstance(value, float) else typed(value)


def _short(digest: str) -> str:
    return f"{digest[:4]}…{digest[-4:]}" if len(digest) > 10 else digest

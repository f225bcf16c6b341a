"""Checks of what edits are given: each returns its argument or raises ``EditError``."""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prismdesk.project.consistency import LATEST_SAMPLES
from prismdesk.project.errors import EditError, InconsistentProject
from prismdesk.project.lookup import all_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.project.model import Project
    from prismdesk.project.timebase import SampleRange


def finite_gain(gain_db: float) -> float:
    """Return a gain that is a finite number of decibels."""
    if not math.isfinite(gain_db):
        raise EditError(f"A gain must be a finite number of dB, not {gain_db}; mute for silence.")
    return gain_db


def valid_position(position_samples: int) -> int:
    """Return a position that lies neither before the film nor absurdly late."""
    if not 0 <= position_samples < LATEST_SAMPLES:
        raise EditError(
            f"Position {position_samples} can't be used; it must be 0 or more and "
            f"less than {LATEST_SAMPLES}."
        )
    return position_samples


def valid_span(span: SampleRange) -> SampleRange:
    """Return a stretch that holds a sample and lies neither before the film nor absurdly late."""
    if span.is_empty():
        raise EditError(f"The stretch at {span.start_samples} holds no sample.")
    valid_position(span.start_samples)
    valid_position(span.end_samples)
    return span


def unused_id(project: Project, thing_id: str) -> str:
    """Return an id that nothing in the project has yet."""
    if not thing_id or thing_id in all_ids(project):
        raise EditError(f'The id "{thing_id}" is already used in the project.')
    return thing_id


@contextmanager
def rules_as_refusals() -> Iterator[None]:
    """Turn a rule that ``consistency`` finds broken into the refusal of the edit."""
    try:
        yield
    except InconsistentProject as error:
        raise EditError(str(error)) from None


def between(value: int, lowest: int, highest: int, *, what: str, clamped: bool) -> int:
    """Return a value inside [lowest, highest]: brought there if clamped, else refused outside.

    Args:
        value: the value.
        lowest: first allowed.
        highest: last allowed.
        what: what the value is, as the beginning of the message's sentence.
        clamped: bring it to the nearest allowed value instead of refusing.

    Raises:
        EditError: nothing is allowed, or the value lies outside and is not clamped.
    """
    if highest < lowest:
        raise EditError(f"{what} has no room at all to change.")
    if lowest <= value <= highest:
        return value
    if clamped:
        return lowest if value < lowest else highest
    raise EditError(f"{what} can go from {lowest} to {highest} samples here, not to {value}.")

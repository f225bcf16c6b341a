"""Checking the sizes that networks are built with, which may come from a file."""

from __future__ import annotations


def check_counts(sizes: object, *names: str) -> None:
    """Refuse a configuration whose named fields are not all whole numbers of at least one.

    Raises:
        ValueError: one of them isn't; the message names it.
    """
    for name in names:
        count = getattr(sizes, name)
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, not {count!r}")


def check_positive(sizes: object, *names: str) -> None:
    """Refuse a configuration whose named fields are not all numbers above zero.

    Raises:
        ValueError: one of them isn't; the message names it.
    """
    for name in names:
        value = getattr(sizes, name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
            raise ValueError(f"{name} must be a number above 0, not {value!r}")

"""The settings that the engines of models share, each written once: plain data."""

from __future__ import annotations

from prismdesk.engines.capabilities import SettingSpec

LONG_WAYS = ("joint", "sequential", "single")
PLACEMENTS = ("auto", "left_right", "centre", "all")
PRECISIONS = ("auto", "bf16", "fp16", "fp32")

STRENGTH = SettingSpec(
    name="strength",
    label="Strength",
    help=(
        "1 makes new sound; below 1 starts from the take that is varied, or from what the "
        "lanes hold, and changes the less the smaller it is."
    ),
    default=1.0,
    minimum=0.05,
    maximum=1.0,
)

STOP_AT_STEP = SettingSpec(
    name="stop_at_step",
    label="Stop at step",
    help=(
        "Ends sampling after so many steps and takes the sound that they point at, as "
        "Enough, use it now does; 0 goes to the end. Windows made one after the other count on."
    ),
    default=0,
    minimum=0,
    maximum=10000,
    is_advanced=True,
)

PRECISION = SettingSpec(
    name="precision",
    label="Precision",
    help=(
        "Numbers that the large networks work with: auto takes bf16 on a graphics processor "
        "that has it and fp32 elsewhere; smaller numbers need half the memory."
    ),
    default="auto",
    choices=PRECISIONS,
    is_advanced=True,
)


def long_regions(*, beyond: str, except_for: str = "") -> SettingSpec:
    """Return how regions are made that are longer than an engine's models make.

    Args:
        beyond: that length, in words.
        except_for: what else is to be said of one long window; follows "not trained for".
    """
    return SettingSpec(
        name="long",
        label="Long regions",
        help=(
            f"Beyond {beyond}: joint works on overlapping windows together at each step, without "
            "seams; sequential one window after the other, each carrying the last one on; single "
            f"one long window, which the models were not trained for{except_for}."
        ),
        default="joint",
        choices=LONG_WAYS,
        is_advanced=True,
    )


def window_overlap(*, most_seconds: float) -> SettingSpec:
    """Return how much neighbouring windows share, up to a length."""
    return SettingSpec(
        name="window_overlap_seconds",
        label="Window overlap",
        help="How much neighbouring windows of a long region share; more is smoother and slower.",
        default=2.24,
        minimum=0.32,
        maximum=most_seconds,
        unit="s",
        is_advanced=True,
    )


def placement(meaning: str) -> SettingSpec:
    """Return where the sound goes, with what each choice means to the engine."""
    return SettingSpec(
        name="placement",
        label="Placement",
        help=meaning,
        default="auto",
        choices=PLACEMENTS,
        is_advanced=True,
    )

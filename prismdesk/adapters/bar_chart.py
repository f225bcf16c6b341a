"""A bar chart as SVG: one bar for each adapter, and a line where the recordings are."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH, _LABEL_WIDTH, _VALUE_WIDTH = 640, 200, 76
_ROW, _BAR, _TOP = 26, 16, 8
_MOST_LETTERS = 28


def bar_chart(
    title: str, bars: Sequence[tuple[str, float]], *, decimals: int, mark: float | None = None
) -> str:
    """Return a chart of values from 0 on, or around 0 where some lie below.

    Args:
        title: read out in place of the picture.
        bars: label and value of each, from the top down.
        decimals: of the figures.
        mark: where a dashed line stands, if anywhere.
    """
    values = [value for _, value in bars] + ([] if mark is None else [mark])
    low, high = min(0.0, *values), max(0.0, *values)
    span = (high - low) or 1.0
    room = _WIDTH - _LABEL_WIDTH - _VALUE_WIDTH

    def across(value: float) -> float:
        return _LABEL_WIDTH + room * (value - low) / span

    height = _TOP + _ROW * len(bars)
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title, quote=True)}">'
    ]
    for place, (label, value) in enumerate(bars):
        top, start, end = _TOP + _ROW * place, across(min(0.0, value)), across(max(0.0, value))
        middle = top + _BAR / 2
        parts += [
            f'<text class="label" x="{_LABEL_WIDTH - 8}" y="{middle:.1f}">{_shown(label)}</text>',
            f'<rect class="bar" x="{start:.1f}" y="{top}" width="{max(1.0, end - start):.1f}" '
            f'height="{_BAR}" rx="2"/>',
            f'<text class="value" x="{end + 6:.1f}" y="{middle:.1f}">{value:.{decimals}f}</text>',
        ]
    if mark is not None:
        at = across(mark)
        parts.append(f'<line class="mark" x1="{at:.1f}" y1="0" x2="{at:.1f}" y2="{height}"/>')
    return "".join([*parts, "</svg>"])


def _shown(label: str) -> str:
    short = label if len(label) <= _MOST_LETTERS else f"{label[: _MOST_LETTERS - 1]}…"
    return escape(short)

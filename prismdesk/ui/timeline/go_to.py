"""Going to a position that is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.errors import PositionError
from prismdesk.ui.fonts import fixed_font
from prismdesk.ui.timeline.line_popup import LinePopup

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.ui.document import Document
    from prismdesk.ui.transport import Transport

_HINT = "A timecode, 51.5s, or +n and -n for frames from here."


def go_to_popup(document: Document, transport: Transport, parent: QWidget) -> LinePopup:
    """Return a popup that moves the playhead to what is typed, if it lies inside the film."""

    def go(text: str) -> None:
        times = document.times
        there = times.parse(text, relative_to=transport.position_samples)
        if there >= times.end_samples:
            raise PositionError(
                f"The film ends before that, at {times.timecode(times.end_samples)}."
            )
        transport.move_to(there, scrub=True)

    return LinePopup(
        "Go to",
        go,
        text=document.times.timecode(transport.position_samples),
        hint=_HINT,
        font=fixed_font(15),
        parent=parent,
    )

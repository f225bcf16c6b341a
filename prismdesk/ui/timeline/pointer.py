"""What the canvas tells of the pointer, and who listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from prismdesk.ui.timeline.layout import Row
    from prismdesk.ui.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Where the pointer is.

    ``x_px`` and ``y_px`` are pixels of the canvas; ``samples`` is the first sample under the
    pointer, not snapped, and may lie outside the film; ``row`` is what is under it.
    """

    x_px: int
    y_px: int
    samples: int
    row: Row | None
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    button: Qt.MouseButton = Qt.MouseButton.LeftButton


@dataclass(frozen=True, slots=True)
class Hover:
    """What to show while the pointer rests: a shape, and the figure a drag would change."""

    shape: Qt.CursorShape = Qt.CursorShape.ArrowCursor
    figure: str = ""


class PointerRouter(Protocol):
    """Takes what the pointer does over ruler, picture and lanes."""

    def press(self, pointer: Pointer) -> None:
        """A button went down."""

    def move(self, pointer: Pointer) -> None:
        """It was moved with a button down."""

    def release(self, pointer: Pointer) -> None:
        """The button came up."""

    def double_click(self, pointer: Pointer) -> None:
        """A button went down twice."""

    def cancel(self) -> None:
        """Escape was pressed, or the pointer was taken away: nothing stays changed."""

    def hover(self, pointer: Pointer) -> Hover:
        """Return what to show where no button is down."""


class SeekRouter:
    """Moves the playhead to where a button goes down, and takes it along."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def press(self, pointer: Pointer) -> None:
        """Move the playhead there."""
        self._transport.move_to(pointer.samples, scrub=True)

    def move(self, pointer: Pointer) -> None:
        """Take the playhead along."""
        self._transport.move_to(pointer.samples, scrub=True)

    def release(self, pointer: Pointer) -> None:
        """Leave it there."""

    def double_click(self, pointer: Pointer) -> None:
        """Leave it there."""

    def cancel(self) -> None:
        """Leave it there."""

    def hover(self, pointer: Pointer) -> Hover:
        """Return the usual shape."""
        return Hover()

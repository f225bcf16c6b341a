"""The one door for words to the user: who has something to say needs to know no widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.errors import PrismDeskError

MessageButton = tuple[str, Callable[[], object]]
"""What a button says, and what it does."""


class MessageKind(StrEnum):
    """How a message is marked; errors stay until they are dismissed."""

    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What happened (title), what was kept and what to do (body), and remedies as buttons."""

    title: str
    body: str = ""
    kind: MessageKind = MessageKind.INFO
    buttons: tuple[MessageButton, ...] = ()


class Messages(QObject):
    """Carries messages to whoever shows them; ``posted`` sends a ``Message``.

    Any thread may call it: the signal is delivered on the window's thread.
    """

    posted = Signal(object)

    def tell(
        self,
        title: str,
        body: str = "",
        *,
        kind: MessageKind = MessageKind.INFO,
        buttons: Sequence[MessageButton] = (),
    ) -> None:
        """Tell the user something, without stealing the focus."""
        self.posted.emit(Message(title=title, body=body, kind=kind, buttons=tuple(buttons)))

    def error(self, error: PrismDeskError | str) -> None:
        """Tell what went wrong in the error's own sentence."""
        self.tell(str(error), kind=MessageKind.ERROR)

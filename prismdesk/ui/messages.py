"""The one door for words to the user: who has something to say needs to know no widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
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
    """What happened (title), what was kept and what to do (body), and remedies as buttons.

    ``stands`` says whether its cause is still there; None where nothing takes it away.
    """

    title: str
    body: str = ""
    kind: MessageKind = MessageKind.INFO
    buttons: tuple[MessageButton, ...] = ()
    stands: Callable[[], bool] | None = field(default=None, compare=False)


class Messages(QObject):
    """Carries messages to whoever shows them; ``posted`` sends a ``Message``.

    Any thread may call it: the signal is delivered on the window's thread. ``looked_again`` asks
    for every message that is shown whether it still stands.
    """

    posted = Signal(object)
    looked_again = Signal()

    def tell(
        self,
        title: str,
        body: str = "",
        *,
        kind: MessageKind = MessageKind.INFO,
        buttons: Sequence[MessageButton] = (),
        stands: Callable[[], bool] | None = None,
    ) -> None:
        """Tell the user something, without stealing the focus."""
        told = Message(title=title, body=body, kind=kind, buttons=tuple(buttons), stands=stands)
        self.posted.emit(told)

    def look_again(self, _: object = None) -> None:
        """Take away what no longer stands: the project changed, or what there is to make it."""
        self.looked_again.emit()

    def error(self, error: PrismDeskError | str) -> None:
        """Tell what went wrong in the error's own sentence."""
        self.tell(str(error), kind=MessageKind.ERROR)

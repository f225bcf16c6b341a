"""What the file actions need of whoever shows the open project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from prismdesk.session.session import Session
    from prismdesk.ui.document import Document


class SessionHolder(Protocol):
    """Shows one session at a time and owns it."""

    @property
    def document(self) -> Document | None:
        """What is open."""

    @property
    def position_samples(self) -> int:
        """Where the playhead is; 0 where nothing is open."""

    @property
    def jobs_running(self) -> int:
        """How many takes are being made or wait to be, in the open project."""

    def show_session(self, session: Session) -> None:
        """Take a session over and show it; the one shown before is closed."""

    def close_document(self) -> None:
        """Close what is open and show that nothing is."""

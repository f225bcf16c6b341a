"""A desktop, and a holder that shows sessions without a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.session.preferences import PreferencesFile
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.background import Background
from prismdesk.ui.context import Desktop
from prismdesk.ui.document import Document
from prismdesk.ui.messages import Message, Messages
from prismdesk.ui.theme import DARK
from tests.media.export.films import noise_24, write_film

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.session.session import Session


class PlainHolder:
    """Holds a document and nothing else."""

    def __init__(self, messages: Messages) -> None:
        self._messages = messages
        self.document: Document | None = None
        self.position_samples = 0
        self.jobs_running = 0

    def show_session(self, session: Session) -> None:
        self.close_document()
        self.document = Document(session, self._messages)

    def close_document(self) -> None:
        if self.document is not None:
            self.document.close()
        self.document = None


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path) -> Iterator[Desktop]:
    messages = Messages()
    background = Background(messages)
    yield Desktop(
        theme=DARK,
        messages=messages,
        background=background,
        actions=Actions(DARK),
        preferences=PreferencesFile(tmp_path / "preferences.json"),
    )
    background.close()


@pytest.fixture
def told(desktop: Desktop) -> list[Message]:
    messages: list[Message] = []
    desktop.messages.posted.connect(messages.append)
    return messages


@pytest.fixture
def holder(desktop: Desktop) -> Iterator[PlainHolder]:
    holder = PlainHolder(desktop.messages)
    yield holder
    holder.close_document()


@pytest.fixture
def film(tmp_path: Path) -> Path:
    return write_film(tmp_path / "Pier.mov", sound=noise_24(96_000))

"""An open film of two seconds, and a desktop to export it from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.session.opening import create_session
from prismdesk.session.preferences import PreferencesFile
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.background import Background
from prismdesk.ui.context import Desktop
from prismdesk.ui.document import Document
from prismdesk.ui.messages import Messages
from prismdesk.ui.theme import DARK
from tests.media.export.films import noise_24, write_film

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


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
def document(desktop: Desktop, tmp_path: Path) -> Iterator[Document]:
    film = write_film(tmp_path / "Pier.mov", sound=noise_24(96_000, peak=0.2))
    document = Document(create_session(film, tmp_path / "project", name="Pier"), desktop.messages)
    yield document
    document.close()

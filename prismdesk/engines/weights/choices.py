"""What the user chose about models: folders added, licences accepted. Read here, never written.

The file is small and in the user's folder for settings; ``session.models`` writes it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

_MOST_BYTES = 1_000_000


class AcceptedLicence(BaseModel):
    """A licence that the user accepted for a model; ``date`` is as in ISO 8601."""

    model_config = ConfigDict(frozen=True)

    model: str
    licence: str
    date: str


class FetchedFile(BaseModel):
    """What was noted of a file when it was fetched: its SHA-256 and the publisher's revision."""

    model_config = ConfigDict(frozen=True)

    path: str
    sha256: str
    revision: str
    date: str


class Choices(BaseModel):
    """Folders added, in the order they are looked into, licences accepted, files fetched."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    folders: Annotated[tuple[str, ...], Field(max_length=100)] = ()
    accepted: Annotated[tuple[AcceptedLicence, ...], Field(max_length=10_000)] = ()
    fetched: Annotated[tuple[FetchedFile, ...], Field(max_length=10_000)] = ()


def choices_path() -> Path:
    """Return where the choices are kept."""
    return platformdirs.user_config_path("prismdesk", appauthor=False) / "models.json"


def read_choices() -> Choices:
    """Return the choices; none where the file is absent or damaged."""
    return read_checked_choices()[0]


def read_checked_choices() -> tuple[Choices, bool]:
    """Return the choices, and whether a file is there that can't be read."""
    path = choices_path()
    try:
        if path.stat().st_size > _MOST_BYTES:
            return Choices(), True
        return Choices.model_validate_json(path.read_bytes()), False
    except FileNotFoundError:
        return Choices(), False
    except (OSError, ValidationError):
        return Choices(), True


def own_folder() -> Path:
    """Return this program's folder for weights: ``PRISMDESK_MODELS``, else the user's own."""
    set_folder = os.environ.get("PRISMDESK_MODELS")
    if set_folder:
        return Path(set_folder)
    return platformdirs.user_data_path("prismdesk", appauthor=False) / "models"


def own_folder_free_bytes() -> int | None:
    """Return what is free on the disk of ``own_folder``; None where it doesn't say."""
    folder = own_folder()
    existing = next((one for one in (folder, *folder.parents) if one.is_dir()), folder)
    try:
        return shutil.disk_usage(existing).free
    except OSError:
        return None


def hub_folder() -> Path:
    """Return where huggingface_hub keeps what other programs downloaded, by its own rules."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if os.environ.get(variable):
            return Path(os.environ[variable]).expanduser()
    home = os.environ.get("HF_HOME")
    if home:
        return Path(home).expanduser() / "hub"
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache).expanduser() / "huggingface" / "hub"

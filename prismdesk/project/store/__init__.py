"""Projects on disk: the file, the journal, the lock, recovery."""

from prismdesk.project.store.errors import (
    FormatError,
    LockedError,
    NewerFormatError,
    StoreError,
    StoreWorkError,
)
from prismdesk.project.store.project_store import ProjectStore, ReadProject

__all__ = [
    "FormatError",
    "LockedError",
    "NewerFormatError",
    "ProjectStore",
    "ReadProject",
    "StoreError",
    "StoreWorkError",
]

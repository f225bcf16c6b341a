"""The processor by name, and versions of libraries; both without loading anything large."""

from __future__ import annotations

import platform
import re
from contextlib import suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MODEL_NAME = re.compile(r"^(?:model name|Model)\s*:\s*(.+)$", re.MULTILINE)


@cache
def processor_name() -> str:
    """Return the processor's name, e.g. ``AMD Ryzen 7 5800X``, or at least its kind."""
    with suppress(OSError):
        found = _MODEL_NAME.search(Path("/proc/cpuinfo").read_text("utf-8", "replace"))
        if found:
            return " ".join(found[1].split())
    return platform.processor() or platform.machine() or "processor"


@cache
def version_of(library: str) -> str:
    """Return the version of an installed library, empty if it isn't there."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""


def versions_of(libraries: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return the names and versions of those libraries that are installed."""
    return tuple((name, version_of(name)) for name in libraries if version_of(name))

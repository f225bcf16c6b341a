"""The last door: an error that nobody expected becomes a file and one sentence."""

from __future__ import annotations

import platform
import time
import traceback
from itertools import chain, count
from pathlib import Path

import platformdirs

import prismdesk


def write_crash_report(error: BaseException, *, folder: Path | None = None) -> Path | None:
    """Write what a maintainer needs to know about ``error`` into a new file.

    Args:
        error: the error that escaped, with its traceback.
        folder: where to write; None takes the user's log folder.

    Returns:
        The file, or None if it can't be written (the error is being told all the same).
    """
    folder = folder or Path(platformdirs.user_log_dir("prismdesk", appauthor=False))
    lines = [
        f"PrismDesk {prismdesk.__version__}, Python {platform.python_version()}",
        platform.platform(),
        "",
        *traceback.format_exception(error),
    ]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        report = _free_path(folder)
        report.write_text("\n".join(lines), encoding="utf-8")
    except OSError:
        return None
    return report


def _free_path(folder: Path) -> Path:
    stem = time.strftime("crash-%Y%m%d-%H%M%S")
    names = chain((f"{stem}.txt",), (f"{stem}-{number}.txt" for number in count(2)))
    return next(path for path in map(folder.joinpath, names) if not path.exists())

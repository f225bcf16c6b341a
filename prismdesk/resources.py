"""Where the data files that ship with the program lie."""

from __future__ import annotations

from pathlib import Path

from prismdesk.errors import InputError

_PACKAGE = Path(__file__).resolve().parent


def resource_path(name: str) -> Path:
    """Return the path of a data file, e.g. ``sample_film.toml``.

    A wheel carries the files inside the package; a checkout has them beside it.

    Args:
        name: path relative to ``resources/``, with forward slashes.

    Raises:
        InputError: there is no such file in either place.
    """
    for folder in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        path = folder / name
        if path.is_file():
            return path
    raise InputError(
        f"The program's own file resources/{name} is missing from {_PACKAGE}; "
        "install PrismDesk again."
    )

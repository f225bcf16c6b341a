"""Several WAVs written together: all of them appear, each checked, or none does."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.media.errors import MediaWorkError, write_trouble
from prismdesk.media.export.request import ExportRefusedError
from prismdesk.media.wav import partial_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

_FORBIDDEN_IN_NAMES = '/\\:*?"<>|'
_MAX_NAME_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class PartFile:
    """One of the files: what it is of (a bus, a region), and where it will lie."""

    name: str
    path: Path

    @property
    def partial(self) -> Path:
        """Where it is written until all are checked."""
        return partial_path(self.path)


def part_files(out: Path, names: Iterable[str]) -> tuple[PartFile, ...]:
    """Return ``STEM NAME.wav`` beside ``out`` for each name; equal names get a number.

    ::

        Pier.wav, (DX, FX)      Pier DX.wav, Pier FX.wav
    """
    parts: list[PartFile] = []
    taken: set[str] = set()
    for name in names:
        fit = _as_file_name(name)
        unique, number = fit, 2
        while unique.casefold() in taken:
            unique, number = f"{fit} {number}", number + 1
        taken.add(unique.casefold())
        parts.append(PartFile(name, out.with_name(f"{out.stem} {unique}.wav")))
    return tuple(parts)


def writes_together(parts: Sequence[PartFile]) -> AbstractContextManager[None]:
    """Give the files their names when the block inside ends well, else remove what it wrote.

    Raises:
        MediaWorkError: a file can't get its name; then none has it.
    """
    return _WritesTogether(parts)


class _WritesTogether:
    def __init__(self, parts: Sequence[PartFile]) -> None:
        self._parts = parts

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: object, _: object) -> None:
        try:
            if kind is None:
                self._give_names()
        finally:
            _remove(part.partial for part in self._parts)
        if isinstance(error, MediaWorkError):
            raise _about_the_target(error, self._parts) from error

    def _give_names(self) -> None:
        with ExitStack() as undo:
            for part in self._parts:
                if part.path.is_dir():
                    raise ExportRefusedError(f"{part.path} is a folder; choose another name.")
                is_new = not part.path.exists()
                try:
                    part.partial.replace(part.path)
                except OSError as error:
                    raise write_trouble(part.path, error) from error
                if is_new:
                    undo.callback(_remove, [part.path])
            undo.pop_all()


def _about_the_target(error: MediaWorkError, parts: Sequence[PartFile]) -> MediaWorkError:
    """Return the error with the names of the files beside the targets put right."""
    words = str(error)
    for part in parts:
        words = words.replace(str(part.partial), str(part.path))
    return MediaWorkError(words)


def _remove(paths: Iterable[Path] | Iterator[Path]) -> None:
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _as_file_name(name: str) -> str:
    fit = "".join("_" if c in _FORBIDDEN_IN_NAMES or not c.isprintable() else c for c in name)
    return fit.strip(" .")[:_MAX_NAME_CHARACTERS].strip() or "Untitled"

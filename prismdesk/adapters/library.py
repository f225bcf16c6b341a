"""All presets below any number of folders, each file read once for as long as it stays the same."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.adapters.card import EXAMPLE_SUFFIXES, PICTURE_SUFFIXES, Preset, beside
from prismdesk.adapters.finding import MAX_FILES, Candidate, candidate_at, candidates
from prismdesk.adapters.known_facts import Known, keep_known, look_into, read_known
from prismdesk.adapters.reference import hash_in, is_reference, name_in
from prismdesk.adapters.sidecar import (
    NO_SIDECAR,
    SidecarError,
    read_sidecar,
    sidecar_path,
    stem_of,
)
from prismdesk.errors import InputError
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MOST_NAMED = 6
_READ_BEFORE_KEEPING = 200
_LEAST_HASH_DIGITS = 8


class NoSuchPresetError(InputError):
    """No preset, or more than one, is meant by a text; the message says which there are."""


class Library:
    """The presets below some folders.

    Safe to be asked from several threads. What files say is kept in ``cache_path`` by path, size
    and time; sidecars, pictures and examples are small and looked at anew in every scan.

    Args:
        roots: folders; those that aren't there hold nothing.
        cache_path: where facts are kept; None keeps them only while the library lives.
        most_files: what comes after these in a root is left out.
    """

    def __init__(
        self,
        roots: Sequence[Path],
        cache_path: Path | None = None,
        *,
        most_files: int = MAX_FILES,
    ) -> None:
        self.roots = tuple(roots)
        self._most_files = most_files
        self._cache_path = cache_path
        self._scanning = threading.Lock()
        self._keeping = threading.RLock()
        self._known: dict[str, Known] | None = None
        self._unkept = 0
        self._presets: tuple[Preset, ...] | None = None
        self._by_digits: dict[str, list[Preset]] = {}

    def presets(self) -> tuple[Preset, ...]:
        """Return all presets, as they were when they were scanned last; by path."""
        found = self._presets
        return self.scan() if found is None else found

    def scan(
        self,
        progress: FractionDone = ignore_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> tuple[Preset, ...]:
        """Look at the folders anew, and return all presets; files that can't be used too.

        Args:
            progress: told the share of files that were looked at.
            cancelled: asked before each; what was read until then stays known.

        Raises:
            Cancelled: as told; the presets are those of the scan before.
        """
        with self._scanning:
            found = candidates(self.roots, cancelled, most_files=self._most_files)
            try:
                presets = []
                for number, candidate in enumerate(found):
                    raise_if_cancelled(cancelled)
                    presets.append(self._preset(candidate))
                    progress((number + 1) / len(found))
                self._forget_all_but(found)
            finally:
                self._keep()
            return self._hold(presets)

    def refresh(self, *paths: Path) -> tuple[Preset, ...]:
        """Look anew at some files alone, which came, went or were changed; return all presets.

        Args:
            paths: below the roots.
        """
        known = self.presets()
        with self._scanning:
            others = [preset for preset in self._presets or known if preset.path not in paths]
            found = (candidate_at(path, self._root_of(path)) for path in paths)
            changed = [self._preset(candidate) for candidate in found if candidate is not None]
            self._keep()
            return self._hold(others + changed)

    def find(self, text: str) -> Preset:
        """Return the preset of a reference, a hash, a name, or a path inside a root.

        A reference means what has its hash, whatever that is called now. Of copies, which hold
        the same, the one of the reference's name is taken, else the oldest.

        Raises:
            NoSuchPresetError: there is none, or presets that hold different things have the name.
        """
        presets = self.presets()
        if is_reference(text):
            return self._referred(hash_in(text), name_in(text))
        by_name = [one for one in presets if one.name == text] or [
            one for one in presets if one.name.casefold() == text.casefold()
        ]
        by_name = by_name or _at(presets, text) or _of_hash(presets, text)
        if not by_name:
            raise NoSuchPresetError(_none_called(text, presets))
        whole = [one for one in by_name if one.facts is not None] or by_name
        if len({one.content_sha256 or str(one.path) for one in whole}) > 1:
            told = ", ".join(f"{one.reference or one.name} in {one.path.parent}" for one in whole)
            raise NoSuchPresetError(
                f"Several presets are called “{text}”; say which by its reference or path: {told}."
            )
        return min(whole, key=_age)

    def look_at(self, path: Path) -> Preset:
        """Return one file or folder, wherever it lies, as a preset.

        Raises:
            InputError: it can't be a preset, or isn't there.
        """
        candidate = candidate_at(path, self._root_of(path))
        if candidate is None:
            raise InputError(f"{path} isn't there, or is no preset.")
        preset = self._preset(candidate)
        self._keep()
        return preset

    def _hold(self, presets: list[Preset]) -> tuple[Preset, ...]:
        by_digits: dict[str, list[Preset]] = {}
        for preset in presets:
            by_digits.setdefault(preset.hash, []).append(preset)
        held = tuple(sorted(presets, key=lambda preset: str(preset.path).casefold()))
        self._presets, self._by_digits = held, by_digits
        return held

    def _referred(self, digits: str, name: str) -> Preset:
        found = self._by_digits.get(digits)
        if not found:
            raise NoSuchPresetError(
                f"The preset {name} ({digits}) isn't in the library; bring its file, or take it "
                "off the region."
            )
        return next((one for one in found if one.name == name), min(found, key=_age))

    def _preset(self, candidate: Candidate) -> Preset:
        path = candidate.path
        known = self._facts(candidate)
        beside_it = sidecar_path(path)
        is_there = candidate.beside is None or beside_it.name in candidate.beside
        try:
            sidecar = read_sidecar(beside_it) if is_there else NO_SIDECAR
            problem = known.problem
        except SidecarError as error:
            sidecar, problem = NO_SIDECAR, known.problem or str(error)
        return Preset(
            name=stem_of(path),
            path=path,
            root=candidate.root,
            facts=known.facts,
            problem=problem,
            sidecar=sidecar,
            picture=beside(path, PICTURE_SUFFIXES, candidate.beside),
            example=beside(path, EXAMPLE_SUFFIXES, candidate.beside),
            changed_ns=_changed_ns(path),
        )

    def _facts(self, candidate: Candidate) -> Known:
        with self._keeping:
            known = self._kept().get(candidate.key)
        if known is not None:
            return known
        known = look_into(candidate.path)
        with self._keeping:
            self._kept()[candidate.key] = known
            self._unkept += 1
            is_much = self._unkept >= _READ_BEFORE_KEEPING
        if is_much:
            self._keep()
        return known

    def _kept(self) -> dict[str, Known]:
        if self._known is None:
            self._known = {} if self._cache_path is None else read_known(self._cache_path)
        return self._known

    def _keep(self) -> None:
        with self._keeping:
            if self._unkept and self._cache_path is not None:
                keep_known(self._cache_path, self._kept())
            self._unkept = 0

    def _forget_all_but(self, found: Iterable[Candidate]) -> None:
        """Forget what files below the roots said that are gone or were changed."""
        keys = {candidate.key for candidate in found}
        roots = tuple(f"{root.as_posix()}/" for root in self.roots)
        with self._keeping:
            kept = self._kept()
            below = (key for key in kept if key.replace("\\", "/").startswith(roots))
            for key in [key for key in below if key not in keys]:
                del kept[key]
                self._unkept += 1

    def _root_of(self, path: Path) -> Path:
        return next((root for root in self.roots if path.is_relative_to(root)), path.parent)


def _at(presets: tuple[Preset, ...], text: str) -> list[Preset]:
    path = Path(text)
    try:
        if not path.exists():
            return []
        return [one for one in presets if one.path.name == path.name and one.path.samefile(path)]
    except (OSError, ValueError):
        return []


def _of_hash(presets: tuple[Preset, ...], text: str) -> list[Preset]:
    digits = text.lower()
    is_hash = len(digits) >= _LEAST_HASH_DIGITS and all(one in "0123456789abcdef" for one in digits)
    return [one for one in presets if is_hash and one.content_sha256.startswith(digits)]


def _none_called(text: str, presets: tuple[Preset, ...]) -> str:
    names = list(dict.fromkeys(preset.name for preset in presets))
    if not names:
        return f"There is no preset “{text}”; the library is empty."
    more = len(names) - _MOST_NAMED
    known = ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"There is no preset “{text}”; there are: {known}."


def _age(preset: Preset) -> tuple[int, str]:
    return preset.changed_ns, str(preset.path)


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0

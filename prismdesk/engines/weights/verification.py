"""Reading weight files again and comparing them with what they should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from prismdesk.engines.weights.identity import checksums_of
from prismdesk.engines.weights.places import state_of
from prismdesk.engines.weights.wholeness import fault_of
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from prismdesk.engines.weights.model import Model, ModelFile
    from prismdesk.progress import IsCancelled

Outcome = Literal["right", "as fetched", "unknown", "wrong", "missing"]


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What became of checking one file.

    Attributes:
        file: what it should be.
        path: where it lies; None if it is missing.
        outcome: "right" by the published checksum, "as fetched" by the one noted when it was
            fetched, "unknown" without either, "wrong" or "missing".
        sha256: of its bytes now; empty if it is missing.
        fault: why it is wrong, as the rest of a sentence, where no checksum says so.
    """

    file: ModelFile
    path: Path | None
    outcome: Outcome
    sha256: str = ""
    fault: str = ""

    @property
    def is_good(self) -> bool:
        """Whether nothing speaks against it."""
        return self.outcome not in ("wrong", "missing")


def verify(
    model: Model,
    noted: Mapping[str, str],
    report: Callable[[str, float], None],
    cancelled: IsCancelled,
) -> tuple[FileCheck, ...]:
    """Read every file of a checkpoint again and compare its size and checksums.

    Args:
        model: which.
        noted: SHA-256 by path, noted when files were fetched.
        report: told the file's name and the share of all bytes that is read.
        cancelled: asked for every block.

    Raises:
        InputError: a file can't be read.
        Cancelled: as told.
    """
    state = state_of(model)
    present = dict(_present(model, state.paths))
    total_bytes = max(1, sum(path.stat().st_size for path in present.values()))
    done_bytes = 0
    checks: list[FileCheck] = []
    for file in model.leaves():
        path = present.get(file.id)
        if path is None:
            if not file.resource:
                checks.append(FileCheck(file, None, "missing"))
            continue
        size_bytes = path.stat().st_size
        before_bytes = done_bytes

        def tell(
            fraction: float,
            name: str = file.file_name,
            start: int = before_bytes,
            size: int = size_bytes,
        ) -> None:
            report(name, (start + fraction * size) / total_bytes)

        checks.append(_check(file, path, noted.get(str(path), ""), tell, cancelled))
        done_bytes += size_bytes
    return tuple(checks)


def _check(
    file: ModelFile,
    path: Path,
    noted_sha256: str,
    progress: Callable[[float], None],
    cancelled: IsCancelled,
) -> FileCheck:
    kinds = ("sha256", "md5") if file.md5 else ("sha256",)
    fault = ""
    try:
        sums = checksums_of(path, kinds, progress, cancelled)
        if file.custom_path is not None:
            fault = fault_of(path, cancelled)
    except OSError as error:
        raise InputError(f"{path} can't be read ({error.strerror}).") from error
    published = [(kind, known) for kind in kinds if (known := getattr(file, kind))]
    outcome: Outcome = "unknown"
    if published:
        is_right = all(sums[kind] == known for kind, known in published)
        outcome = "right" if is_right else "wrong"
    elif noted_sha256:
        outcome = "as fetched" if sums["sha256"] == noted_sha256 else "wrong"
    return FileCheck(file, path, "wrong" if fault else outcome, sums["sha256"], fault)


def _present(model: Model, paths: Mapping[str, Path]) -> Iterator[tuple[str, Path]]:
    """Yield every single file that is there, by its id."""
    for role, file in model.files.items():
        if role not in paths or file.resource:
            continue
        if not file.parts:
            yield file.id, paths[role]
        for part in file.parts:
            yield part.id, paths[role] / part.file_name

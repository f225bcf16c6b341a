"""A copy of an adapter's file that says of itself what its card says; its tensors stay."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prismdesk.engines.adapting.description import described_as, metadata_of
from prismdesk.errors import InputError, WorkError
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.adapters.card import Preset
    from prismdesk.engines.adapting.description import AdapterDescription

_BLOCK_BYTES = 4 << 20
_ALIGNMENT_BYTES = 8


def description_of(preset: Preset) -> AdapterDescription:
    """Return what a preset's card says, as a file states it.

    Raises:
        InputError: the preset can't be read.
    """
    if preset.facts is None:
        raise InputError(preset.problem)
    return replace(
        described_as(preset.facts),
        title=preset.name,
        description=preset.description,
        author=preset.author,
        licence=preset.licence,
        sound_from=preset.sound_from,
        trigger=preset.trigger,
        negative=preset.negative,
        tags=preset.tags,
        strength=preset.strength,
        base_model=preset.base_model,
    )


def write_described(preset: Preset, target: Path, cancelled: IsCancelled = never_cancelled) -> None:
    """Write a safetensors preset with its card's words as metadata, whole or not at all.

    Args:
        preset: a safetensors file that states its alpha.
        target: replaced if it is there.
        cancelled: asked for every few megabytes.

    Raises:
        InputError: the preset can't be read.
        WorkError: the file can't be written.
        Cancelled: as told; nothing is left.
    """
    about, facts = description_of(preset), preset.facts
    assert facts is not None
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        header, begin = _header(preset.path)
        metadata = metadata_of(
            about,
            rank=facts.rank,
            alpha=facts.alpha or 0.0,
            kind=facts.kind,
            tensors_sha256=_sum_from(preset.path, begin, cancelled),
        )
        scaling = {"scale": "stabilised"} if facts.rank_stabilised else {}
        own = json.loads(metadata["prismdesk"]) | scaling
        header["__metadata__"] = metadata | {"prismdesk": json.dumps(own, sort_keys=True)}
        text = json.dumps(header).encode()
        text += b" " * (-len(text) % _ALIGNMENT_BYTES)
        target.parent.mkdir(parents=True, exist_ok=True)
        with preset.path.open("rb") as source, partial.open("wb") as copy:
            source.seek(begin)
            copy.write(len(text).to_bytes(8, "little") + text)
            while block := source.read(_BLOCK_BYTES):
                raise_if_cancelled(cancelled)
                copy.write(block)
            copy.flush()
            os.fsync(copy.fileno())
        partial.replace(target)
    except OSError as error:
        raise WorkError(f"{target} can't be written ({error.strerror or error}).") from error
    finally:
        partial.unlink(missing_ok=True)


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file, or a folder with all in it, in one step.

    Raises:
        WorkError: it can't be read or written; nothing is left.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, partial, symlinks=False)
        else:
            shutil.copyfile(source, partial)
        partial.replace(target)
    except OSError as error:
        raise WorkError(f"{target} can't be written ({error.strerror or error}).") from error
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink(missing_ok=True)


def _header(path: Path) -> tuple[dict[str, Any], int]:
    """Return a file's header and where its tensors begin; the file was looked at before."""
    with path.open("rb") as file:
        length_bytes = int.from_bytes(file.read(8), "little")
        return json.loads(file.read(length_bytes)), 8 + length_bytes


def _sum_from(path: Path, begin: int, cancelled: IsCancelled) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        file.seek(begin)
        while block := file.read(_BLOCK_BYTES):
            raise_if_cancelled(cancelled)
            digest.update(block)
    return digest.hexdigest()

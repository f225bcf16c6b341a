"""What the user says of a preset: a JSON file beside it, ``NAME.json`` for ``NAME.safetensors``.

The names at the top are those that other programs for low-rank adapters read and write beside
such files (description, activation text, preferred weight, negative text, notes); what they don't
know stands under ``prismdesk``. Whatever else is in the file is kept as it is. What stands here
counts before what the preset's own file says.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from prismdesk.engines.adapting.description import printable
from prismdesk.errors import InputError, WorkError
from prismdesk.project.store.durable import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MAX_SIDECAR_BYTES = 1_000_000
MAX_TEXT_LENGTH = 20_000
MAX_TAGS = 100
_LONGEST_TAG = 200

_OURS = "prismdesk"
_TEXTS = {
    "description": "description",
    "trigger": "activation text",
    "negative": "negative text",
    "notes": "notes",
}
_OWN_TEXTS = {
    "licence": "licence",
    "sound_from": "sound_from",
    "author": "author",
    "base_model": "base_model",
}


class SidecarError(InputError):
    """A file beside a preset can't be read; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """What the user says of a preset; None where nothing is said, so that its file's word counts.

    Attributes:
        description: what it sounds like.
        trigger: words that call it up in a prompt, apart by commas.
        strength: at which it is used unless another is asked for.
        negative: words to keep away from.
        notes: anything.
        licence: under which it may be used, by name.
        allows_commercial_use: what the user says of that; None goes by the licence's name.
        sound_from: where the sound that it was trained on came from.
        author: whose it is.
        base_model: id of the checkpoint that it belongs to.
        tags: to find it by.
        is_favourite: whether it has a star.
        others: what else is in the file, by name, kept as it is.
    """

    description: str | None = None
    trigger: str | None = None
    strength: float | None = None
    negative: str | None = None
    notes: str | None = None
    licence: str | None = None
    allows_commercial_use: bool | None = None
    sound_from: str | None = None
    author: str | None = None
    base_model: str | None = None
    tags: tuple[str, ...] | None = None
    is_favourite: bool = False
    others: Mapping[str, Any] = field(default_factory=dict)


NO_SIDECAR = Sidecar()


def sidecar_path(preset: Path) -> Path:
    """Return where the sidecar of a preset's file, or folder, lies."""
    return preset.with_name(f"{stem_of(preset)}.json")


def stem_of(preset: Path) -> str:
    """Return a preset's name as its path has it: a file's without its ending."""
    return preset.name if preset.is_dir() else preset.stem


def read_sidecar(path: Path) -> Sidecar:
    """Return what a sidecar says; nothing where there is none.

    Raises:
        SidecarError: it can't be read; one sentence names the file and the field.
    """
    try:
        if path.stat().st_size > MAX_SIDECAR_BYTES:
            raise SidecarError(f"{path} is too large to describe a preset.")
        node = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return NO_SIDECAR
    except OSError as error:
        raise SidecarError(f"{path} can't be read ({error.strerror}).") from error
    except (ValueError, RecursionError) as error:
        raise SidecarError(f"{path} is damaged: it is no JSON.") from error
    if not isinstance(node, dict):
        raise SidecarError(f"{path} is no description of a preset: it holds no JSON object.")
    return _read(node, path)


def write_sidecar(path: Path, sidecar: Sidecar) -> None:
    """Put a sidecar on the disk, whole or not at all.

    Raises:
        WorkError: it can't be written.
    """
    # Half of a pair of surrogates, which JSON may hold and UTF-8 not, becomes an escape again.
    text = json.dumps(node_of(sidecar), indent=2, ensure_ascii=False)
    try:
        write_atomically(path, text.encode(errors="backslashreplace"))
    except OSError as error:
        raise WorkError(f"{path} can't be written ({error.strerror}).") from error


def node_of(sidecar: Sidecar) -> dict[str, Any]:
    """Return a sidecar as a JSON object; what isn't said is left out."""
    node: dict[str, Any] = dict(sidecar.others)
    own = node.pop(_OURS, {})
    own = dict(own) if isinstance(own, dict) else {}
    node |= _said(sidecar, _TEXTS)
    if sidecar.strength is not None:
        node["preferred weight"] = sidecar.strength
    own |= _said(sidecar, _OWN_TEXTS)
    if sidecar.allows_commercial_use is not None:
        own["allows_commercial_use"] = sidecar.allows_commercial_use
    if sidecar.tags is not None:
        own["tags"] = list(sidecar.tags)
    if sidecar.is_favourite:
        own["favourite"] = True
    return node | ({_OURS: own} if own else {})


def over(upper: Sidecar, lower: Sidecar) -> Sidecar:
    """Return what one sidecar says, and where it says nothing what another does."""
    names = (*_TEXTS, *_OWN_TEXTS, "strength", "allows_commercial_use", "tags")
    filled = {name: getattr(lower, name) for name in names if getattr(upper, name) is None}
    return replace(
        upper,
        **filled,
        is_favourite=upper.is_favourite or lower.is_favourite,
        others={**lower.others, **upper.others},
    )


def _said(sidecar: Sidecar, names: Mapping[str, str]) -> dict[str, str]:
    values = ((key, getattr(sidecar, name)) for name, key in names.items())
    return {key: text for key, text in values if text is not None}


def _read(node: dict[str, Any], path: Path) -> Sidecar:
    own = node.get(_OURS, {})
    if not isinstance(own, dict):
        raise SidecarError(f"{path}: {_OURS} must be an object.")
    texts = {one: _text(node, key, path) for one, key in _TEXTS.items()}
    own_texts = {one: _text(own, key, path) for one, key in _OWN_TEXTS.items()}
    known = {*_TEXTS.values(), "preferred weight", _OURS}
    own_known = {*_OWN_TEXTS.values(), "allows_commercial_use", "tags", "favourite"}
    others = {name: value for name, value in node.items() if name not in known}
    if own_others := {name: value for name, value in own.items() if name not in own_known}:
        others[_OURS] = own_others
    return Sidecar(
        **texts,
        **own_texts,
        strength=_strength(node, path),
        allows_commercial_use=_truth(own, "allows_commercial_use", path),
        tags=_tags(own, path),
        is_favourite=bool(_truth(own, "favourite", path)),
        others=others,
    )


def _text(node: dict[str, Any], name: str, path: Path) -> str | None:
    value = node.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > MAX_TEXT_LENGTH:
        raise SidecarError(f"{path}: {name} must be a text of at most {MAX_TEXT_LENGTH} letters.")
    return printable(value, MAX_TEXT_LENGTH)


def _truth(node: dict[str, Any], name: str, path: Path) -> bool | None:
    value = node.get(name)
    if value is not None and not isinstance(value, bool):
        raise SidecarError(f"{path}: {name} must be true or false.")
    return value


def _strength(node: dict[str, Any], path: Path) -> float | None:
    value = node.get("preferred weight")
    # Other programs write 0 where nobody said anything.
    if value is None or value == 0:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or abs(value) > 100:
        raise SidecarError(f"{path}: preferred weight must be a number.")
    return max(-1.0, min(2.0, float(value)))


def _tags(node: dict[str, Any], path: Path) -> tuple[str, ...] | None:
    value = node.get("tags")
    if value is None:
        return None
    is_list = isinstance(value, list) and len(value) <= MAX_TAGS
    if not is_list or not all(isinstance(one, str) and len(one) <= _LONGEST_TAG for one in value):
        raise SidecarError(f"{path}: tags must be a list of at most {MAX_TAGS} words.")
    tags = (printable(tag, _LONGEST_TAG) for tag in value)
    return tuple(dict.fromkeys(tag for tag in tags if tag))

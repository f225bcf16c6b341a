"""Which sizes a description of a network may state at all: absurd ones would never be built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import JsonValue

_LARGEST = 100_000_000
_LARGEST_OF = {
    "depth": 256,
    "fused_depth": 256,
    "xattn_depth": 256,
    "layers": 256,
    "num_layers": 256,
    "img_size": 2048,
    "image_size": 2048,
    "frame_px": 2048,
}
_LONGEST_LIST = 256
_DEEPEST = 10


def check_sizes_stated(node: JsonValue, path: Path, where: str) -> None:
    """Refuse numbers and lists beyond all that a network of sound has.

    Args:
        node: sizes, as the JSON states them.
        path: the JSON, for messages.
        where: the field, for messages; its last part decides how large a number may be.

    Raises:
        InputError: one is; the sentence names field and limit.
    """
    if isinstance(node, dict):
        for name, value in node.items():
            check_sizes_stated(value, path, f"{where}.{name[:40]}")
    elif isinstance(node, list):
        if len(node) > _LONGEST_LIST:
            raise InputError(f"{path}: {where} must have at most {_LONGEST_LIST} entries.")
        for value in node:
            check_sizes_stated(value, path, where)
    elif isinstance(node, (int, float)):
        largest = _LARGEST_OF.get(where.rpartition(".")[2], _LARGEST)
        if not -largest <= node <= largest:
            raise InputError(f"{path}: {where} must be at most {largest}.")
    if where.count(".") > _DEEPEST:
        raise InputError(f"{path}: {where} is nested too deeply.")

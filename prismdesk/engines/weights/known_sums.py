"""The checksum that a weight file should have: as published, or as noted when it was fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.weights.choices import read_choices

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.engines.weights.model import ModelFile


def known_sums(file: ModelFile, path: Path) -> Iterator[tuple[Path, str]]:
    """Yield each single file of a file or folder, with the SHA-256 it should have.

    Files of which none is known are left out.

    Args:
        file: what lies there.
        path: where.
    """
    noted = {one.path: one.sha256 for one in read_choices().fetched}
    for leaf in file.leaves():
        leaf_path = path / leaf.file_name if file.parts else path
        known = leaf.sha256 or noted.get(str(leaf_path), "")
        if known and leaf_path.is_file():
            yield leaf_path, known

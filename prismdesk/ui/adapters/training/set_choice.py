"""What a new run learns from: the selected regions, a set that is there, or sound files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.adapters.training_set import SET_FILE, TrainingSetError, read_set
from prismdesk.session.training_runs import sets_root
from prismdesk.session.training_sets import add_files, set_of_regions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.ids import RegionId
    from prismdesk.session.session import Session

_SOUNDS = [".wav", ".flac", ".aif", ".aiff", ".ogg", ".mp3", ".m4a", ".mov", ".mp4", ".mkv"]


@dataclass(frozen=True, slots=True)
class SetChoice:
    """One thing to learn from.

    Attributes:
        words: for people.
        pair_count: clips that are trained on; of regions, how many they are.
        folder: of a set that is there; None for one that is yet to be made.
        region_ids: regions to make a set of.
        files: sound files to make a set of.
    """

    words: str
    pair_count: int
    folder: Path | None = None
    region_ids: tuple[RegionId, ...] = ()
    files: tuple[Path, ...] = ()


def known_sets() -> tuple[SetChoice, ...]:
    """Return the sets of the user's folder, by name."""
    root = sets_root()
    folders = [path.parent for path in root.glob(f"*/{SET_FILE}")] if root.is_dir() else []
    found = [choice for folder in folders if (choice := choice_of_folder(folder)) is not None]
    return tuple(sorted(found, key=lambda one: one.words.casefold()))


def choice_of_folder(folder: Path) -> SetChoice | None:
    """Return a set that lies in a folder; None if there is none that can be read."""
    try:
        found = read_set(folder)
    except TrainingSetError:
        return None
    count = len(found.of_split("train"))
    return SetChoice(f"{found.name}, {clips_words(count)}", count, folder=folder)


def choice_of_regions(region_ids: Sequence[RegionId], name: str) -> SetChoice:
    """Return a set to be made of regions."""
    count = len(region_ids)
    words = f"Region {name}" if count == 1 else f"{count} selected regions"
    return SetChoice(words, count, region_ids=tuple(region_ids))


def choice_of_files(folder: Path) -> SetChoice | None:
    """Return a set to be made of the sound files in a folder; None if it holds none."""
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SOUNDS)
    if not files:
        return None
    return SetChoice(f"{folder.name}, {clips_words(len(files))}", len(files), files=tuple(files))


def make_set(
    choice: SetChoice,
    name: str,
    session: Session | None,
    progress: FractionDone,
    cancelled: IsCancelled,
) -> Path:
    """Return the folder of a choice's set, made if it isn't there.

    Raises:
        PrismDeskError: regions or files can't be used, or the disk refused.
        Cancelled: as told.
    """
    if choice.folder is not None:
        return choice.folder
    folder = _free_folder(name)
    if choice.region_ids and session is not None:
        set_of_regions(
            session, choice.region_ids, folder, name=name, progress=progress, cancelled=cancelled
        )
    else:
        add_files(folder, choice.files, progress=progress, cancelled=cancelled)
    return folder


def clips_words(count: int) -> str:
    """Return "1 clip" or "5 clips"."""
    return f"{count} clip{'s' * (count != 1)}"


def _free_folder(name: str) -> Path:
    plain = "".join(one if one.isalnum() else "-" for one in name.strip().lower()).strip("-")
    stem = sets_root() / (plain or "set")
    number, folder = 2, stem
    while folder.exists():
        folder, number = stem.with_name(f"{stem.name}-{number}"), number + 1
    return folder

"""Bringing adapters into the library in two steps: what lacks is told before they are taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.adapters.finding import candidate_at, candidates
from prismdesk.errors import InputError
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)
from prismdesk.session.preset_import import Imported, import_preset
from prismdesk.session.presets import library

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from prismdesk.adapters.card import Preset


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What some files and folders hold.

    Attributes:
        presets: that can be brought in, if what lacks is said.
        refused: why others can't, a sentence each.
    """

    presets: tuple[Preset, ...]
    refused: tuple[str, ...] = ()

    @property
    def without_alpha(self) -> tuple[Preset, ...]:
        """Those whose files state no alpha."""
        return tuple(preset for preset in self.presets if preset.lacks_alpha)

    @property
    def without_base(self) -> tuple[Preset, ...]:
        """Those that don't say which model they were trained on."""
        return tuple(
            preset for preset in self.presets if not preset.base_model and not preset.base_sha256
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the user says of presets that don't say it themselves.

    Attributes:
        alpha: of all that lack one; None if ``alpha_by_rank`` counts, or none is known.
        alpha_by_rank: alpha as so many times the rank; 0 for none.
        base: id of the model of all that name none; "" if none is known.
    """

    alpha: float | None = None
    alpha_by_rank: float = 0.0
    base: str = ""

    def alpha_of(self, preset: Preset) -> float | None:
        """Return the alpha that counts for a preset; None if its file states one or none is."""
        if not preset.lacks_alpha:
            return None
        if self.alpha is not None or not self.alpha_by_rank:
            return self.alpha
        return self.alpha_by_rank * preset.rank


def offer_of(paths: Iterable[Path], cancelled: IsCancelled = never_cancelled) -> Offered:
    """Return what can be brought in of some files and folders; nothing is written.

    Raises:
        InputError: they hold no adapter.
        Cancelled: as told.
    """
    presets, refused, names = [], [], []
    for path in paths:
        names.append(path.name)
        for source in _sources(path, cancelled):
            raise_if_cancelled(cancelled)
            preset = library().look_at(source)
            if preset.facts is None:
                refused.append(preset.problem)
            else:
                presets.append(preset)
    if not presets and not refused:
        raise InputError(f"{' and '.join(names[:3])} holds no adapter files.")
    return Offered(presets=tuple(presets), refused=tuple(refused))


def take_in(
    presets: Iterable[Preset],
    answers: Answers,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Imported:
    """Put presets into the library, each by its own name.

    Args:
        presets: as ``offer_of`` found them.
        answers: what the user said of them.
        progress: told the share that was brought in.
        cancelled: asked on the way.

    Raises:
        WorkError: the disk or a conversion failed.
        Cancelled: as told; what is in the library by then stays.
    """
    wanted = tuple(presets)
    brought, refused = [], []
    for number, preset in enumerate(wanted):
        raise_if_cancelled(cancelled)
        is_known = bool(preset.base_model or preset.base_sha256)
        try:
            brought.append(
                import_preset(
                    preset.path,
                    alpha=answers.alpha_of(preset),
                    base="" if is_known else answers.base,
                    cancelled=cancelled,
                )
            )
        except InputError as error:
            refused.append(str(error))
        progress((number + 1) / len(wanted))
    return Imported(presets=tuple(brought), refused=tuple(refused))


def _sources(path: Path, cancelled: IsCancelled) -> tuple[Path, ...]:
    if not path.is_dir():
        return (path,)
    inside = candidates((path,), cancelled)
    if inside:
        return tuple(one.path for one in inside)
    # A folder that PEFT wrote is an adapter itself.
    own = candidate_at(path, path.parent)
    return () if own is None else (path,)

"""Which presets are shown, in what order, and how each stands: worked out in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.adapters.search import Order, found
from prismdesk.engines.catalogue import capabilities_of, variant_of
from prismdesk.engines.errors import UnsupportedError
from prismdesk.engines.weights.one_look import one_look
from prismdesk.engines.weights.places import state_of
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled
from prismdesk.session.preset_fit import base_of, fits
from prismdesk.session.presets import library, uses_in

if TYPE_CHECKING:
    from prismdesk.adapters.card import Preset
    from prismdesk.engines.weights.model import Model
    from prismdesk.project.model import Project

_ASKED_EVERY = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for, and for which model.

    Attributes:
        text: words that must be there.
        only_fitting: those that fit the model.
        only_used: those that the project uses.
        only_favourites: those with a star.
        family: those of an engine; "" for all.
        order: of the list.
        engine, variant: the selected region's model; "" for none.
    """

    text: str = ""
    only_fitting: bool = False
    only_used: bool = False
    only_favourites: bool = False
    family: str = ""
    order: Order = Order.NEWEST
    engine: str = ""
    variant: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A preset as it stands in this project.

    Attributes:
        preset: which.
        misfit: why the wanted model can't use it, in a sentence; "" if it can or none is wanted.
        base: the checkpoint it belongs to, if one is known here.
        is_base_here: whether that is installed.
        region_count: how many regions of the project use it.
        copies: names of presets that hold the same.
    """

    preset: Preset
    misfit: str = ""
    base: Model | None = None
    is_base_here: bool = False
    region_count: int = 0
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What is shown.

    Attributes:
        entries: in order.
        total: how many presets there are.
        folders: how many folders they lie in.
        families: engines that presets are for.
        model_name: of the wanted model; "" for none.
        wanted: what was looked for.
    """

    entries: tuple[Entry, ...] = ()
    total: int = 0
    folders: int = 0
    families: tuple[str, ...] = ()
    model_name: str = ""
    wanted: Wanted = Wanted()


def look_up(wanted: Wanted, project: Project, cancelled: IsCancelled = never_cancelled) -> Listing:
    """Return what is shown of the library as it was scanned last.

    Args:
        wanted: what is looked for.
        project: whose regions count as uses.
        cancelled: asked on the way.

    Raises:
        Cancelled: as told.
    """
    with one_look():
        presets = library().presets()
        uses = uses_in(project)
        standing = _Standing(wanted)
        names = _names_by_content(presets)
        entries = []
        kept = found(presets, text=wanted.text, order=wanted.order)
        for number, preset in enumerate(kept):
            if number % _ASKED_EVERY == 0:
                raise_if_cancelled(cancelled)
            entry = standing.entry(
                preset, len(uses.get(preset.hash, ())) if preset.hash else 0, names
            )
            if _is_wanted(entry, wanted):
                entries.append(entry)
    return Listing(
        entries=tuple(entries),
        total=len(presets),
        folders=len({preset.root for preset in presets}),
        families=tuple(sorted({preset.family for preset in presets if preset.family})),
        model_name=standing.model_name,
        wanted=wanted,
    )


def family_name(family: str) -> str:
    """Return what an engine is called; its id where it isn't here."""
    try:
        return capabilities_of(family).name
    except UnsupportedError:
        return family


class _Standing:
    """Holds presets against the wanted model; those of one base are alike but for their names."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._bases: dict[tuple[str, str, str], tuple[Model | None, bool]] = {}
        self._fitting: set[tuple[str, str, str]] = set()
        self.model_name = _model_name(wanted.engine, wanted.variant)

    def entry(self, preset: Preset, uses: int, names: dict[str, tuple[str, ...]]) -> Entry:
        base, is_here = self._base(preset)
        same = names.get(preset.content_sha256, ()) if preset.content_sha256 else ()
        own = same.index(preset.name) if preset.name in same else -1
        return Entry(
            preset=preset,
            misfit=self._misfit(preset),
            base=base,
            is_base_here=is_here,
            region_count=uses,
            copies=tuple(name for number, name in enumerate(same) if number != own),
        )

    def _misfit(self, preset: Preset) -> str:
        wanted, key = self._wanted, _key(preset)
        if not wanted.engine or preset.facts is None or key in self._fitting:
            return ""
        misfit = fits(preset, wanted.engine, wanted.variant)
        if not misfit:
            self._fitting.add(key)
        return misfit

    def _base(self, preset: Preset) -> tuple[Model | None, bool]:
        key = _key(preset)
        if key not in self._bases:
            base = base_of(preset)
            self._bases[key] = (base, base is not None and state_of(base).is_installed)
        return self._bases[key]


def _key(preset: Preset) -> tuple[str, str, str]:
    """Return what decides which model a preset belongs to."""
    return preset.base_sha256, preset.base_model, preset.family


def _is_wanted(entry: Entry, wanted: Wanted) -> bool:
    preset = entry.preset
    return (
        not (wanted.only_fitting and (entry.misfit or preset.facts is None or preset.lacks_alpha))
        and not (wanted.only_used and not entry.region_count)
        and not (wanted.only_favourites and not preset.is_favourite)
        and (not wanted.family or preset.family == wanted.family)
    )


def _names_by_content(presets: tuple[Preset, ...]) -> dict[str, tuple[str, ...]]:
    names: dict[str, list[str]] = {}
    for preset in presets:
        if preset.content_sha256:
            names.setdefault(preset.content_sha256, []).append(preset.name)
    return {content: tuple(several) for content, several in names.items()}


def _model_name(engine: str, variant: str) -> str:
    if not engine:
        return ""
    try:
        offer = capabilities_of(engine)
    except UnsupportedError:
        return engine
    chosen = variant_of(offer, variant)
    return offer.name if chosen is None else chosen.name

"""Tells why a region isn't made, with buttons for what can be done about it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.catalogue import capabilities_of, engines_that_can
from prismdesk.project.edits import set_region_adapters, set_region_engine
from prismdesk.project.lookup import region_of
from prismdesk.session.adapter_files import refusal_of_adapters
from prismdesk.session.licences import use_refusal
from prismdesk.session.region_engine import engine_of
from prismdesk.ui.inspector.adapter_look import unfit_adapter
from prismdesk.ui.job_words import TASK_WORDS
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.models.device_watch import model_name

if TYPE_CHECKING:
    from prismdesk.project.model import Project, Region
    from prismdesk.session.licences import Refusal
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.inspector.adapter_look import AdapterLook
    from prismdesk.ui.making import Making
    from prismdesk.ui.messages import MessageButton

_MOST_ENGINES = 2
"""How many other engines are offered in one message."""


class RefusalMessages:
    """Shows refusals of regions; what its buttons change is an edit, and then the region is made.

    Args:
        document: the project.
        making: makes a region once something was done about it.
        desktop: messages and models.
    """

    def __init__(self, document: Document, making: Making, desktop: Desktop) -> None:
        self._document = document
        self._making = making
        self._desktop = desktop

    def tell(self, region: Region, reason: str) -> None:
        """Tell why a region isn't made."""
        if (refused := self._refused_use(region, reason)) is not None:
            self._making.use_refused.emit(region.id, refused)
            return
        is_unfit = reason == refusal_of_adapters(
            region.sounding_adapters, engine_of(region), region.variant
        )
        if is_unfit and self.tell_unfit_adapter(region):
            return
        told, buttons = self._remedies(region, reason)
        self._desktop.messages.tell(
            f"{TASK_WORDS[region.task]} isn't possible for “{region.name or 'this region'}”.",
            f"{told} The region is as it was.",
            kind=MessageKind.WARNING,
            buttons=buttons,
            stands=self._making.refusals.stands(region, reason),
        )

    def tell_unfit_adapter(self, region: Region) -> bool:
        """Tell which preset of a region doesn't fit its model, if one is what stands against it."""
        unfit = unfit_adapter(region.sounding_adapters, region.engine, region.variant)
        if unfit is None:
            return False
        buttons: list[MessageButton] = []
        if unfit.base is not None:
            base = unfit.base
            buttons = [(f"Use {base.name}", partial(self._use, region, base.engine, base.id))]
        buttons.append(("Remove it", partial(self._remove_adapter, region, unfit)))
        self._desktop.messages.tell(
            unfit.problem,
            f"{unfit.name} was not applied and nothing was made; “{region.name or 'the region'}” "
            "keeps its adapters.",
            kind=MessageKind.WARNING,
            buttons=buttons,
        )
        return True

    def _refused_use(self, region: Region, reason: str) -> Refusal | None:
        """Return the refusal of what the project is for, if that is the reason."""
        use = self._document.project.use
        refused = use_refusal(use, engine_of(region), region.variant, region.sounding_adapters)
        return refused if refused is not None and refused.sentence == reason else None

    def _remedies(self, region: Region, reason: str) -> tuple[str, list[MessageButton]]:
        """Return the words and the buttons for a reason: other engines, or the missing weights."""
        able = [
            offer
            for offer in engines_that_can(EngineTask(region.task.value))
            if offer.id != region.engine
            and not self._making.refusals.of(replace(region, engine=offer.id, variant=""))
        ]
        others: list[MessageButton] = [
            (f"Use {offer.name}", partial(self._use, region, offer.id))
            for offer in able[:_MOST_ENGINES]
        ]
        missed = self._making.refusals.missed_weights(region, reason)
        if missed is None:
            return reason, others
        models = self._desktop.models
        return f"{missed.model.name}: {missed.words[:1].lower()}{missed.words[1:]}", [
            ("Get weights…", partial(models.want_terms, missed.model.id)),
            ("Use a folder…", models.want_folder),
            *others[:1],
        ]

    def _remove_adapter(self, region: Region, unfit: AdapterLook) -> None:
        def change(project: Project) -> Project:
            now = region_of(project, region.id)
            kept = tuple(one for one in now.adapters if one[0] != unfit.reference)
            return set_region_adapters(project, region.id, kept)

        if self._document.apply(f"Take {unfit.name} off", change):
            self._making.make(region.id, region.task)

    def _use(self, region: Region, engine: str, variant: str = "") -> None:
        label = f"Use {model_name(variant) if variant else capabilities_of(engine).name}"
        if self._document.apply(label, lambda p: set_region_engine(p, region.id, engine, variant)):
            self._making.make(region.id, region.task)

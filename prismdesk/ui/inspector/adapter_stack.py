"""The presets of a region: switched, weighed, ordered, added by search, their words offered."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from prismdesk.project.edits import (
    set_region_adapter_muted,
    set_region_adapters,
    set_region_engine,
    set_region_prompt,
)
from prismdesk.project.lookup import region_of
from prismdesk.session.presets import avoiding_of, words_with_triggers
from prismdesk.ui.adapters.use import has_preset, with_preset
from prismdesk.ui.icons import IconName
from prismdesk.ui.inspector.adapter_look import fitting_presets, look_at_adapters
from prismdesk.ui.inspector.adapter_row import AdapterRow
from prismdesk.ui.inspector.adapter_search import AdapterSearch
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.buttons import KeyButton
from prismdesk.ui.widgets.flow_layout import FlowLayout
from prismdesk.ui.widgets.labels import section_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.adapters.card import Preset
    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.project.model import Project, Region
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.inspector.adapter_look import AdapterLook
    from prismdesk.ui.pending_edits import PendingEdits


class AdapterStack(QWidget):
    """Edits a region's presets through the document; each change is a step that can be undone.

    Args:
        document: the project.
        desktop: colours, long work, the shelf of presets.
        pending: strengths that are being set: one step per pause.
    """

    def __init__(self, document: Document, desktop: Desktop, pending: PendingEdits) -> None:
        super().__init__()
        self._document = document
        self._desktop = desktop
        self._pending = pending
        self._region: Region | None = None
        self._model = ("", "")
        self._looks: dict[str, AdapterLook] = {}
        self._looked_for: tuple[object, ...] = ()
        self._looking: BackgroundTask[tuple[AdapterLook, ...]] | None = None
        self.rows: dict[str, AdapterRow] = {}
        theme = desktop.theme
        self.title = section_label("Adapters")
        self.add = KeyButton("Add…", theme, kind="small", icon_name=IconName.PLUS)
        self.add.setAccessibleName("Add an adapter")
        self.add.clicked.connect(self.open_search)
        self.say_triggers = KeyButton("", theme, kind="small", icon_name=IconName.PLUS)
        self.say_triggers.clicked.connect(self._say_triggers)
        self.avoid_too = KeyButton("", theme, kind="small", icon_name=IconName.PLUS)
        self.avoid_too.clicked.connect(self._avoid_too)
        self._list = column(spacing_px=4)
        self._offers = FlowLayout(spacing_px=6)
        for button in (self.say_triggers, self.avoid_too):
            self._offers.addWidget(button)
        self._offer_part = QWidget()
        self._offer_part.setLayout(self._offers)
        whole = column(spacing_px=4)
        whole.addLayout(row(self.title, None, self.add))
        whole.addLayout(self._list)
        whole.addWidget(self._offer_part)
        self.setLayout(whole)
        desktop.presets.changed.connect(self._look_again)
        desktop.presets.work_changed.connect(self._look_again)
        desktop.models.changed.connect(self._look_again)

    def show_region(self, region: Region, engine: Capabilities) -> None:
        """Show a region's presets; nothing where its engine takes none and it has none."""
        self._region = region
        self._model = (engine.id, region.variant)
        self.setVisible(engine.takes_adapters or bool(region.adapters))
        self.add.setEnabled(engine.takes_adapters)
        self.add.setToolTip("" if engine.takes_adapters else f"{engine.name} takes no adapters.")
        self._show_rows(region)
        self._show_offers()
        self._look()

    def open_search(self) -> None:
        """List the presets that fit, to add one."""
        if self._region is None:
            return
        popup = AdapterSearch(self._desktop.theme, self)
        popup.chosen.connect(self._add)
        popup.library_wanted.connect(self._show_library)
        popup.show_below(self.add)
        engine, variant = self._model
        region = self._region
        self._desktop.background.run(
            "Looking for presets",
            lambda *_: tuple(
                one for one in fitting_presets(engine, variant) if not has_preset(region, one)
            ),
            done=popup.show_presets,
            quiet=True,
            owner=popup,
        )

    def _show_rows(self, region: Region) -> None:
        wanted = [reference for reference, _ in region.adapters]
        if list(self.rows) != wanted:
            for reference in [one for one in self.rows if one not in wanted]:
                gone = self.rows.pop(reference)
                gone.hide()
                gone.deleteLater()
            known = {ref: self.rows.get(ref) or self._new_row(ref) for ref in wanted}
            for one in self.rows.values():
                self._list.removeWidget(one)
            self.rows = known
            for one in known.values():
                self._list.addWidget(one)
                one.show()
        for number, (reference, strength) in enumerate(region.adapters):
            one = self.rows[reference]
            one.show_state(
                strength,
                is_on=reference not in region.muted_adapters,
                is_typed=self._pending.has(f"adapter {reference}"),
            )
            one.show_place(is_first=not number, is_last=number + 1 == len(wanted))
            one.show_look(self._looks.get(reference))

    def _new_row(self, reference: str) -> AdapterRow:
        made = AdapterRow(reference, self._desktop.theme)
        made.switched.connect(partial(self._switch, reference))
        made.strength_changed.connect(partial(self._weigh, reference))
        made.removed.connect(partial(self._remove, reference))
        made.moved.connect(partial(self._move, reference))
        made.shown.connect(partial(self._desktop.presets.show, reference))
        made.base_wanted.connect(partial(self._use_base, reference))
        made.library_wanted.connect(partial(self._bring_in, reference))
        return made

    def _look_again(self) -> None:
        self._looked_for = ()
        self._look()

    def _look(self) -> None:
        """Find out in a thread how each stands, unless that is known."""
        region, shelf = self._region, self._desktop.presets
        if region is None or not region.adapters:
            return
        if not shelf.is_known:
            shelf.look_once(self._desktop)
            return
        wanted = (tuple(reference for reference, _ in region.adapters), self._model)
        if wanted == self._looked_for:
            return
        self._looked_for = wanted
        if self._looking is not None:
            self._looking.forget()
        adapters, model = region.adapters, self._model
        self._looking = self._desktop.background.run(
            "Looking at presets",
            lambda *_: look_at_adapters(adapters, *model),
            done=self._take_up,
            quiet=True,
            owner=self,
        )

    def _take_up(self, looks: tuple[AdapterLook, ...]) -> None:
        self._looking = None
        self._looks = {one.reference: one for one in looks}
        for reference, one in self.rows.items():
            one.show_look(self._looks.get(reference))
        self._show_offers()

    def _sounding(self) -> tuple[Preset, ...]:
        """Return the presets that are on and can be used."""
        region = self._region
        if region is None:
            return ()
        looks = (self._looks.get(reference) for reference, _ in region.sounding_adapters)
        return tuple(
            one.preset for one in looks if one and one.preset is not None and not one.problem
        )

    def _show_offers(self) -> None:
        """Offer the words of presets that prompt and chips lack."""
        region = self._region
        if region is None:
            return
        presets = self._sounding()
        lacking = [
            word
            for preset in presets
            for word in preset.trigger_words
            if word.casefold() not in region.prompt.casefold()
        ]
        words = ", ".join(dict.fromkeys(lacking))
        self.say_triggers.setText(f"Say “{words}” in the prompt")
        self.say_triggers.setVisible(bool(words))
        avoided = avoiding_of(region.negative_prompt, presets)
        new = avoided.removeprefix(region.negative_prompt.strip()).strip(" ,")
        self.avoid_too.setText(f"Avoid “{new}”")
        self.avoid_too.setVisible(bool(new))
        self._offer_part.setVisible(bool(words or new))

    def _edit(self, label: str, edit: Callable[[Project, Region], Project]) -> None:
        self._pending.flush()
        region = self._region
        if region is not None:
            self._document.apply(label, lambda p: edit(p, region_of(p, region.id)))

    def _add(self, preset: Preset) -> None:
        self._edit(f"Use {preset.name}", lambda p, r: with_preset(p, r.id, preset))

    def _switch(self, reference: str, is_on: bool) -> None:
        label = f"Switch {self._name(reference)} {'on' if is_on else 'off'}"
        self._edit(
            label, lambda p, r: set_region_adapter_muted(p, r.id, reference, muted=not is_on)
        )

    def _weigh(self, reference: str, strength: float) -> None:
        region = self._region
        if region is None:
            return
        region_id = region.id

        def change(project: Project) -> Project:
            now = region_of(project, region_id)
            stack = tuple(
                (one, strength if one == reference else before) for one, before in now.adapters
            )
            return set_region_adapters(project, region_id, stack)

        label = f"Strength of {self._name(reference)}"
        self._pending.put(f"adapter {reference}", lambda: self._document.apply(label, change))

    def _remove(self, reference: str) -> None:
        self._edit(
            f"Take {self._name(reference)} off",
            lambda p, r: set_region_adapters(
                p, r.id, tuple(one for one in r.adapters if one[0] != reference)
            ),
        )

    def _move(self, reference: str, by: int) -> None:
        def change(project: Project, region: Region) -> Project:
            stack = list(region.adapters)
            place = next(n for n, one in enumerate(stack) if one[0] == reference)
            other = place + by
            if not 0 <= other < len(stack):
                return project
            stack[place], stack[other] = stack[other], stack[place]
            return set_region_adapters(project, region.id, tuple(stack))

        self._edit(f"Move {self._name(reference)}", change)

    def _use_base(self, reference: str) -> None:
        look = self._looks.get(reference)
        if look is not None and look.base is not None:
            base = look.base
            self._edit(
                f"Use {base.name}", lambda p, r: set_region_engine(p, r.id, base.engine, base.id)
            )

    def _bring_in(self, reference: str) -> None:
        look = self._looks.get(reference)
        if look is not None and look.preset is not None:
            self._desktop.presets.bring_in(look.preset, self._desktop)

    def _say_triggers(self) -> None:
        presets = self._sounding()
        self._edit(
            "Say trigger words",
            lambda p, r: set_region_prompt(p, r.id, words_with_triggers(r.prompt, presets)),
        )

    def _avoid_too(self) -> None:
        presets = self._sounding()
        self._edit(
            "Avoid what presets avoid",
            lambda p, r: set_region_prompt(
                p, r.id, r.prompt, avoiding_of(r.negative_prompt, presets)
            ),
        )

    def _name(self, reference: str) -> str:
        one = self.rows.get(reference)
        return reference if one is None else one.name.text()

    def _show_library(self) -> None:
        self._desktop.actions.trigger("view.adapters")

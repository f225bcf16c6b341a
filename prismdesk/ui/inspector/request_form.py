"""What is wanted for a region: task, prompt, engine, settings, seed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.engines.capabilities import Capabilities, EngineInput, EngineTask
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.engines.errors import UnsupportedError
from prismdesk.project.edits import (
    set_region_engine,
    set_region_prompt,
    set_region_seed,
    set_region_settings,
    set_region_task,
)
from prismdesk.project.lookup import region_of
from prismdesk.project.model import Task
from prismdesk.session.avoiding import avoided_at_first
from prismdesk.session.refusals import why_not
from prismdesk.session.region_engine import engine_of, first_engine
from prismdesk.ui.inspector.avoid_chips import AvoidChips
from prismdesk.ui.inspector.engine_row import EngineRow
from prismdesk.ui.inspector.mask_row import MASK_SETTINGS
from prismdesk.ui.inspector.picture_row import PictureRow
from prismdesk.ui.inspector.prompt_field import PromptField
from prismdesk.ui.inspector.region_header import TASK_ICONS
from prismdesk.ui.inspector.seed_row import SeedRow
from prismdesk.ui.inspector.settings_form import COLUMNS, SettingsForm
from prismdesk.ui.inspector.suggestion_group import SuggestionGroup
from prismdesk.ui.job_words import TASK_WORDS
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.arranging import column, wrapped_label
from prismdesk.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from prismdesk.project.model import Project, Region, SettingValue
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.making import Making
    from prismdesk.ui.pending_edits import PendingEdits

_CELL_PX = 118


class RequestForm(QWidget):
    """Edits the region through the document; typing is merged into one step per pause.

    Args:
        document: the project.
        making: what can be made.
        desktop: colours, histories.
        pending: what is being typed.
    """

    def __init__(
        self, document: Document, making: Making, desktop: Desktop, pending: PendingEdits
    ) -> None:
        super().__init__()
        self._document = document
        self._pending = pending
        self._region: Region | None = None
        theme, preferences = desktop.theme, desktop.preferences
        self._preferences = preferences
        self.task: SegmentedControl[Task] = SegmentedControl(
            "Task",
            [(task, words, TASK_ICONS[task]) for task, words in TASK_WORDS.items()],
            theme,
            colours=[theme.task(task).wave for task in TASK_WORDS],
        )
        self.prompt = PromptField(
            "Prompt", preferences, theme, table=lambda: document.project.prompts, lines=2
        )
        self.avoid = AvoidChips(preferences, theme)
        self.suggestions = SuggestionGroup(theme, document.times.timecode)
        self.no_prompt = wrapped_label(kind="faint")
        self.picture = PictureRow(document, desktop, pending)
        self.engine = EngineRow(making, desktop.models, theme)
        self.settings = SettingsForm(theme)
        self.seed = SeedRow(making, theme)
        layout = column(
            self.task,
            self.prompt,
            self.avoid,
            self.no_prompt,
            self.suggestions,
            self.picture,
            self.engine,
            self.settings,
            self.seed,
            spacing_px=10,
        )
        self.setLayout(layout)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._tie()

    def show_region(self, region: Region) -> None:
        """Show what a region says."""
        self._region = region
        engine = self.engine_of(region)
        self.task.set_value(region.task)
        for task in TASK_WORDS:
            reason = why_not(engine.id, EngineTask(task.value))
            button = self.task.button(task)
            button.setToolTip(reason)
            button.setAccessibleDescription(reason)
        self._show_prompts(region, engine)
        self.picture.show_region(region, engine)
        self.engine.show_region(region, engine)
        self.settings.show_settings(self._without_picture(engine), dict(region.settings))
        self.seed.show_region(region)

    def remember_prompts(self) -> None:
        """Put what was asked for first in the histories."""
        if not self.prompt.isHidden():
            self.prompt.remember()
        if not self.avoid.isHidden():
            self.avoid.remember()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Lay as many settings side by side as there is room for."""
        columns = max(1, min(COLUMNS, self.width() // scaled_px(_CELL_PX)))
        self.settings.set_columns(columns)

    def _tie(self) -> None:
        self.task.chosen.connect(self._set_task)
        self.prompt.typed.connect(lambda words: self._type(prompt=words))
        self.avoid.typed.connect(lambda words: self._type(avoid=words))
        self.prompt.left.connect(self._pending.flush)
        self.avoid.left.connect(self._pending.flush)
        self.engine.chosen.connect(self._set_engine)
        self.settings.changed.connect(self._set_setting)
        self.picture.masking.setting_changed.connect(self._set_setting)
        self.seed.seed_changed.connect(self._set_seed)

    def engine_of(self, region: Region) -> Capabilities:
        """Return the engine of a region; the one it gets where it has none that is here."""
        try:
            return capabilities_of(engine_of(region))
        except UnsupportedError:
            return capabilities_of(first_engine(region))

    def _show_prompts(self, region: Region, engine: Capabilities) -> None:
        takes_text = EngineInput.TEXT in engine.inputs
        self.prompt.setVisible(takes_text)
        self.avoid.setVisible(EngineInput.NEGATIVE_TEXT in engine.inputs)
        self.no_prompt.setVisible(not takes_text)
        self.no_prompt.setText(
            f"{engine.name} takes no prompt: it works from the sound around the region."
        )
        if not self._pending.has("prompt"):
            self.prompt.show_words(region.prompt)
        if not self._pending.has("avoid"):
            self.avoid.show_words(region.negative_prompt)

    def _without_picture(self, engine: Capabilities) -> Capabilities:
        """Return an engine without the settings that the picture's row shows."""
        if not self.picture.is_wanted(engine):
            return engine
        shown = tuple(spec for spec in engine.settings if spec.name not in MASK_SETTINGS)
        return replace(engine, settings=shown)

    def _edit(self, label: str, edit: Callable[[Project, Region], Project]) -> None:
        self._pending.flush()
        region = self._region
        if region is not None:
            # The region as the project has it then: what is shown may be a moment behind.
            self._document.apply(label, lambda p: edit(p, region_of(p, region.id)))

    def _set_task(self, task: object) -> None:
        if isinstance(task, Task):
            words = TASK_WORDS[task]
            self._edit(f"{words} instead", lambda p, r: set_region_task(p, r.id, task))

    def _set_engine(self, engine: str, variant: str) -> None:
        def change(project: Project, region: Region) -> Project:
            changed = set_region_engine(project, region.id, engine, variant)
            if engine == region.engine:
                return changed
            changed = self._with_avoided(changed, region, engine)
            # Another engine's settings mean something else, even under the same name.
            return set_region_settings(changed, region.id, {})

        self._edit(f"Use {capabilities_of(engine).name}", change)

    def _with_avoided(self, project: Project, region: Region, engine: str) -> Project:
        """Have effects avoid what they usually do, from the first engine on that heeds it."""
        heeded_before = EngineInput.NEGATIVE_TEXT in self.engine_of(region).inputs
        if heeded_before or region.takes or region.negative_prompt:
            return project
        usual = self._preferences.now.avoid_at_first
        offer = capabilities_of(engine)
        avoid = avoided_at_first(project, region.track_id, region.task, offer, usual)
        return set_region_prompt(project, region.id, region.prompt, avoid) if avoid else project

    def _set_setting(self, name: str, value: SettingValue) -> None:
        region = self._region
        if region is None:
            return
        spec = {one.name: one for one in self.engine_of(region).settings}[name]

        def change(project: Project, region: Region) -> Project:
            settings = dict(region.settings) | {name: value}
            if value == spec.default:
                settings.pop(name)
            return set_region_settings(project, region.id, settings)

        self._edit(f"Set {spec.label.lower()}", change)

    def _set_seed(self, seed: int | None) -> None:
        label = "Let the seed be new" if seed is None else "Set seed"
        self._edit(label, lambda p, r: set_region_seed(p, r.id, seed))

    def _type(self, *, prompt: str | None = None, avoid: str | None = None) -> None:
        region = self._region
        if region is None:
            return
        region_id = region.id

        def change(project: Project) -> Project:
            now = region_of(project, region_id)
            words = now.prompt if prompt is None else prompt
            return set_region_prompt(project, region_id, words, avoid)

        field, label = ("avoid", "Edit what to avoid") if prompt is None else ("prompt", "Prompt")
        self._pending.put(field, lambda: self._document.apply(label, change))

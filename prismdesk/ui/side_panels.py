"""The panels behind the inspector, each built when it is first shown or first needed."""

from __future__ import annotations

from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from prismdesk.ui.adapters.hearing import ExampleHearing
from prismdesk.ui.adapters.training.words import NO_RUN_SHOWN, NO_SET_SHOWN, NOTHING_TRAINED
from prismdesk.ui.models.warm_up import SelectedWarmUp
from prismdesk.ui.panel_dock import PanelDock

if TYPE_CHECKING:
    from prismdesk.jobs.training.desk import Piece
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Region, RegionStatus
    from prismdesk.ui.adapters.panel import AdaptersPanel
    from prismdesk.ui.adapters.training.commands import TrainingCommands
    from prismdesk.ui.adapters.training.side import TrainingSide
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.models.device_watch import DeviceWatch
    from prismdesk.ui.models.panel import ModelsPanel
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.sound_making import SoundMaking
    from prismdesk.ui.spotting.panel import SpottingPanel
    from prismdesk.ui.transport import Transport


class SidePanels(QObject):
    """Spotting list, models and presets with their training: who asks for one has it built.

    What has to listen from the start listens here; the panels' modules are imported with them.

    Attributes:
        hearing: plays sound files for presets and training.
        docks: by their keys; a dock that is first shown has its panel built.

    Args:
        document: the project.
        selection: the region that is worked on.
        transport: playback.
        sound: the jobs, and what is heard.
        device: knows what is loaded.
        desktop: what every panel may need.
        parent: owns it.
    """

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        sound: SoundMaking,
        device: DeviceWatch,
        desktop: Desktop,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._selection = selection
        self._transport = transport
        self._sound = sound
        self._device = device
        self._desktop = desktop
        self.hearing = ExampleHearing(document, transport, sound.audition, desktop, self)
        self.docks = {
            key: PanelDock(name, key, None, desktop.theme, make=partial(getattr, self, key))
            for key, name in (
                ("spotting", "Spotting"),
                ("models", "Models"),
                ("adapters", "Adapters"),
            )
        }
        sound.batches.windows.chosen_rows = self.chosen_regions
        self._bind_actions()
        self._tie()

    @cached_property
    def spotting(self) -> SpottingPanel:
        """The spotting list."""
        from prismdesk.ui.spotting.panel import SpottingPanel

        panel = SpottingPanel(
            self._document, self._selection, self._transport, self._desktop, self._status_of
        )
        self._sound.region_jobs.changed.connect(lambda _: panel.refresh_when_seen())
        self.docks["spotting"].hold(panel)
        return panel

    @cached_property
    def models(self) -> ModelsPanel:
        """The panel of models."""
        from prismdesk.ui.models.panel import ModelsPanel

        panel = ModelsPanel(self._document, self._selection, self._desktop, self._device)
        dock = self.docks["models"]
        dock.hold(panel)
        dock.visibilityChanged.connect(panel.look_if_stale)
        return panel

    @property
    def adapters(self) -> AdaptersPanel:
        """The library of presets, with what trains them beside it."""
        return self._presets[0]

    @property
    def training(self) -> TrainingSide:
        """What shows training."""
        return self._presets[1]

    @property
    def training_commands(self) -> TrainingCommands:
        """What the user does about training."""
        return self._presets[2]

    @cached_property
    def _presets(self) -> tuple[AdaptersPanel, TrainingSide, TrainingCommands]:
        from prismdesk.ui.adapters.panel import AdaptersPanel
        from prismdesk.ui.adapters.training.commands import TrainingCommands
        from prismdesk.ui.adapters.training.side import TrainingSide

        document, selection, desktop = self._document, self._selection, self._desktop
        panel = AdaptersPanel(document, selection, self.hearing, desktop)
        side = TrainingSide(self.hearing, desktop)
        panel.set_training_side(side)
        commands = TrainingCommands(document, selection, self.chosen_regions, side, desktop)
        commands.bind_actions()
        panel.train_wanted.connect(commands.new)
        panel.library.run_card.opened.connect(self._show_run)
        side.seen_wanted.connect(self.show_training)
        dock = self.docks["adapters"]
        dock.hold(panel)
        dock.visibilityChanged.connect(panel.library.look_if_seen)
        return panel, side, commands

    def chosen_regions(self) -> tuple[RegionId, ...]:
        """Return the regions whose rows are selected in the spotting list."""
        return self.spotting.chosen_regions()

    def show_models(self) -> None:
        """Show the models, with the keyboard where one is looked for."""
        self._show_models_panel()
        self.models.show_list()

    def show_training(self) -> None:
        """Show what is trained."""
        self._show_adapters_panel()
        self.adapters.show_training()

    def show_adapters(self) -> None:
        """Show the presets, with the keyboard where one is looked for."""
        self._show_adapters_panel()
        self.adapters.take_focus()
        self.adapters.library.look_if_seen()

    def import_presets(self) -> None:
        """Ask for adapter files to bring into the library."""
        self._show_adapters_panel()
        self.adapters.library.importing.ask()

    def close(self) -> None:
        """Play no file and hear of no training any more."""
        self.hearing.close()
        self._desktop.training.changed.disconnect(self._follow_training)

    def _bind_actions(self) -> None:
        actions, device = self._desktop.actions, self._device
        warm_up = SelectedWarmUp(self._document, self._selection, self._desktop, device)
        actions.bind("view.models", self.show_models)
        actions.bind("view.model_add", self._add_checkpoint)
        actions.bind("view.model_folder", self._desktop.models.want_folder)
        actions.bind("view.model_warm_up", warm_up.begin, enabled=warm_up.why_not)
        actions.bind("view.model_unload", device.unload, enabled=device.why_not_unload)
        actions.bind("view.adapters", self.show_adapters)
        actions.bind("presets.import", self.import_presets)
        actions.bind("train.new", self._train_new)
        # Bound anew by those that do them, once these are there.
        for action_id, reason in (
            ("train.pause", NO_RUN_SHOWN),
            ("train.stop", NOTHING_TRAINED),
            ("train.add_regions", NO_SET_SHOWN),
        ):
            actions.bind(action_id, self.show_training, enabled=partial(str, reason))

    def _tie(self) -> None:
        shelf, desktop = self._desktop.models, self._desktop
        shelf.terms_wanted.connect(self._show_terms)
        shelf.folder_wanted.connect(self._ask_folder)
        shelf.model_shown.connect(self._show_model)
        desktop.presets.shown.connect(self._show_card)
        desktop.training.changed.connect(self._follow_training)
        self._sound.strip.training.opened.connect(self.show_training)
        self._sound.dock.training.opened.connect(self.show_training)

    def _show_models_panel(self) -> None:
        self.docks["models"].show_in_front()

    def _show_adapters_panel(self) -> None:
        self.docks["adapters"].show_in_front()

    def _add_checkpoint(self) -> None:
        self._show_models_panel()
        self.models.add_checkpoint()

    def _show_terms(self, model_id: str) -> None:
        self._show_models_panel()
        self.models.show_terms(model_id)

    def _ask_folder(self) -> None:
        self._show_models_panel()
        self.models.ask_folder()

    def _show_model(self, model_id: str) -> None:
        self._show_models_panel()
        self.models.show_model(model_id)

    def _show_card(self, reference: str) -> None:
        self._show_adapters_panel()
        self.adapters.show_library()
        self.adapters.library.show_preset(reference)

    def _train_new(self) -> None:
        self.training_commands.new()

    def _show_run(self, folder: str) -> None:
        from prismdesk.engines.training.run_files import RunFolder

        self.training.show_run(RunFolder(Path(folder)))
        self.show_training()

    def _follow_training(self, piece: Piece) -> None:
        # What is trained can be paused and stopped, seen or not; later it follows by itself.
        if "_presets" not in vars(self):
            self.training.follow(piece)

    def _status_of(self, region: Region) -> RegionStatus:
        look = self._sound.region_jobs.look(region.id)
        return region.status if look is None else look.status

"""What the user does about training from anywhere: begin, vary, pause, stop, add regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from prismdesk.adapters.training_set import read_set
from prismdesk.errors import PrismDeskError
from prismdesk.session.training_desk import card_memory_bytes
from prismdesk.session.training_fit import trainable_models
from prismdesk.session.training_runs import RunWish, make_run, overview
from prismdesk.session.training_sets import set_of_regions
from prismdesk.ui.adapters.training.new_dialog import NewTraining, NewTrainingDialog
from prismdesk.ui.adapters.training.set_choice import (
    SetChoice,
    choice_of_regions,
    clips_words,
    known_sets,
    make_set,
)
from prismdesk.ui.adapters.training.sweep_dialog import SweepDialog, SweepWish
from prismdesk.ui.adapters.training.words import NO_SET_SHOWN
from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.training.run_files import RunFolder
    from prismdesk.engines.weights.model import Model
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.ids import RegionId
    from prismdesk.session.training_runs import RunOverview
    from prismdesk.ui.adapters.training.side import TrainingSide
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection

_NOTHING_CHOSEN = "Select regions in the spotting list, or one in the timeline."


class TrainingCommands(QObject):
    """Opens the dialogs and does what they ask for.

    Args:
        document: the project.
        selection: the region that is worked on.
        chosen_regions: rows that are selected in the spotting list.
        side: shows what is trained.
        desktop: what every panel may need.
    """

    def __init__(
        self,
        document: Document,
        selection: Selection,
        chosen_regions: Callable[[], tuple[RegionId, ...]],
        side: TrainingSide,
        desktop: Desktop,
    ) -> None:
        super().__init__(side)
        self._document = document
        self._selection = selection
        self._chosen = chosen_regions
        self._side = side
        self._desktop = desktop
        self.dialog: NewTrainingDialog | None = None
        self.sweep_dialog: SweepDialog | None = None
        side.new_wanted.connect(self.new)
        side.sweep_wanted.connect(self.sweep)
        side.dataset.regions_wanted.connect(self.add_regions)
        side.dataset.use_session(lambda: document.session)

    def bind_actions(self) -> None:
        """Let the action table find what this does."""
        actions, side = self._desktop.actions, self._side
        actions.bind("train.new", self.new)
        actions.bind("train.pause", side.pause_or_go_on, enabled=side.why_not_pause)
        actions.bind("train.stop", side.stop_and_keep, enabled=side.why_not_stop)
        actions.bind("train.add_regions", self.add_regions, enabled=self.why_not_add)

    def new(self) -> None:
        """Ask what is to be trained; what there is to choose from is looked up first."""
        self._desktop.background.run(
            "Looking for models to train",
            lambda *_: (trainable_models(), known_sets(), card_memory_bytes()),
            done=self._ask,
            quiet=True,
            owner=self,
        )

    def sweep(self, run: RunOverview) -> None:
        """Ask which option of a run is to be varied."""
        self.sweep_dialog = SweepDialog(run, self._desktop.theme, self._side)
        self.sweep_dialog.wanted.connect(self._sweep)
        self.sweep_dialog.open()

    def why_not_add(self) -> str:
        """Say why no region can be put into the set that is shown; "" if it can."""
        if self._side.dataset.folder is None:
            return NO_SET_SHOWN
        return "" if self._regions() else _NOTHING_CHOSEN

    def add_regions(self) -> None:
        """Put the selected regions into the set that is shown."""
        folder, regions = self._side.dataset.folder, self._regions()
        if folder is None or not regions:
            self._desktop.messages.tell(self.why_not_add())
            return
        session = self._document.session

        def work(progress: FractionDone, cancelled: IsCancelled) -> int:
            before = len(read_set(folder).pairs)
            made = set_of_regions(session, regions, folder, progress=progress, cancelled=cancelled)
            return len(made.pairs) - before

        self._side.dataset.note_before("Add regions")
        self._desktop.background.run(
            f"Adding {clips_words(len(regions))} to the set",
            work,
            done=self._added,
            owner=self,
        )

    def _regions(self) -> tuple[RegionId, ...]:
        chosen = self._chosen()
        if chosen:
            return chosen
        one = self._selection.region_id
        return () if one is None else (one,)

    def _added(self, count: int) -> None:
        self._side.dataset.look_again()
        words = f"{clips_words(count)} added to the set." if count else "They are in the set anew."
        self._desktop.messages.tell(words, kind=MessageKind.GOOD)

    def _ask(self, found: tuple[tuple[Model, ...], tuple[SetChoice, ...], int | None]) -> None:
        models, sets, card_bytes = found
        regions = self._regions()
        choices = list(sets)
        if regions:
            names = {one.id: one.name for one in self._document.project.regions}
            choices.insert(0, choice_of_regions(regions, names.get(regions[0], "")))
        first = self._region_model()
        ordered = sorted(models, key=lambda model: model.id != first)
        if self.dialog is not None:
            self.dialog.close()
        self.dialog = NewTrainingDialog(
            ordered, choices, card_bytes, self._desktop.theme, parent=self._side.window()
        )
        self.dialog.wanted.connect(self._begin)
        self.dialog.destroyed.connect(self._forget_dialog)
        self.dialog.open()

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _region_model(self) -> str:
        wanted = self._selection.region_id
        found = [one for one in self._document.project.regions if one.id == wanted]
        return found[0].variant if found else ""

    def _begin(self, wanted: NewTraining) -> None:
        session = self._document.session

        def work(progress: FractionDone, cancelled: IsCancelled) -> RunFolder:
            folder = make_set(wanted.choice, wanted.name, session, progress, cancelled)
            return make_run(
                RunWish(
                    name=wanted.name,
                    set_folder=folder,
                    model_id=wanted.model_id,
                    options=wanted.options,
                    note=wanted.note,
                )
            )

        self._desktop.background.run(
            f"Preparing the training of {wanted.name}", work, done=self._start, owner=self
        )

    def _start(self, folder: RunFolder) -> None:
        try:
            self._desktop.training.go_on(overview(folder))
        except PrismDeskError as error:
            self._desktop.messages.error(error)
        self._side.show_run(folder)
        self._side.seen_wanted.emit()
        self._side.runs.look_again()

    def _sweep(self, wish: SweepWish) -> None:
        self._desktop.background.run(
            f"Preparing the sweep {wish.name}",
            lambda *_: [make_run(one) for one in wish.runs],
            done=self._start_all,
            owner=self,
        )

    def _start_all(self, folders: list[RunFolder]) -> None:
        for folder in folders:
            try:
                self._desktop.training.go_on(overview(folder))
            except PrismDeskError as error:
                self._desktop.messages.error(error)
        self._side.runs.look_again()

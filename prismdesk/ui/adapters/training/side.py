"""The training side of the panel of presets: one run as it goes on, its set, and all runs."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from prismdesk.engines.training.run_files import RunFolder
from prismdesk.errors import InputError, PrismDeskError, WorkError
from prismdesk.session.run_presets import use_checkpoint
from prismdesk.session.training_runs import overview
from prismdesk.ui.adapters.training.checkpoint_section import CheckpointSection
from prismdesk.ui.adapters.training.dataset_section import DatasetSection
from prismdesk.ui.adapters.training.nothing_page import NothingPage
from prismdesk.ui.adapters.training.run_header import RunHeader
from prismdesk.ui.adapters.training.run_look import runs_read
from prismdesk.ui.adapters.training.run_section import RunSection
from prismdesk.ui.adapters.training.watching import RunWatch
from prismdesk.ui.adapters.training.wave_images import WaveImages
from prismdesk.ui.adapters.training.words import NO_RUN_SHOWN, NOTHING_TRAINED
from prismdesk.ui.fonts import scaled_px
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.widgets.arranging import column

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from prismdesk.jobs.training.desk import Piece
    from prismdesk.session.run_presets import UsedCheckpoint
    from prismdesk.session.training_runs import RunOverview
    from prismdesk.ui.adapters.hearing import ExampleHearing
    from prismdesk.ui.adapters.training.run_look import RunLook
    from prismdesk.ui.adapters.training.run_plots import RunPlots
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop

_MARGIN_PX = 14


class TrainingSide(QWidget):
    """Shows a run: the one that goes on, else the one trained last.

    ``new_wanted`` follows when the user wants to train something new.

    Args:
        hearing: plays sound files.
        desktop: what every panel may need.
    """

    new_wanted = Signal()
    seen_wanted = Signal()
    """A run was begun that the user wants to watch."""
    sweep_wanted = Signal(object)
    """The ``RunOverview`` of the run that is shown."""

    def __init__(self, hearing: ExampleHearing, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        self._run: RunOverview | None = None
        self._compared: tuple[RunLook, ...] = ()
        self._comparing: BackgroundTask[tuple[RunLook, ...]] | None = None
        self._using: BackgroundTask[UsedCheckpoint] | None = None
        self.setAccessibleName("Training")
        self.images = WaveImages(desktop.background, self)
        self.header = RunHeader(desktop.theme)
        self.plots: RunPlots | None = None
        self.checkpoints = CheckpointSection(self.images, hearing, desktop)
        self.dataset = DatasetSection(self.images, hearing, desktop)
        self.runs = RunSection(desktop)
        self.nothing = NothingPage(desktop.theme)
        self._place_of_plots = QVBoxLayout()
        self._body = column(spacing_px=scaled_px(14))
        self._lay_out()
        # Of the side itself nothing is seen: what scrolls in it covers it whole.
        self.watch = RunWatch(self._inner, desktop)
        self._tie()
        self._show_page()

    @property
    def run(self) -> RunOverview | None:
        """The run that is shown."""
        return self._run

    def show_run(self, folder: RunFolder | None) -> None:
        """Show a run; None for none."""
        self._compared = ()
        try:
            self._run = None if folder is None else overview(folder)
        except InputError as error:
            self._run, folder = None, None
            self._desktop.messages.error(error)
        self.watch.watch(folder)
        self.runs.show_current(None if folder is None else folder.path)
        run = self._run
        self.dataset.show_set(run.set_folder if run else None, run.model_id if run else "")
        self._show_page()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  (Qt's name)
        """Look which runs there are: others may have made some."""
        # The list says what to show at first, though it isn't seen while nothing is shown.
        self.runs.read_now()
        super().showEvent(event)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Be wide enough for what can't be narrower; the rest scrolls down only."""
        bar_px = self._scroll.verticalScrollBar().sizeHint().width()
        wide = self._inner.minimumSizeHint().width() + bar_px
        return QSize(wide, super().minimumSizeHint().height())

    def pause_or_go_on(self) -> None:
        """Pause the run that is shown if it goes on, else have it go on."""
        piece = self._piece()
        if piece is not None and not piece.is_over and piece.wish == "go":
            self.pause()
        else:
            self.go_on()

    def pause(self) -> None:
        """Pause the run that is shown."""
        self._want("pause")

    def stop_and_keep(self) -> None:
        """End the run that is shown; what it learned stays."""
        self._want("stop")

    def go_on(self) -> None:
        """Have the run that is shown go on from its newest checkpoint."""
        if self._run is None:
            return
        try:
            self._desktop.training.go_on(self._run)
        except PrismDeskError as error:
            self._desktop.messages.error(error)
        self._show()

    def use(self, step: int) -> None:
        """Make a checkpoint a preset of the library."""
        run = self._run
        if run is None or self._using is not None:
            return
        self._using = self._desktop.background.run(
            f"Putting {run.name} into the library",
            lambda *_: use_checkpoint(run, step),
            done=self._used,
            failed=self._not_used,
            owner=self,
        )

    def why_not_pause(self) -> str:
        """Say why there is nothing to pause or go on with; "" if there is."""
        return "" if self._run is not None else NO_RUN_SHOWN

    def why_not_stop(self) -> str:
        """Say why there is nothing to stop; "" if there is."""
        piece = self._piece()
        return "" if piece is not None and not piece.is_over else NOTHING_TRAINED

    def _piece(self) -> Piece | None:
        run = self._run
        return None if run is None else self._desktop.training.of_run(run.folder.path)

    def _want(self, wish: str) -> None:
        piece = self._piece()
        if piece is not None and not piece.is_over:
            self._desktop.training.want(piece.id, "pause" if wish == "pause" else "stop")
        self._show()

    def _used(self, used: UsedCheckpoint) -> None:
        self._using = None
        name = used.preset.name
        title = f"{name} is in the library." if used.is_new else f"It is the preset {name} already."
        self._desktop.messages.tell(title, kind=MessageKind.GOOD)
        self._desktop.presets.look(self._desktop)
        self.watch.look_at_presets()

    def _not_used(self, error: PrismDeskError) -> None:
        self._using = None
        self._desktop.messages.error(error)

    def _tie(self) -> None:
        header = self.header
        header.way.setChecked(self._desktop.preferences.now.training_gives_way)
        header.way_wanted.connect(self._set_way)
        header.pause_wanted.connect(self.pause)
        header.go_on_wanted.connect(self.go_on)
        header.stop_wanted.connect(self.stop_and_keep)
        self.checkpoints.use_wanted.connect(self.use)
        self.checkpoints.noted.connect(self.watch.look_again)
        self.runs.chosen.connect(self._choose)
        self.runs.compared.connect(self._compare)
        self.runs.listed.connect(self._follow_list)
        self.runs.sweep_wanted.connect(self._want_sweep)
        self.nothing.new_wanted.connect(self.new_wanted)
        self.watch.looked.connect(self._show_look)
        self.watch.gone.connect(self._forget)
        self._desktop.training.changed.connect(self.follow)

    def _set_way(self, is_wanted: bool) -> None:
        with suppress(WorkError):
            # Not remembered, then; it holds until the program ends.
            self._desktop.preferences.change(training_gives_way=is_wanted)

    def _choose(self, path: Path) -> None:
        self.show_run(RunFolder(path))

    def _want_sweep(self) -> None:
        if self._run is not None:
            self.sweep_wanted.emit(self._run)

    def follow(self, piece: Piece) -> None:
        """Show what a piece of training has come to, and a run that has just begun."""
        folder = getattr(piece.task, "run_folder", "")
        is_shown = self._run is not None and str(self._run.folder.path) == folder
        if is_shown:
            self._show()
        elif folder and piece.state == "running" and piece.told is None:
            # The next of several has begun: it is what people want to watch.
            shown = self._piece()
            if shown is None or shown.is_over:
                self.show_run(RunFolder(Path(folder)))

    def _follow_list(self) -> None:
        if self._run is None and self.runs.rows:
            going = self._desktop.training.under_way()
            paths = [getattr(piece.task, "run_folder", "") for piece in going]
            first = next((path for path in paths if path), str(self.runs.rows[0].path))
            self.show_run(RunFolder(Path(first)))
        self._show_page()

    def _show_look(self, look: RunLook) -> None:
        self._run = look.run
        self._show()

    def _forget(self, sentence: str) -> None:
        self._desktop.messages.tell(sentence, kind=MessageKind.WARNING)
        self.show_run(None)
        self.runs.look_again()

    def _compare(self) -> None:
        paths = [path for path in self.runs.model.compared if self._is_other(path)]
        if self._comparing is not None:
            self._comparing.forget()
        self._comparing = self._desktop.background.run(
            "Reading training runs",
            lambda *_: runs_read([RunFolder(path) for path in paths]),
            done=self._show_compared,
            quiet=True,
            owner=self,
        )

    def _is_other(self, path: Path) -> bool:
        return self._run is None or path != self._run.folder.path

    def _show_compared(self, looks: tuple[RunLook, ...]) -> None:
        self._comparing, self._compared = None, looks
        self._show()

    def _show(self) -> None:
        run, look = self._run, self.watch.look
        if run is None:
            return
        self.header.show_run(run, look, self._piece())
        self._plots().show_run(
            look,
            [
                (one, colour)
                for one in self._compared
                if (colour := self.runs.model.colour_of(one.run.folder.path)) is not None
            ],
        )
        self.checkpoints.show_run(look)
        self._desktop.actions.refresh()

    def _plots(self) -> RunPlots:
        if self.plots is None:
            # Imported here: the library of plots is large, and most sessions train nothing.
            from prismdesk.ui.adapters.training.run_plots import RunPlots

            self.plots = RunPlots(self._desktop.theme)
            self._place_of_plots.addWidget(self.plots)
        return self.plots

    def _show_page(self) -> None:
        has_run = self._run is not None
        self._pages.setCurrentIndex(0 if has_run else 1)

    def _lay_out(self) -> None:
        inner = self._inner = QWidget()
        margin = scaled_px(_MARGIN_PX)
        self._body.addWidget(self.header)
        self._body.addLayout(self._place_of_plots)
        self._body.addWidget(self.checkpoints)
        self._body.addWidget(self.dataset)
        self._body.addWidget(self.runs)
        self._body.addStretch()
        self._body.setContentsMargins(margin, scaled_px(10), margin, margin)
        inner.setLayout(self._body)
        self._scroll = scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._pages = QStackedWidget()
        self._pages.addWidget(scroll)
        self._pages.addWidget(self.nothing)
        layout = column(spacing_px=0)
        layout.addWidget(self._pages)
        self.setLayout(layout)

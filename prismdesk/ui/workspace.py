"""One open project in the window: its panels, its timeline, and the ties between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from prismdesk.errors import PrismDeskError
from prismdesk.project.model import Task
from prismdesk.project.store.folder import PRESETS
from prismdesk.session.cache_care import keep_within
from prismdesk.ui.adapters.training.giving_way import GivingWay
from prismdesk.ui.commands.edit_commands import EditCommands
from prismdesk.ui.commands.list_commands import ListCommands
from prismdesk.ui.commands.mark_commands import MarkCommands
from prismdesk.ui.commands.region_commands import RegionCommands
from prismdesk.ui.commands.track_commands import TrackCommands
from prismdesk.ui.commands.transport_commands import TransportCommands
from prismdesk.ui.commands.view_commands import ViewCommands
from prismdesk.ui.masks.mode import MaskMode
from prismdesk.ui.meters.panel import MetersPanel
from prismdesk.ui.models.device_watch import DeviceWatch
from prismdesk.ui.models.remedies import WeightRemedies
from prismdesk.ui.panel_dock import PanelDock
from prismdesk.ui.picture.viewer import Viewer
from prismdesk.ui.picture_feed import PictureFeed
from prismdesk.ui.play_feed import MeterFeed, PlayFeed
from prismdesk.ui.prompts.writing import PromptWriting
from prismdesk.ui.selection import Selection
from prismdesk.ui.side_panels import SidePanels
from prismdesk.ui.sound_making import SoundMaking
from prismdesk.ui.spotting.proof import ProofPopover, Proofs
from prismdesk.ui.status_bar import StatusFeed
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.timeline.canvas import TimelineCanvas
from prismdesk.ui.timeline.gestures.hands import Hands
from prismdesk.ui.timeline.gestures.router import GestureRouter
from prismdesk.ui.timeline.item_focus import ItemFocus
from prismdesk.ui.timeline.item_menus import ItemMenus
from prismdesk.ui.timeline.measures import LaneHeight
from prismdesk.ui.timeline.time_fields import TimeFields
from prismdesk.ui.transport import Transport
from prismdesk.ui.transport_bar import TransportBar

if TYPE_CHECKING:
    from prismdesk.playback.player import Player
    from prismdesk.project.ids import RegionId
    from prismdesk.ui.adapters.hearing import ExampleHearing
    from prismdesk.ui.adapters.panel import AdaptersPanel
    from prismdesk.ui.adapters.training.commands import TrainingCommands
    from prismdesk.ui.adapters.training.side import TrainingSide
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.main_window import MainWindow
    from prismdesk.ui.models.panel import ModelsPanel
    from prismdesk.ui.spotting.panel import SpottingPanel

_AUTOSAVE_UNIT_MS = 1000
_PROOF_AFTER_MS = 800
_FREE_BELOW_LANES_PX = 60
_HIGHEST_AT_FIRST_PX = 150
_PANELS_SHARE, _MOST_PANELS_SHARE = 0.44, 0.52
"""How much of the window's height panels take at first, and where there are few lanes."""
_METERS_SHARE = 0.13
_PANELS = ("picture", "inspector", "spotting", "jobs", "models", "adapters", "meters")


class Workspace(QObject):
    """Builds everything that shows one document, and takes it down again.

    Args:
        document: the project; stays open when the workspace closes.
        desktop: look, messages, long work, actions, preferences.
        player: plays the project; unloaded at the end, closed by who made it.
        window: where panels and timeline go.
    """

    def __init__(
        self, document: Document, desktop: Desktop, player: Player, window: MainWindow
    ) -> None:
        super().__init__(window)
        self.document = document
        self._desktop = desktop
        self._player = player
        self._window = window
        self.selection = Selection(self)
        self._feed = PlayFeed(document, player)
        self.transport = Transport(document, self.selection, player, self)
        self.canvas = TimelineCanvas(document, self.selection, self.transport, desktop)
        self.viewer = Viewer(document.times, desktop.theme)
        self.picture = PictureFeed(document, self.transport, self.viewer, self.canvas, desktop)
        self._build_hands()
        self._build_panels()
        self.page = self._lay_out()
        self._bind()
        self._tie()

    @property
    def jobs_running(self) -> int:
        """How many jobs run or wait."""
        return sum(job.state.is_underway for job in self.sound.bridge.jobs())

    @property
    def spotting(self) -> SpottingPanel:
        """The spotting list."""
        return self._side.spotting

    @property
    def models(self) -> ModelsPanel:
        """The panel of models."""
        return self._side.models

    @property
    def adapters(self) -> AdaptersPanel:
        """The library of presets."""
        return self._side.adapters

    @property
    def training(self) -> TrainingSide:
        """What shows training."""
        return self._side.training

    @property
    def training_commands(self) -> TrainingCommands:
        """What the user does about training."""
        return self._side.training_commands

    @property
    def hearing(self) -> ExampleHearing:
        """Plays sound files that aren't in the project."""
        return self._side.hearing

    def start(self) -> None:
        """Do what waits until everything is shown: offer jobs that were broken off."""
        self.sound.outcomes.offer_interrupted()
        self.device.look()
        self.device.warm_up_last()
        self.sound.batches.go_on_at_opening()
        self.canvas.setFocus()
        QTimer.singleShot(0, self, self._fill_lanes)
        session, most_bytes = self.document.session, self._desktop.preferences.now.cache_gb * 1e9
        self._desktop.background.run(
            "Keeping the cache small",
            lambda *_: keep_within(session, round(most_bytes)),
            done=lambda _: None,
            quiet=True,
        )

    def close(self) -> None:
        """Let go of threads, timers and actions; the document stays open."""
        self._autosave.stop()
        self.device.close()
        self._giving_way.close()
        self._side.close()
        self.canvas.router.cancel()
        self.prompts.close()
        self.masks.close()
        self.sound.close()
        self._refresh.stop()
        self._proving.stop()
        self._transport_commands.close()
        self.picture.close()
        self._meters.close()
        self._status.close()
        self.transport.close()
        self._player.unload()
        # The document may be shown again, by another workspace: nothing of this one hears of it.
        self.document.changed.disconnect()
        self.document.history_changed.disconnect()
        for part in (self._feed, self.picture, self._transport_commands):
            part.deleteLater()
        self.canvas.close_threads()

    def _build_hands(self) -> None:
        self.hands = Hands(
            document=self.document,
            selection=self.selection,
            transport=self.transport,
            surface=self.canvas,
            cuts=lambda: self.picture.cuts,
        )
        self.sound = SoundMaking(
            self.document,
            self.selection,
            self.transport,
            self.canvas,
            self.hands.switches,
            self._desktop,
            self,
        )
        self.masks = MaskMode(
            self.document,
            self.selection,
            self.transport,
            self.viewer,
            self._desktop,
            self.sound.pending,
            self,
        )
        self.prompts = PromptWriting(
            self.document,
            self.selection,
            self.sound.making,
            self.sound.inspector,
            self.sound.pending,
            self._desktop,
            lambda: self.picture.cuts,
            self._window,
        )
        self.proofs = Proofs(self.document, self)
        menus = ItemMenus(self.canvas, self._desktop, self.sound.audition.hear)
        self.item_focus = ItemFocus(
            self.canvas, self.document, self.selection, self.transport, menus.open_menu
        )
        self.canvas.router = GestureRouter(
            self.hands, open_menu=menus.open_menu, open_takes=self._open_takes
        )

    def _build_panels(self) -> None:
        document, selection, desktop = self.document, self.selection, self._desktop
        bridge = self.sound.bridge
        self.device = DeviceWatch(
            bridge.queue, desktop, is_making=lambda: bridge.running() is not None, parent=self
        )
        self._side = SidePanels(
            document, selection, self.transport, self.sound, self.device, desktop, self
        )
        self._giving_way = GivingWay(bridge, desktop, self)
        self.meters = MetersPanel(desktop.theme)
        self._meters = MeterFeed(document, self._player, self.meters, self.canvas)
        docks = self._side.docks | {
            key: PanelDock(name, key, panel, desktop.theme, has_heading=panel is self.viewer)
            for key, name, panel in (
                ("picture", "Picture", self.viewer),
                ("inspector", "Inspector", self.sound.inspector),
                ("jobs", "Jobs", self.sound.dock),
                ("meters", "Meters", self.meters),
            )
        }
        self.panels = {key: docks[key] for key in _PANELS}

    def _lay_out(self) -> QWidget:
        self.canvas.set_takes_tools(self.sound.tools)
        fields = TimeFields(self.document, self.selection, self._desktop)
        self.bar = TransportBar(self.document, self.transport, self.canvas, fields, self._desktop)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.canvas, 1)
        layout = self.canvas.layout_now
        self.canvas.setMinimumHeight(layout.tracks_top_px + scaled_px(LaneHeight.SMALL))
        column.addWidget(self.sound.strip)
        self._window.messages_bar.keep_free(self.sound.strip)
        return page

    def place_panels(self) -> None:
        """Put the panels where they are at first: picture, inspector among tabs, meters."""
        window, area = self._window, Qt.DockWidgetArea.TopDockWidgetArea
        picture, inspector, spotting, jobs, models, adapters, meters = self.panels.values()
        window.addDockWidget(area, picture)
        window.splitDockWidget(picture, inspector, Qt.Orientation.Horizontal)
        window.splitDockWidget(inspector, meters, Qt.Orientation.Horizontal)
        window.tabifyDockWidget(inspector, spotting)
        window.tabifyDockWidget(spotting, jobs)
        window.tabifyDockWidget(jobs, models)
        window.tabifyDockWidget(models, adapters)
        inspector.show_in_front()
        # Docks take sizes once the window has laid them out.
        QTimer.singleShot(0, self, self._size_panels)

    def _size_panels(self) -> None:
        window = self._window
        if not self._has_panels():
            return
        for panel in self.panels.values():
            panel.fit_heading()
        picture, inspector, meters = (
            self.panels[key] for key in ("picture", "inspector", "meters")
        )
        width, height = window.width(), window.height()
        window.resizeDocks(
            [picture, inspector, meters],
            [
                round(width * 0.41),
                round(width * (0.59 - _METERS_SHARE)),
                round(width * _METERS_SHARE),
            ],
            Qt.Orientation.Horizontal,
        )
        panels_px = max(
            round(height * _PANELS_SHARE),
            min(round(height * _MOST_PANELS_SHARE), height - self._lanes_want_px()),
        )
        window.resizeDocks([picture], [panels_px], Qt.Orientation.Vertical)

    def _lanes_want_px(self) -> int:
        """Return the height of bars and timeline with all lanes as high as is of use."""
        lanes = sum(len(track.lanes) for track in self.document.project.tracks)
        wave_px = max(1, lanes) * _HIGHEST_AT_FIRST_PX + _FREE_BELOW_LANES_PX
        bars = (self.bar, self.sound.strip, self._window.menuBar(), self._window.statusBar())
        return (
            self.canvas.layout_now.tracks_top_px
            + wave_px
            + sum(bar.sizeHint().height() for bar in bars)
        )

    def _has_panels(self) -> bool:
        """Whether the panels are still the window's: the project may have been closed meanwhile."""
        nowhere = Qt.DockWidgetArea.NoDockWidgetArea
        areas = (self._window.dockWidgetArea(panel) for panel in self.panels.values())
        return all(area != nowhere for area in areas)

    def _bind(self) -> None:
        document, selection, transport = self.document, self.selection, self.transport
        desktop, window, switches = self._desktop, self._window, self.hands.switches
        application = cast("QApplication", QApplication.instance())
        self._transport_commands = TransportCommands(
            document, selection, transport, desktop, application
        )
        self._transport_commands.bind_actions()
        self._edit_commands = EditCommands(
            document, selection, transport, desktop, switches, lambda: self.picture.cuts, window
        )
        self._edit_commands.bind_actions()
        self._mark_commands = MarkCommands(
            document,
            selection,
            transport,
            desktop,
            lambda: self.picture.cuts,
            self.bar,
            self.prompts.begin,
        )
        self._mark_commands.bind_actions()
        self.sound.making.region_wanted.connect(self._make_region_for)
        self.prompts.bind_actions()
        self._track_commands = TrackCommands(document, selection, desktop, window)
        self._track_commands.bind_actions()
        self.region_commands = RegionCommands(
            document,
            selection,
            transport,
            desktop,
            self.sound.making,
            self.proofs,
            lambda: self.picture.cuts,
            window,
        )
        self.region_commands.bind_actions()
        self.list_commands = ListCommands(document, desktop, window)
        self.list_commands.bind_actions()
        self._view_commands = ViewCommands(
            document,
            selection,
            self.canvas,
            self.viewer,
            desktop,
            self.toggle_fill,
            lambda: not self.canvas.isVisibleTo(self.page),
        )
        self._view_commands.bind_actions()
        self.masks.bind_actions()
        desktop.actions.bind("jobs.show", self.panels["jobs"].show_in_front)

    def _tie(self) -> None:
        desktop, document = self._desktop, self.document
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(0)
        self._refresh.timeout.connect(desktop.actions.refresh)
        for signal in (
            document.changed,
            document.history_changed,
            self.selection.changed,
            self.transport.playing_changed,
            self.sound.audition.changed,
            self.sound.seam_watch.measured,
            self.masks.editing.changed,
            self.sound.bridge.job_changed,
            self.sound.bridge.job_gone,
            self.device.changed,
        ):
            signal.connect(self._refresh.start)
        self._unproven: list[RegionId] = []
        self._proving = QTimer(self)
        self._proving.setSingleShot(True)
        self._proving.setInterval(_PROOF_AFTER_MS)
        self._proving.timeout.connect(self._prove_next)
        document.changed.connect(self._follow_document)
        document.changed.connect(desktop.messages.look_again)
        self.viewer.burn_in_wanted.connect(lambda is_on: desktop.preferences.change(burn_in=is_on))
        self.viewer.safe_areas_wanted.connect(
            lambda is_on: desktop.preferences.change(safe_areas=is_on)
        )
        desktop.actions.about_to_do.connect(self._finish_typing)
        if desktop.presets.is_known and (document.session.folder / PRESETS).is_dir():
            desktop.presets.look(desktop)
        self.sound.bridge.job_changed.connect(self.device.follow_job)
        self.sound.bridge.job_gone.connect(self.device.follow_end)
        self.device.repair_wanted.connect(self._tell_damage)
        self._weight_remedies = WeightRemedies(self.sound.outcomes.remedies, desktop)
        self.device.changed.connect(self._show_device)
        self.prompts.panel_wanted.connect(self.panels["inspector"].show_in_front)
        self.prompts.lanes_wanted.connect(self._go_to_lanes)
        self.masks.lanes_wanted.connect(self._go_to_lanes)
        self.sound.strip.opened.connect(self.panels["jobs"].show_in_front)
        self.sound.outcomes.log_wanted.connect(lambda _: self.panels["jobs"].show_in_front())
        self.sound.outcomes.accepted.connect(self._prove_quietly)
        self.proofs.changed.connect(self._show_proof_badge)
        self.canvas.proof_clicked.connect(self.show_proof)
        self.sound.proof.null_test_wanted.connect(self._show_selected_proof)
        self._status = StatusFeed(self._window.status, document, self._player, desktop)
        self._autosave = QTimer(self)
        self._autosave.setInterval(desktop.preferences.now.autosave_seconds * _AUTOSAVE_UNIT_MS)
        self._autosave.timeout.connect(self._save_if_needed)
        self._autosave.start()

    def _make_region_for(self, task: object) -> None:
        self._mark_commands.make_region(task if isinstance(task, Task) else None)

    def _go_to_lanes(self) -> None:
        self.canvas.setFocus()

    def _show_device(self) -> None:
        self._window.status.engine.show_watch(self.device)

    def _tell_damage(self, model_id: str) -> None:
        self._desktop.models.tell_damage(model_id, self._desktop)

    def _finish_typing(self, _: str) -> None:
        self.sound.pending.flush()

    def _fill_lanes(self) -> None:
        """Give few lanes the room there is: a wave is read better when it is high."""
        layout, tracks = self.canvas.layout_now, self.document.project.tracks
        lanes = max(1, sum(len(track.lanes) for track in tracks))
        room_px = self.canvas.height() - layout.tracks_top_px - _FREE_BELOW_LANES_PX
        height_px = min(room_px // lanes, _HIGHEST_AT_FIRST_PX)
        for track in tracks:
            if height_px > self.canvas.lane_height_of(track.id):
                self.canvas.set_lane_height(track.id, height_px)

    def toggle_fill(self) -> None:
        """Hide picture and lanes so that panels fill the window, or show them again."""
        is_shown = self.canvas.isVisibleTo(self.page)
        self.canvas.setVisible(not is_shown)
        left_px = self.bar.sizeHint().height() + self.sound.strip.sizeHint().height()
        self._window.limit_middle(left_px if is_shown else None)
        self.panels["picture"].setVisible(not is_shown)
        # Docks take sizes once the window has laid out what is shown now.
        QTimer.singleShot(0, self, self._narrow_meters if is_shown else self._lower_panels)

    def _narrow_meters(self) -> None:
        """Keep the meters from taking half of what the picture leaves."""
        if not self._has_panels():
            return
        width = self._window.width()
        self._window.resizeDocks(
            [self.panels["inspector"], self.panels["meters"]],
            [round(width * (1 - _METERS_SHARE)), round(width * _METERS_SHARE)],
            Qt.Orientation.Horizontal,
        )

    def _lower_panels(self) -> None:
        if not self._has_panels():
            return
        height_px = round(self._window.height() * _PANELS_SHARE)
        self._window.resizeDocks(
            list(self.panels.values())[:1], [height_px], Qt.Orientation.Vertical
        )

    def show_proof(self, region_id: RegionId) -> None:
        """Show the figures of a region's null test beside its badge."""
        proof = self.proofs.of(region_id)
        if proof is None:
            self.region_commands.null_test()
            return
        popover = ProofPopover(
            proof, self._desktop.theme, self.region_commands.null_test, self._window
        )
        popover.adjustSize()
        popover.move(self.canvas.mapToGlobal(self.canvas.rect().center()))
        popover.show()

    def _show_selected_proof(self) -> None:
        if self.selection.region_id is not None:
            self.show_proof(self.selection.region_id)

    def _follow_document(self, _: object) -> None:
        self.viewer.set_times(self.document.times)
        self.selection.forget_missing(self.document.project)
        self.transport.keep_inside()

    def _open_takes(self) -> None:
        self.sound.take_commands.show_rows(self.selection.region_id)

    def _show_proof_badge(self, region_id: RegionId) -> None:
        proof = self.proofs.of(region_id)
        passed = None if proof is None else proof.passed
        self.canvas.set_proof(region_id, passed)
        self.sound.proof.set_passed(region_id, passed=passed)

    def _prove_quietly(self, region_id: RegionId) -> None:
        # The new take is drawn first: mixing the film twice would compete with that.
        self._unproven.append(region_id)
        self._proving.start()

    def _prove_next(self) -> None:
        regions = {region.id for region in self.document.project.regions}
        wanted = [region_id for region_id in self._unproven if region_id in regions]
        self._unproven = wanted[1:]
        if wanted:
            self.region_commands.prove(wanted[0], quiet=True)
        if self._unproven:
            self._proving.start()

    def _save_if_needed(self) -> None:
        store = self.document.session.store
        if store.is_named and not store.history.is_saved and not self.document.in_gesture:
            try:
                store.save()
            except PrismDeskError as error:
                self._desktop.messages.error(error)
                return
            self.document.history_changed.emit()

"""Everything that makes sound in one window, put together and tied to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from prismdesk.jobs.bridge import JobBridge
from prismdesk.project.lookup import region_of_take
from prismdesk.ui.adapters.with_or_without import WithOrWithout
from prismdesk.ui.batches.card import BatchCard
from prismdesk.ui.batches.desk import BatchDesk
from prismdesk.ui.disk_room import DiskRoom
from prismdesk.ui.inspector.panel import Inspector
from prismdesk.ui.inspector.proof_row import ProofRow
from prismdesk.ui.job_outcomes import JobOutcomes
from prismdesk.ui.jobs.dock import JobsDock
from prismdesk.ui.jobs.listening import JobListening
from prismdesk.ui.jobs.strip import JobsStrip
from prismdesk.ui.making import Making
from prismdesk.ui.pending_edits import PendingEdits
from prismdesk.ui.region_jobs import RegionJobs
from prismdesk.ui.replacing import Replacing
from prismdesk.ui.takes.audition import Audition
from prismdesk.ui.takes.commands import TakeCommands
from prismdesk.ui.takes.recipe_commands import RecipeCommands
from prismdesk.ui.takes.seam_commands import SeamCommands
from prismdesk.ui.takes.seam_watch import SeamWatch
from prismdesk.ui.takes.seams import SeamsPart
from prismdesk.ui.takes.tools import TakesTools

if TYPE_CHECKING:
    from prismdesk.project.ids import TakeId
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.timeline.canvas import TimelineCanvas
    from prismdesk.ui.timeline.gestures.hands import Switches
    from prismdesk.ui.transport import Transport


class SoundMaking(QObject):
    """Owns the bridge to the jobs and what listens to it.

    Make it after whoever gives the player the project (``PlayFeed``): what is auditioned is
    given to the player after each edit, and the last given is heard.

    Attributes:
        bridge: the jobs on the window's thread.
        making: queues regions.
        replacing: makes with Ambience what no licence allows otherwise.
        outcomes: takes up what was made; ``log_wanted`` is tied to the dock already.
        region_jobs: how jobs look in their regions.
        audition: what is heard of takes.
        batches: the batch of the project.
        room: what can be done about a full disk.
        listening: the sound so far of the running job, heard or used.
        take_commands: the Takes menu.
        with_or_without: makes the heard take with or without adapters.
        seam_watch, seam_commands: seams measured, shifted; takes nudged.
        seams, proof: the seams on a take's page, the badges of the region.
        pending: typed edits; ``flush`` before saving, exporting and closing.
        inspector, strip, dock, tools: widgets, to be put into the window.

    Args:
        document: the project.
        selection: the region that is worked on.
        transport: playback.
        canvas: draws regions and takes.
        switches: told whether a swipe over takes comps.
        desktop: what every panel may need.
        parent: owns it.
    """

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        canvas: TimelineCanvas,
        switches: Switches,
        desktop: Desktop,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._selection = selection
        self._transport = transport
        self._switches = switches
        self.pending = PendingEdits(self)
        self.bridge = JobBridge(document.session, self)
        self.making = Making(document, selection, self.bridge, desktop, self.pending, self)
        self.outcomes = JobOutcomes(
            document, selection, self.bridge, self.making, desktop.messages, self
        )
        self.replacing = Replacing(document, selection, self.making, self.outcomes, desktop, self)
        self.region_jobs = RegionJobs(document, self.bridge, self.making, canvas, self)
        self.audition = Audition(document, selection, transport, desktop, self)
        self.take_commands = TakeCommands(document, self.audition, self.making, desktop, canvas)
        self.with_or_without = WithOrWithout(document, self.audition, self.making, desktop)
        self.making.bind_actions()
        self.with_or_without.bind_actions()
        self.replacing.bind_actions()
        self.take_commands.bind_actions()
        self.inspector = Inspector(
            document,
            selection,
            self.making,
            self.region_jobs,
            self.audition,
            self.take_commands,
            desktop,
            self.pending,
        )
        self._build_seams(desktop)
        self.room = DiskRoom(document, self.bridge, self.outcomes, self.making, desktop, self)
        self.room.offer()
        self._build_batches(desktop)
        self._build_jobs(desktop)
        self.tools = TakesTools(self.audition, desktop)
        self._desktop = desktop
        self._canvas = canvas
        self._is_closed = False
        self._tie()

    def play_take(self, take_id: TakeId) -> None:
        """Hear one take of any region from the region's start, without choosing it."""
        region = region_of_take(self._document.project, take_id)
        self._selection.select_region(region.id)
        self.audition.hear(take_id)
        self._transport.move_to(region.range.start_samples)
        if not self._transport.is_playing:
            self._transport.play()

    def close(self) -> None:
        """Write what was typed, end what reads sound, listen to the jobs no more.

        To be called before the document closes its files; a second call does nothing.
        """
        if self._is_closed:
            return
        self._is_closed = True
        self.pending.flush()
        self.inspector.details.rest()
        background = self._desktop.background
        background.stop([task for task in background.tasks if task.is_quiet])
        self.seam_watch.close()
        self.making.preparing.close()
        self.listening.close()
        self.batches.close()
        self.outcomes.close()
        self.audition.close()
        self.bridge.close()

    def _build_seams(self, desktop: Desktop) -> None:
        document, audition = self._document, self.audition
        self.seam_watch = SeamWatch(document, audition, desktop, self)
        self.seam_commands = SeamCommands(
            document, self._selection, audition, self.seam_watch, desktop
        )
        self.seam_commands.bind_actions()
        self.seams = SeamsPart(document, self.seam_watch, self.seam_commands, desktop)
        self.recipe_commands = RecipeCommands(
            document, self.audition, self.making, desktop, self.inspector
        )
        self.recipe_commands.bind_actions()
        self.inspector.details.recipe_wanted.connect(self.recipe_commands.use)
        self.inspector.details.add_part(self.seams, self.seams)
        self.proof = ProofRow(audition, self.seam_watch, desktop.theme, desktop.turns)
        self.proof.seams_wanted.connect(self._show_seams)
        self.inspector.show_below_takes(self.proof)

    def _build_batches(self, desktop: Desktop) -> None:
        self.batches = BatchDesk(
            self._document,
            self._selection,
            self.bridge,
            self.outcomes,
            self.making,
            self.pending,
            desktop,
            self,
        )
        self.batches.bind_actions()

    def _build_jobs(self, desktop: Desktop) -> None:
        self.strip = JobsStrip(self.bridge, desktop)
        self.strip.follow_batch(self.batches)
        self.listening = JobListening(
            self._document, self.bridge, self.audition, self._transport, desktop, self
        )
        self.listening.bind_actions()
        self.strip.follow_listening(self.listening)
        self.region_jobs.follow_listening(self.listening)
        self.dock = JobsDock(self.bridge, self.outcomes, self._document, self._selection, desktop)
        self.dock.show_above_list(BatchCard(self.batches, desktop.theme))

    def _show_seams(self) -> None:
        region = self.audition.region
        if region is not None and region.comp:
            self.inspector.show_take(region.comp[0].take_id)

    def _tie(self) -> None:
        self.outcomes.log_wanted.connect(self.dock.show_log)
        self.tools.closed.connect(lambda: self.take_commands.show_rows(None))
        self.audition.changed.connect(self._follow_audition)
        self._canvas.headers.take_play_wanted.connect(self.play_take)

    def _follow_audition(self) -> None:
        self._switches.is_comping = self.audition.is_comping

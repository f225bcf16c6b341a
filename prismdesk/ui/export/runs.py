"""An export under way: it goes on whether or not anybody looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from prismdesk.media.export.request import LicencesRefusedError
from prismdesk.session.delivery import Delivered, deliver, steps_of

if TYPE_CHECKING:
    from prismdesk.errors import PrismDeskError
    from prismdesk.media.export.request import RefusedClip
    from prismdesk.session.delivery import Delivery, DeliverySource, DeliveryStep
    from prismdesk.ui.background import Background, BackgroundTask


class ExportRun(QObject):
    """One export. ``progressed`` follows its progress; ``ended`` comes once, however it ends.

    Attributes:
        delivered: what came of it, None until it ended well.
        error: why it ended badly, empty otherwise.
        refused: the clips that stopped it because they don't fit the project.
    """

    progressed = Signal()
    ended = Signal()

    def __init__(
        self,
        source: DeliverySource,
        delivery: Delivery,
        background: Background,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.source = source
        self.delivery = delivery
        self.delivered: Delivered | None = None
        self.error = ""
        self.refused: tuple[RefusedClip, ...] = ()
        self.is_over = False
        self.steps = steps_of(delivery.kind)
        background.progressed.connect(self._follow)
        background.ended.connect(self._notice_end)
        self._task: BackgroundTask[Delivered] = background.run(
            f"Exporting {delivery.out.name}",
            lambda progress, cancelled: deliver(
                source, delivery, progress=progress, cancelled=cancelled
            ),
            done=self._finish,
            failed=self._fail,
        )

    @property
    def fraction(self) -> float:
        """The share that is done."""
        return self._task.fraction

    @property
    def seconds_left(self) -> float | None:
        """How long it will take still, None until that is known."""
        return self._task.seconds_left

    @property
    def is_cancelled(self) -> bool:
        """Whether the user stopped it."""
        return self._task.is_cancelled and self.delivered is None

    def step_now(self) -> int:
        """Return the index of the step that is under way."""
        for index, step in enumerate(self.steps):
            if self.fraction < step.ends_at:
                return index
        return len(self.steps) - 1

    def share_of(self, step: DeliveryStep) -> float:
        """Return how much of a step is done, 0 to 1."""
        index = self.steps.index(step)
        begins_at = self.steps[index - 1].ends_at if index else 0.0
        share = (self.fraction - begins_at) / (step.ends_at - begins_at)
        return min(1.0, max(0.0, share))

    def cancel(self) -> None:
        """Stop it; nothing of it is left on the disk."""
        self._task.cancel()

    def _follow(self, task: object) -> None:
        if task is self._task:
            self.progressed.emit()

    def _notice_end(self, task: object) -> None:
        # Its outcome is told right after this signal, unless it was cancelled.
        if task is self._task:
            QTimer.singleShot(0, self, self._end)

    def _finish(self, delivered: Delivered) -> None:
        self.delivered = delivered
        self._end()

    def _fail(self, error: PrismDeskError) -> None:
        self.error = str(error)
        if isinstance(error, LicencesRefusedError):
            self.refused = error.clips
        self._end()

    def _end(self) -> None:
        if not self.is_over:
            self.is_over = True
            self.ended.emit()

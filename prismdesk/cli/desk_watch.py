"""A piece of work of the training process as the terminal shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.engines.training.tasks import Wish
    from prismdesk.jobs.training.desk import Piece, TrainingDesk

_POLL_SECONDS = 0.2


def watched(
    desk: TrainingDesk,
    piece: Piece,
    progress: ProgressLine,
    interrupt: Interrupt,
    *,
    on_interrupt: Wish,
) -> Piece:
    """Show how a piece goes, and return it when it is over.

    Args:
        desk: that does it.
        piece: that was submitted.
        progress: where it is shown.
        interrupt: Ctrl-C.
        on_interrupt: what is wanted of the piece then.
    """
    while not piece.is_over:
        if interrupt():
            desk.want(piece.id, on_interrupt)
        told = piece.told
        if told is not None:
            words = f"{piece.label}: step {told.step} of {told.steps}" if told.steps else told.words
            progress.show(words, told.fraction, told.seconds_left)
        piece = desk.wait(piece.id, _POLL_SECONDS)
    return piece

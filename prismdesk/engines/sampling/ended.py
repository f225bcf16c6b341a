"""Sampling that is ended before its last step."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


class SamplingEnded(Exception):  # noqa: N818  (an event, not an error)
    """Raised after a step by who is told of it: sampling ends there.

    Attributes:
        clean: the clean latents that the step pointed at, which are the result now.
    """

    def __init__(self, clean: Tensor) -> None:
        super().__init__("sampling was ended")
        self.clean = clean


class StopAt:
    """At which step sampling ends, counted over all windows of a take.

    Where windows are made one after the other, those before the one that the step lies in are
    whole; that one and all after it end at the same step of their own. So one number says all.

    Args:
        step: counted from 1 over all windows; 0 for never.
    """

    def __init__(self, step: int = 0) -> None:
        self.step = step

    def ends(self, done: int, steps_of_window: int) -> bool:
        """Whether sampling of a window ends.

        Args:
            done: steps done over all windows, this one included.
            steps_of_window: how many a whole window has.
        """
        if not self.step:
            return False
        window, own_step = divmod(done - 1, steps_of_window)
        stop_window, stop_step = divmod(self.step - 1, steps_of_window)
        return window >= stop_window and own_step == stop_step

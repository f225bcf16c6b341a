"""How making sound fails: one class for each way, the message one sentence for the user."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from prismdesk.errors import InputError, PrismDeskError


class EngineError(PrismDeskError):
    """Making sound failed; the message is one sentence for the user."""


class UnsupportedError(EngineError, InputError):
    """The engine can't do this task or take this input; the message says which engines can."""


class AdapterRefusedError(EngineError, InputError):
    """An adapter can't be used, or not with this model; the message says why."""


class UnusableContextError(EngineError, InputError):
    """The sound around the region doesn't give the engine enough to work with."""


class WeightsMissingError(EngineError):
    """Weights aren't installed; the message says how to get them."""


class SmallerWay(StrEnum):
    """In which way work is made smaller."""

    OFFLOAD = "offload"
    VARIANT = "variant"
    PRECISION = "precision"
    ONE_TAKE = "one take"
    SHORTER = "shorter"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallerWork:
    """Work that would fit the memory, as something that can be done.

    ``value`` is the id of the variant, the precision, or the region's seconds; ``words`` name it
    within a sentence.
    """

    way: SmallerWay
    words: str
    value: str = ""


class WeightsDamagedError(EngineError):
    """A weight file isn't what it was published as; ``model_id`` says whose it is."""

    def __init__(self, message: str, model_id: str = "") -> None:
        super().__init__(message)
        self.model_id = model_id


class OutOfMemoryError(EngineError):
    """Memory ran out.

    Attributes:
        would_fit: in words, what smaller work would fit, largest first.
        smaller: the same as data.
        needed_bytes: what the work takes at least, 0 if that isn't known.
        free_bytes: what was free for it.
        device: on what, as people name it.
    """

    def __init__(
        self,
        message: str,
        would_fit: tuple[str, ...] = (),
        *,
        smaller: tuple[SmallerWork, ...] = (),
        needed_bytes: int = 0,
        free_bytes: int = 0,
        device: str = "",
    ) -> None:
        super().__init__(message)
        self.would_fit = would_fit or tuple(work.words for work in smaller)
        self.smaller = smaller
        self.needed_bytes = needed_bytes
        self.free_bytes = free_bytes
        self.device = device


class CrashedError(EngineError):
    """The engine process ended unexpectedly; ``log_tail`` holds its last lines."""

    def __init__(self, message: str, log_tail: str = "") -> None:
        super().__init__(message)
        self.log_tail = log_tail

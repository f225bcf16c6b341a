"""What is decided about a run before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from prismdesk.engines.hosting.memory import StageNeeds
    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.sampling.windows import Window

SettingsT = TypeVar("SettingsT")
StretchT = TypeVar("StretchT")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlan(Generic[SettingsT, StretchT]):
    """What a run is going to be.

    Attributes:
        settings: of the request, checked.
        checkpoint: the model's files, device and precision.
        stretch: what is worked on.
        windows: laid over it.
        needs: memory of each stage.
    """

    settings: SettingsT
    checkpoint: Checkpoint
    stretch: StretchT
    windows: tuple[Window, ...]
    needs: tuple[StageNeeds, ...]

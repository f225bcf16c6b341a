"""An engine that can be warmed up, as its variant says, for tests only."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.engines.contract import Holding, Phase, Progress
from prismdesk.engines.errors import WeightsDamagedError
from prismdesk.progress import raise_if_cancelled
from tests.jobs.fake_engine import FakeEngine

if TYPE_CHECKING:
    from prismdesk.engines.contract import ReportProgress
    from prismdesk.engines.request import MachineOptions
    from prismdesk.progress import IsCancelled

SOURCE = "tests.jobs.warm_engine:create_engine"


def create_engine(engine_id: str) -> FakeEngine:
    return WarmEngine(engine_id)


class WarmEngine(FakeEngine):
    def __init__(self, engine_id: str) -> None:
        super().__init__("fake")
        self.capabilities = replace(self.capabilities, id=engine_id)
        self.holding = Holding()

    def warm_up(
        self,
        variant: str,
        machine: MachineOptions,
        progress: ReportProgress,
        cancelled: IsCancelled,
    ) -> None:
        if variant == "damaged":
            raise WeightsDamagedError("Its checksum is another.", "damaged")
        step = 0
        while variant != "quick" or step < 10:
            step += 1
            time.sleep(0.01)
            raise_if_cancelled(cancelled)
            progress(Progress(phase=Phase.LOADING, fraction=min(0.9, step / 10)))
            if variant == "deadly" and step == 5:
                os._exit(3)
        self.holding = Holding(variant=variant, loaded_bytes=1000)

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.contract import Phase, Progress, Result
from prismdesk.engines.errors import EngineError
from prismdesk.errors import Cancelled
from prismdesk.jobs.messages import Workplace
from prismdesk.jobs.work import LOADED_AT, RUN_AT, Stages, make_takes
from tests.jobs.fake_engine import FakeEngine
from tests.jobs.specs import a_spec

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.contract import ReportProgress
    from prismdesk.engines.request import Request
    from prismdesk.progress import IsCancelled


class MiscountingEngine(FakeEngine):
    def run(self, request: Request, progress: ReportProgress, cancelled: IsCancelled) -> Result:
        result = super().run(request, progress, cancelled)
        return replace(result, sounds=result.sounds[:-1])


def made(folder: Path) -> list[str]:
    takes = folder / "takes"
    return sorted(path.name for path in takes.iterdir()) if takes.exists() else []


def test_a_job_cancelled_between_takes_leaves_none(tmp_path: Path) -> None:
    spec = a_spec(tmp_path, takes=3)
    with pytest.raises(Cancelled):
        make_takes(
            spec,
            tmp_path,
            engine=FakeEngine("fake"),
            workplace=Workplace(),
            prepare=None,
            report=lambda progress: None,
            cancelled=lambda: len(made(tmp_path)) == 2,
        )
    assert made(tmp_path) == []
    assert not (tmp_path / "jobs" / spec.job_id / "result.json").exists()


def test_a_wrong_number_of_takes_is_the_engines_fault(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="made 1 takes where 2"):
        make_takes(
            a_spec(tmp_path, takes=2),
            tmp_path,
            engine=MiscountingEngine("fake"),
            workplace=Workplace(),
            prepare=None,
            report=lambda progress: None,
            cancelled=lambda: False,
        )


def test_stages_share_one_fraction_that_never_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prismdesk.jobs.work.LEAST_INTERVAL_SECONDS", 0.0)
    told: list[Progress] = []
    stages = Stages(told.append)
    loading = stages.begin(Phase.LOADING, until=LOADED_AT)
    loading(Progress(phase=Phase.LOADING, fraction=0.5))
    run = stages.begin(Phase.ANALYSING, until=RUN_AT)
    for fraction in (0.0, 0.5, 0.4, 1.0, 7.0):
        run(Progress(phase=Phase.STEP, fraction=fraction))
    fractions = [progress.fraction for progress in told]
    assert fractions[:3] == [0.0, LOADED_AT / 2, LOADED_AT]
    assert all(later >= earlier for earlier, later in pairwise(fractions))
    assert fractions[-1] == pytest.approx(RUN_AT)


def test_reports_that_come_too_often_are_dropped_but_no_new_phase(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("prismdesk.jobs.work.LEAST_INTERVAL_SECONDS", 1e9)
    told: list[Progress] = []
    report = Stages(told.append).begin(Phase.ANALYSING, until=1.0)
    for step in range(100):
        report(Progress(phase=Phase.STEP, step=step, fraction=step / 100))
    report(Progress(phase=Phase.DECODING, fraction=1.0))
    assert [progress.phase for progress in told] == [Phase.ANALYSING, Phase.STEP, Phase.DECODING]

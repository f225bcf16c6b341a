"""Jobs in a line, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from prismdesk.engines.capabilities import EngineTask
from prismdesk.jobs.inputs import store_context
from prismdesk.jobs.spec import JobSpec, new_job_id

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.media.audio import AudioBlock

RATE_HZ = 48_000
REGION_SAMPLES = 2_000


def some_context() -> AudioBlock:
    noise = np.random.default_rng(5).normal(0, 0.1, (2, 3 * REGION_SAMPLES))
    return noise.astype(np.float32)


def a_spec(folder: Path, prompt: str = "", **changes: Any) -> JobSpec:
    """A job for two channels, its context stored in the project's folder."""
    job_id = changes.pop("job_id", None) or new_job_id()
    context_path = store_context(folder, job_id, some_context(), rate_hz=RATE_HZ)
    fields: dict[str, Any] = {
        "job_id": job_id,
        "engine": "fake",
        "task": EngineTask.INPAINT,
        "rate_hz": RATE_HZ,
        "context_path": context_path,
        "context_start_samples": 96_000,
        "region_start_samples": REGION_SAMPLES,
        "region_end_samples": 2 * REGION_SAMPLES,
        "valid": ((0, 3 * REGION_SAMPLES),),
        "prompt": prompt,
        "seed": 3,
        "region_id": "region-1",
        "software_version": "9.9",
    }
    return JobSpec(**{**fields, **changes})

"""What the user does to the running job, brought to the engine that asks after each step."""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from prismdesk.jobs.messages import HeardSoFar
from prismdesk.jobs.spec import inside
from prismdesk.media.errors import MediaWorkError
from prismdesk.media.wav import WavWriter
from prismdesk.project.store.folder import JOBS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.engines.sound import Sound
    from prismdesk.jobs.messages import HearSoFar
    from prismdesk.jobs.spec import JobSpec

_HEARD = "heard-*.wav*"


class Wishes:
    """What was asked of jobs; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hear: dict[str, set[int]] = {}
        self._enough: set[str] = set()

    def hear(self, wish: HearSoFar) -> None:
        """Want the sound so far of a job, after a step or, with 0, after the next."""
        with self._lock:
            self._hear.setdefault(wish.job_id, set()).add(wish.at_step)

    def end(self, job_id: str) -> None:
        """Want a job's sampling ended."""
        with self._lock:
            self._enough.add(job_id)

    def take_hear(self, job_id: str, step: int) -> bool:
        """Whether the sound is wanted after this step; what was wanted until then is done."""
        with self._lock:
            wanted = self._hear.get(job_id, set())
            due = {at_step for at_step in wanted if at_step <= step}
            wanted -= due
            return bool(due)

    def wants_end(self, job_id: str) -> bool:
        """Whether a job's sampling is to end."""
        return job_id in self._enough

    def forget(self, job_id: str) -> None:
        """The job is over."""
        with self._lock:
            self._hear.pop(job_id, None)
            self._enough.discard(job_id)


class JobHands:
    """The hands on one job; see ``engines.request.RunHands``.

    Args:
        spec: the job.
        project_folder: beside its record there, what is heard is written.
        wishes: what was asked of it.
        tell: told what can be heard, or why not.
    """

    def __init__(
        self,
        spec: JobSpec,
        project_folder: Path,
        wishes: Wishes,
        tell: Callable[[HeardSoFar], None],
    ) -> None:
        self._spec = spec
        self._project_folder = project_folder
        self._wishes = wishes
        self._tell = tell
        self._count = 0

    def hear_wanted(self, step: int) -> bool:
        """Whether the sound so far is wanted now."""
        return self._wishes.take_hear(self._spec.job_id, step)

    def deliver(self, sound: Sound, step: int, steps: int) -> None:
        """Write the region's sound beside the job, and tell; only the two newest are kept."""
        self._count += 1
        length = self._spec.region_length_samples
        audio = sound.audio[:, sound.head_samples : sound.head_samples + length]
        path = self._path(self._count)
        try:
            file = inside(self._project_folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            with WavWriter(file, rate_hz=self._spec.rate_hz, channels=len(audio)) as writer:
                writer.write(audio)
        except (MediaWorkError, OSError) as error:
            self.cannot_hear(f"The sound so far could not be written: {error}")
            return
        with suppress(OSError):
            inside(self._project_folder, self._path(self._count - 2)).unlink(missing_ok=True)
        self._tell(
            HeardSoFar(
                job_id=self._spec.job_id,
                path=path,
                step=step,
                steps=steps,
                channels=len(audio),
                length_samples=length,
                seam_samples=sound.seam_samples,
            )
        )

    def cannot_hear(self, reason: str) -> None:
        """Tell why there is nothing to hear."""
        self._tell(HeardSoFar(job_id=self._spec.job_id, reason=reason))

    def enough(self) -> bool:
        """Whether sampling is to end."""
        return self._wishes.wants_end(self._spec.job_id)

    def _path(self, number: int) -> str:
        return (PurePosixPath(JOBS) / self._spec.job_id / f"heard-{number}.wav").as_posix()


def remove_heard(project_folder: Path, job_id: str) -> None:
    """Remove what was heard of a job; it was never more than a draft."""
    for file in (project_folder / JOBS / job_id).glob(_HEARD):
        with suppress(OSError):
            file.unlink()

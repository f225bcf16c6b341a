"""What is to be otherwise when a job is tried again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prismdesk.jobs.messages import Workplace


class Retries:
    """The jobs that are tried again, and where.

    Asked for on any thread, in one step with the job's return to the queue (under the board's
    lock); read on the queue's own thread once the job's turn has come.
    """

    def __init__(self) -> None:
        self._wants_new_process: set[str] = set()
        self._machine_changes: dict[str, dict[str, Any]] = {}

    def ask(self, job_id: str, *, device: str, offload: str) -> None:
        """Want a job done in a new process, and where told (if not empty) elsewhere than all."""
        changes = {"device": device, "offload": offload}
        self._machine_changes[job_id] = {name: value for name, value in changes.items() if value}
        self._wants_new_process.add(job_id)

    def take_wish_for_new_process(self, job_id: str) -> bool:
        """Whether the job is to have a new process; said once for each retry."""
        is_wanted = job_id in self._wants_new_process
        self._wants_new_process.discard(job_id)
        return is_wanted

    def place_of(self, job_id: str, workplace: Workplace) -> Workplace:
        """Return where a job is done: as the user wants it for all, and for this one."""
        changes = self._machine_changes.get(job_id, {})
        return replace(workplace, machine=replace(workplace.machine, **changes))

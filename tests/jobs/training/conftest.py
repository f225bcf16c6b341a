from __future__ import annotations

from tests.jobs.training.thread_client import on_a_thread

__all__ = ["on_a_thread"]

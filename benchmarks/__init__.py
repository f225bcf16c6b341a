"""Ratios against named baselines, each measured in one run; see docs/benchmarks.md."""

from __future__ import annotations

import os

# As in the engine process: threads make numpy's many small products slower. Before numpy comes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

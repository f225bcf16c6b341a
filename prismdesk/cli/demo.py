"""``prismdesk demo``: the sample film's whole journey, and then the window, if there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.cli.sound import show_job
from prismdesk.display import has_display
from prismdesk.session.demo import finished_project_in, run_journey

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from prismdesk.cli.terminal import Interrupt, ProgressLine


def run_demo(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Make the sample film, mend it, print the report; open the project where there's a display.

    Where an earlier demo left its project, the window opens on that at once.
    """
    shows_window = has_display() and not options.headless
    earlier = finished_project_in(options.out)
    if shows_window and earlier is not None:
        return _show(earlier, interrupt)
    report = run_journey(options.out, progress, lambda job: show_job(job, progress), interrupt)
    progress.clear()
    print(report.to_text())
    if not report.passed:
        return 1
    return _show(report.project, interrupt) if shows_window else 0


def _show(project: Path, interrupt: Interrupt) -> int:
    # Only now: the window's library is large, and the command line must not need it.
    from prismdesk.app import run_window

    return run_window(project, cancelled=interrupt)

"""``python -m prismdesk``: the command line."""

from __future__ import annotations

import sys

from prismdesk.cli.main import main as run_command_line


def main() -> int:
    """Run the command line, or be a process of a frozen program's own; return the exit code."""
    if getattr(sys, "frozen", False):
        from prismdesk.jobs.client import run_if_engine_process
        from prismdesk.jobs.training.client import run_if_training_process

        if run_if_engine_process(sys.argv) or run_if_training_process(sys.argv):
            return 0
    return run_command_line()


if __name__ == "__main__":
    sys.exit(main())

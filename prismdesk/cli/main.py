"""The command line's door: reads the arguments, runs the command, says how it ended."""

from __future__ import annotations


def main() -> int:
    """Run the command line and return its exit code."""
    return 2

"""The arguments of ``batch``."""

from __future__ import annotations

from pathlib import Path

from prismdesk.cli.arguments.shared import (
    REGION_HELP,
    Add,
    add_actions,
    add_json,
    add_machine,
    take_count,
)


def add_batch(add: Add) -> None:
    """Add ``batch``."""
    command = add("batch", "Make many regions of a project, one after the other; over night too.")
    add_action = add_actions(command, required=True)
    start = add_action("start", "Make all open regions, or the named ones.")
    resume = add_action("resume", "Go on with the batch that isn't over.")
    for action in (start, resume):
        action.add_argument("project", type=Path, metavar="PROJECT")
        add_machine(action)
    start.add_argument("--takes", type=take_count, default=1, metavar="N", help="of each, 1 to 16")
    start.add_argument(
        "--regions", nargs="+", metavar="REGION", help=f"{REGION_HELP} (default: all open regions)"
    )
    start.add_argument(
        "--only-open", action="store_true", help="of the named regions, those that are open"
    )
    start.add_argument(
        "--remake", action="store_true", help="make more takes of regions that have some"
    )
    start.add_argument(
        "--order",
        choices=("fewest-loads", "film", "shortest"),
        default="fewest-loads",
        help="which region comes first (default: the order that loads models least often)",
    )
    start.add_argument(
        "--at", dest="start_at", metavar="HH:MM", help="wait for that time of the day"
    )
    start.add_argument("--dry-run", action="store_true", help="say what would be made, and end")
    resume.add_argument("--failed", action="store_true", help="also what failed or was cancelled")
    status = add_action("status", "How far the batch is.")
    summary = add_action("summary", "What became of each region, and why.")
    for action in (status, summary):
        action.add_argument("project", type=Path, metavar="PROJECT")
        add_json(action)
    summary.add_argument("--csv", type=Path, metavar="FILE", help="write it as a table, too")
    cancel = add_action("cancel", "Make nothing more of the batch; what is made stays.")
    cancel.add_argument("project", type=Path, metavar="PROJECT")

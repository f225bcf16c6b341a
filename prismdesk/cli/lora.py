"""``prismdesk lora``: which function runs which of its actions."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import argparse

    from prismdesk.cli.commands import Command
    from prismdesk.cli.terminal import Interrupt, ProgressLine

_HOMES = {
    "list": ("prismdesk.cli.lora_library", "list_presets"),
    "show": ("prismdesk.cli.lora_library", "show_preset"),
    "check": ("prismdesk.cli.lora_library", "check_preset"),
    "folders": ("prismdesk.cli.lora_library", "show_folders"),
    "import": ("prismdesk.cli.lora_files", "bring_in"),
    "export": ("prismdesk.cli.lora_files", "write_out"),
    "merge": ("prismdesk.cli.lora_files", "merge"),
    "set": ("prismdesk.cli.lora_files", "change"),
    "train": ("prismdesk.cli.lora_training", "train"),
    "runs": ("prismdesk.cli.lora_training", "show_runs"),
    "stop": ("prismdesk.cli.lora_training", "stop"),
    "use": ("prismdesk.cli.lora_training", "use"),
    "sweep": ("prismdesk.cli.lora_training", "sweep"),
    "dataset": ("prismdesk.cli.lora_dataset", "run_dataset"),
    "compare": ("prismdesk.cli.lora_comparing", "compare"),
    "remove": ("prismdesk.cli.lora_files", "remove"),
}


def run_lora(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Run one action; its module is imported only then."""
    module, function = _HOMES[options.action]
    return cast("Command", getattr(import_module(module), function))(options, progress, interrupt)

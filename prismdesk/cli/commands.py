"""Which function runs which command; each module is imported only when it is called for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from prismdesk.cli.terminal import Interrupt, ProgressLine

    Command = Callable[[argparse.Namespace, ProgressLine, Interrupt], int]

_HOMES = {
    None: ("prismdesk.cli.window", "open_window"),
    "demo": ("prismdesk.cli.demo", "run_demo"),
    "info": ("prismdesk.cli.inspect_film", "show_info"),
    "gaps": ("prismdesk.cli.inspect_film", "show_gaps"),
    "new": ("prismdesk.cli.projects", "make_project"),
    "relink": ("prismdesk.cli.projects", "relink_project"),
    "collect": ("prismdesk.cli.projects", "collect_project"),
    "history": ("prismdesk.cli.projects", "show_history"),
    "generate": ("prismdesk.cli.sound", "generate"),
    "fill": ("prismdesk.cli.sound", "fill"),
    "extend": ("prismdesk.cli.sound", "extend"),
    "export": ("prismdesk.cli.delivery", "export"),
    "verify": ("prismdesk.cli.delivery", "verify"),
    "batch": ("prismdesk.cli.batches", "run_batches"),
    "models": ("prismdesk.cli.models", "run_models"),
    "lora": ("prismdesk.cli.lora", "run_lora"),
    "project": ("prismdesk.cli.licences", "run_project"),
    "credits": ("prismdesk.cli.licences", "show_credits"),
    "policy": ("prismdesk.cli.licences", "run_policy"),
    "takes": ("prismdesk.cli.takes", "run_takes"),
    "seams": ("prismdesk.cli.seams", "show_seams"),
    "onsets": ("prismdesk.cli.seams", "show_onsets"),
    "suggest": ("prismdesk.cli.prompts", "suggest"),
    "prompts": ("prismdesk.cli.prompts", "run_prompts"),
}


def find(name: str | None) -> Command:
    """Return the function of a command; None is the window."""
    module, function = _HOMES[name]
    return cast("Command", getattr(import_module(module), function))

"""All options of training as a page of the documentation, made from their descriptions.

``python -m prismdesk.engines.training.option_list docs/training-options.md`` writes it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.engines.training.option_specs import OPTION_SPECS

if TYPE_CHECKING:
    from prismdesk.engines.training.option_specs import OptionSpec, Value

_METHODS = {"lora": "adapters", "words": "words", "vocoder": "vocoder"}


def options_markdown() -> str:
    """Return the page: every option with what it may be, its start values and what it does."""
    lines = [
        "# Options of training",
        "",
        "Made from their descriptions by `python -m prismdesk.engines.training.option_list "
        "docs/training-options.md`; a test keeps it current.",
        "",
        "The names are those of the table `[options]` in a configuration of `prismdesk lora "
        "train`. What a run leaves out is chosen by model, size of the set and graphics card.",
        "",
        "| Option | | May be | SelVA, MMAudio | AudioX | For | What it does |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_row(spec) for spec in OPTION_SPECS]
    return "\n".join(lines) + "\n"


def _row(spec: OptionSpec) -> str:
    starts = [
        _shown(spec.default_of(family)) if family in spec.families else "–"
        for family in ("selva", "audiox")
    ]
    named = ", ".join(_METHODS[method] for method in spec.methods)
    used = "all" if len(spec.methods) == len(_METHODS) else named
    cells = (f"`{spec.name}`", spec.label, spec.range_in_words, *starts, used, spec.help)
    return f"| {' | '.join(cells)} |"


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ", ".join(value) or "the usual"
    return f"{value:g}" if isinstance(value, float) else str(value)


def main() -> int:
    """Write the page to the file named on the command line."""
    Path(sys.argv[1]).write_text(options_markdown(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

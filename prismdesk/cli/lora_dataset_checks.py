"""``prismdesk lora dataset check`` and ``fix``: doubts about a set, and what is done about them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from prismdesk.adapters.training_set import read_set
from prismdesk.cli.lora_dataset_words import find_pair
from prismdesk.session.training_checks import THE_SET, apply_remedy, checks_of

if TYPE_CHECKING:
    import argparse

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.session.training_checks import Doubt

_THE_SET = "set"


def check(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Print every doubt with what can be done about it; exit 1 if there is one."""
    found = checks_of(
        options.folder,
        model_id=options.model,
        progress=lambda share: progress.show("Listening", share, None),
        cancelled=interrupt,
    )
    progress.clear()
    doubted = {key or _THE_SET: doubts for key, doubts in found.items() if doubts}
    if options.as_json:
        print(json.dumps({key: [_node(one) for one in all_] for key, all_ in doubted.items()}))
        return 1 if doubted else 0
    for key, doubts in doubted.items():
        print(key)
        for doubt in doubts:
            where = "" if doubt.at_seconds is None else f" (at {doubt.at_seconds:.2f} s)"
            print(f"  {doubt.kind}: {doubt.sentence}{where}")
            if doubt.remedies:
                print(f"    {', '.join(_quoted(remedy) for remedy, _ in doubt.remedies)}")
    if not doubted:
        print("Nothing speaks against training on it.")
    return 1 if doubted else 0


def fix(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Do something about a doubt."""
    before = read_set(options.folder)
    key = THE_SET if options.pair == _THE_SET else find_pair(before, options.pair).key
    progress.begin(f"Mending {options.pair}")
    after = apply_remedy(options.folder, key, options.remedy, cancelled=interrupt)
    progress.clear()
    print("Done." if after != before else "There was nothing to do.")
    return 0


def _quoted(remedy: str) -> str:
    return f"'{remedy}'" if " " in remedy else remedy


def _node(doubt: Doubt) -> dict[str, object]:
    return {
        "kind": doubt.kind,
        "sentence": doubt.sentence,
        "at_seconds": doubt.at_seconds,
        "remedies": [{"id": remedy, "label": label} for remedy, label in doubt.remedies],
    }

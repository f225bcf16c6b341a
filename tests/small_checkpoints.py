"""Write small checkpoints in the published layout: ``python -m tests.small_checkpoints OUT``.

Each lies in a folder of its own with ``prismdesk-model.json``, so that
``prismdesk models add OUT/NAME`` makes it a variant. The weights are random: what they sound
like says nothing, but every way through the program works with them, in seconds.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.checkpoints.audiox_models import KINDS, AudioxModel
from tests.checkpoints.audiox_writing import write_audiox_checkpoint
from tests.checkpoints.small_models import SmallModel
from tests.checkpoints.writing import write_checkpoint


def main(arguments: list[str] | None = None) -> int:
    """Write what was asked for, all eight kinds by default; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--family", choices=("selva", "mmaudio", "audiox"))
    parser.add_argument("--rate", choices=("16k", "44k"))
    parser.add_argument("--v2", action="store_true", help="the second version of MMAudio's large")
    options = parser.parse_args(arguments)
    for model in ALL_SMALL_MODELS:
        if options.family in (None, model.family) and options.rate in (None, model.rate):
            if options.v2 and not model.is_v2:
                continue
            folder = options.out / f"{model.family}-{model.variant}"
            print(write_checkpoint(folder, model).parent)  # noqa: T201  (the answer)
    if options.family in (None, "audiox") and not (options.rate or options.v2):
        for kind in KINDS:
            model_of_audiox = AudioxModel(kind=kind)
            folder = options.out / f"audiox-{model_of_audiox.size_and_kind}"
            print(write_audiox_checkpoint(folder, model_of_audiox).parent)  # noqa: T201  (the answer)
    return 0


ALL_SMALL_MODELS = (
    SmallModel(family="selva", rate="16k"),
    SmallModel(family="selva", rate="44k"),
    SmallModel(family="mmaudio", rate="16k"),
    SmallModel(family="mmaudio", rate="44k"),
    SmallModel(family="mmaudio", rate="44k", is_v2=True),
)

if __name__ == "__main__":
    sys.exit(main())

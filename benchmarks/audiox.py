"""AudioX at full size, end to end and stage by stage, against the plain path.

    python -m benchmarks.audiox [--kinds base maf maf-mmdit] [--device cpu] [--seconds 10]
                                [--presets draft final] [--precision auto] [--folder DIR]

Weights are random where the published files can't be had: they take the same time. A checkpoint
of the full size is written once into ``--folder`` (a few hundred MB: its large tensors share one
pool of numbers) and read as any other. Printed for each model and preset: time and peak memory of
each stage of a first take of a film that was never seen, of another take, and seconds per step.
Then the plain path of sampling and decoding in the same run: networks as they are written down,
two evaluations for guidance, conditions prepared anew at each step, the whole sound decoded at
once. Ratios above 1 say how many times quicker the program's own way is.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the program; before numpy comes

import torch

from benchmarks.audiox_plain import AUDIOX_STAGES, plain_stages
from benchmarks.selva_scene import Stopwatch, film_of_noise, region_of
from prismdesk.engines.audiox.engine import AudioxEngine
from prismdesk.engines.audiox.presets import PRESETS
from prismdesk.engines.hosting.device import choose_device
from prismdesk.engines.request import MachineOptions
from prismdesk.engines.weights import catalogue
from tests.checkpoints.audiox_models import KINDS, AudioxModel
from tests.checkpoints.audiox_writing import write_audiox_checkpoint

if TYPE_CHECKING:
    from prismdesk.engines.request import Request
    from prismdesk.engines.weights.model import Model

_GB = 1e9


def main() -> None:
    """Write checkpoints, measure, print."""
    options = _options()
    if options.threads:
        torch.set_num_threads(options.threads)
    with tempfile.TemporaryDirectory() as scratch:
        for kind in ("CONFIG", "CACHE", "DATA", "STATE"):
            os.environ[f"XDG_{kind}_HOME"] = str(Path(scratch) / kind.lower())
        folder = options.folder or Path(scratch) / "models"
        os.environ["PRISMDESK_MODELS"] = str(folder)
        film = film_of_noise(Path(scratch) / "film.mp4", seconds=options.seconds + 1.0)
        for kind in options.kinds:
            model = _checkpoint(folder, AudioxModel(kind=kind, is_full=not options.tiny))
            for preset in options.presets:
                _measure(model, preset, film, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="+", default=["base"], choices=KINDS)
    parser.add_argument("--presets", nargs="+", default=["draft"], choices=tuple(PRESETS))
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="auto", choices=("auto", "bf16", "fp16", "fp32"))
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--takes", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="keeps the checkpoints for the next time")
    parser.add_argument("--tiny", action="store_true", help="the tests' small checkpoints")
    parser.add_argument("--no-plain", action="store_true", help="leave the plain path out")
    return parser.parse_args()


def _checkpoint(folder: Path, wanted: AudioxModel) -> Model:
    place = folder / f"audiox-{wanted.size_and_kind}"
    if not (place / "prismdesk-model.json").exists():
        write_audiox_checkpoint(place, wanted)
    return next(one for one in catalogue.models_for("audiox") if one.custom_folder == place)


def _measure(model: Model, preset: str, film: Path, options: argparse.Namespace) -> None:
    device = choose_device(options.device)
    request = region_of(
        film,
        seconds=options.seconds,
        variant=model.id,
        settings={"preset": preset, "precision": options.precision},
        machine=MachineOptions(device=options.device),
        takes=options.takes,
    )
    chosen = PRESETS[preset]
    print(f"\n{model.name}, {options.seconds:g} s, {preset}: {chosen.steps} steps of ", end="")
    print(f"{chosen.sampler}, on {device}")
    engine = AudioxEngine()
    _table("first take (checking, loading, film, encoders)", _run(engine, request, device))
    takes = [
        _run(engine, replace(request, seed=seed), device) for seed in range(options.rounds + 1)
    ]
    another = min(takes[1:], key=lambda take: take.elapsed_seconds)
    _table(f"another take, the quickest of {options.rounds} after a warm-up", another)
    per_step = another.stages["sampling"][0] / chosen.steps
    print(f"    {'a step':20} {1000 * per_step:9.2f} ms")
    engine.release()
    if not options.no_plain:
        plain = plain_stages(request, device)
        _table("plain path", plain)
        print("  times the plain path's")
        for name in ("sampling", "decoding"):
            print(f"    {name:20} {plain.stages[name][0] / another.stages[name][0]:9.2f}")


def _run(engine: AudioxEngine, request: Request, device: torch.device) -> Stopwatch:
    with Stopwatch(device, AUDIOX_STAGES) as watch:
        engine.run(request, lambda progress: None, lambda: False)
    return watch


def _table(title: str, watch: Stopwatch) -> None:
    print(f"  {title}")
    for name, (seconds, peak_bytes) in watch.stages.items():
        print(f"    {name:20} {seconds:9.3f} s   peak {peak_bytes / _GB:6.2f} GB")
    print(f"    {'whole':20} {watch.elapsed_seconds:9.3f} s")


if __name__ == "__main__":
    main()

"""SelVA and MMAudio at full size, end to end and stage by stage, against the plain path.

    python -m benchmarks.selva [--variants selva-small_16k ...] [--device cpu] [--seconds 8]
                               [--steps 25] [--precision auto] [--folder DIR]

Weights are random where the published files can't be had: they take the same time. A checkpoint
of the full size is written once into ``--folder`` (4 GB and up) and read as any other. Printed for
each variant: time and peak memory of each stage of a first take of a film that was never seen, of
a second take, and of the plain path in the same run. Plain is: networks as they are written down
(no fused projections, no tiles), two evaluations for guidance, conditions prepared anew at each
step, nothing cached. Ratios above 1 say how many times quicker the program's own way is.
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

from benchmarks.selva_plain import plain_stages
from benchmarks.selva_scene import Stopwatch, film_of_noise, region_of
from prismdesk.engines.hosting.device import choose_device
from prismdesk.engines.request import MachineOptions
from prismdesk.engines.selva.engine import SelvaEngine
from prismdesk.engines.weights import catalogue
from tests.checkpoints.full_models import full_model
from tests.checkpoints.writing import write_checkpoint

if TYPE_CHECKING:
    from prismdesk.engines.request import Request

_GB = 1e9
_TELLING_SECONDS = 0.001


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
        for variant in options.variants:
            _measure(variant, film, folder, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variants", nargs="+", default=["selva-small_16k"], metavar="ID")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--precision", default="auto", choices=("auto", "bf16", "fp16", "fp32"))
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--takes", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="keeps the checkpoints for the next time")
    parser.add_argument("--no-plain", action="store_true", help="leave the plain path out")
    return parser.parse_args()


def _measure(variant: str, film: Path, folder: Path, options: argparse.Namespace) -> None:
    model = full_model(variant)
    place = folder / variant
    if not (place / "prismdesk-model.json").exists():
        write_checkpoint(place, model)
    chosen = next(one for one in catalogue.models_for("selva") if one.custom_folder == place)
    device = choose_device(options.device)
    settings = {"steps": options.steps, "precision": options.precision}
    request = region_of(
        film,
        seconds=options.seconds,
        variant=chosen.id,
        settings=settings,
        machine=MachineOptions(device=options.device),
        takes=options.takes,
    )
    print(f"\n{variant}, {options.seconds:g} s, {options.steps} steps, on {device}")
    engine = SelvaEngine()
    first = _run(engine, request, device)
    _table("first take (checking, loading, film, encoders)", first)
    takes = [
        _run(engine, replace(request, seed=seed), device) for seed in range(options.rounds + 1)
    ]
    second = min(takes[1:], key=lambda take: take.elapsed_seconds)
    _table(f"another take, the quickest of {options.rounds} after a warm-up", second)
    engine.release()
    if not options.no_plain:
        plain = plain_stages(request, device, rounds=options.rounds)
        _table("plain path", plain)
        _ratios(first, second, plain)


def _run(engine: SelvaEngine, request: Request, device: torch.device) -> Stopwatch:
    with Stopwatch(device) as watch:
        engine.run(request, lambda progress: None, lambda: False)
    return watch


def _table(title: str, watch: Stopwatch) -> None:
    print(f"  {title}")
    for name, (seconds, peak_bytes) in watch.stages.items():
        print(f"    {name:20} {seconds:9.3f} s   peak {peak_bytes / _GB:6.2f} GB")
    print(f"    {'whole':20} {watch.elapsed_seconds:9.3f} s")


def _ratios(first: Stopwatch, second: Stopwatch, plain: Stopwatch) -> None:
    print("  times the plain path's")
    for name in ("picture timing", "picture meaning", "sampling", "decoding"):
        ours = second if name in ("sampling", "decoding") else first
        if min(plain.stages[name][0], ours.stages[name][0]) > _TELLING_SECONDS:
            print(f"    {name:20} {plain.stages[name][0] / ours.stages[name][0]:9.2f}")
    print(f"    {'another take':20} {plain.seconds / second.seconds:9.2f}")


if __name__ == "__main__":
    main()

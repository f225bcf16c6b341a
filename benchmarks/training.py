"""Steps of training a low-rank adapter against the plain path: training all weights.

    python -m benchmarks.training [--family selva audiox] [--batch 1] [--rank 16] [--steps 3]
                                  [--depth 0] [--device cpu] [--precision fp32] [--threads 1]

Networks are of the published sizes with random weights: SelVA's small generator, and AudioX's
transformer with ``--depth`` of its 24 layers (6 unless said otherwise), which are all alike; pairs
are random numbers of the published lengths. Each way has a process of its own, so that the most
memory it ever held can be told: of the graphics card, else of the process less what it held once
the base was there. Printed are the median second of a step and that memory.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import torch

from prismdesk.engines.audiox.denoiser.dit import Dit
from prismdesk.engines.audiox.denoiser.network_config import DitConfig
from prismdesk.engines.selva.generator.config import PUBLISHED_GENERATORS
from prismdesk.engines.selva.generator.network import Generator
from prismdesk.engines.training.audiox_subject import AudioxSubject
from prismdesk.engines.training.draws import Draws
from prismdesk.engines.training.encoded_set import EncodedPair
from prismdesk.engines.training.optimising import Optimiser
from prismdesk.engines.training.options import default_options, from_mapping
from prismdesk.engines.training.selva_subject import SelvaSubject
from prismdesk.engines.training.subject import BaseModel, LearnedGroup

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.training.options import TrainingOptions

_WAYS = {
    "all weights": {},
    "adapter": {},
    "adapter, saving memory": {"gradient_checkpointing": True},
}
_PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16}
_BASE = BaseModel(model_id="benchmark", sha256="")
_MB = 1e6
_AUDIOX_FRAMES, _AUDIOX_TOKENS = 236, 1979


def main() -> int:
    """Print a table for each family."""
    given = _arguments().parse_args()
    if given.way:
        print(json.dumps(_measured(given)))
        return 0
    for family in given.family:
        print(
            f"{family}: batch {given.batch}, rank {given.rank}, {given.precision} on {given.device}"
        )
        plain: dict[str, float] | None = None
        for way in _WAYS:
            found = _in_a_process(family, way)
            plain = plain or found
            quicker = plain["seconds"] / found["seconds"]
            smaller = found["bytes"] / plain["bytes"]
            print(
                f"  {way:<24}{found['seconds']:8.3f} s a step ({quicker:.2f}x)"
                f"{found['bytes'] / _MB:10.0f} MB ({smaller:.2f}x)"
                f"{found['learned'] / _MB:9.2f} M learn"
            )
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--family", nargs="+", default=["selva", "audiox"])
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--depth", type=int, default=6)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", choices=_PRECISIONS, default="fp32")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--way", choices=_WAYS, help=argparse.SUPPRESS)
    return parser


def _in_a_process(family: str, way: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.training", *sys.argv[1:]]
    command += ["--family", family, "--way", way]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _measured(given: argparse.Namespace) -> dict[str, float]:
    torch.set_num_threads(given.threads)
    family = given.family[-1]
    values = {
        "batch": given.batch,
        "rank": given.rank,
        "precision": given.precision,
        "start": "standard",
        **_WAYS[given.way],
    }
    options = from_mapping(values, start=default_options(family))
    device = torch.device(given.device)
    subject = _subject(family, options, device, _PRECISIONS[given.precision], given.depth)
    groups = subject.groups()
    if given.way == "all weights":
        named = subject.network.named_parameters()
        whole = {name: one for name, one in named if ".lora_" not in name}
        groups = [LearnedGroup(parameters=whole)]
    optimiser = Optimiser(groups, options, subject.betas)
    pairs = [_pair(family, number) for number in range(given.batch)]
    before = _held_bytes(device)
    seconds = []
    for step in range(given.steps + 1):
        began = time.perf_counter()
        subject.loss(pairs, Draws(options, step)).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimiser.gradient_norm()
        optimiser.step(step)
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        seconds.append(time.perf_counter() - began)
    return {
        # The first step makes room and tables, which the others find there.
        "seconds": statistics.median(seconds[1:]),
        "bytes": _held_bytes(device) - (0 if device.type == "cuda" else before),
        "learned": sum(one.numel() for group in groups for one in group.parameters.values()),
    }


def _held_bytes(device: torch.device) -> int:
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _subject(
    family: str, options: TrainingOptions, device: torch.device, dtype: torch.dtype, depth: int
) -> SelvaSubject | AudioxSubject:
    torch.manual_seed(0)
    if family == "selva":
        generator = Generator(PUBLISHED_GENERATORS["small_16k"], fused=False)
        return SelvaSubject(generator.to(device, dtype), options, _BASE)
    config = DitConfig(
        io_channels=64,
        patch_size=1,
        embed_dim=1536,
        cond_token_dim=768,
        project_cond_tokens=False,
        global_cond_dim=0,
        project_global_cond=False,
        input_concat_dim=0,
        prepend_cond_dim=0,
        depth=depth,
        num_heads=24,
        global_cond_type="prepend",
    )
    return AudioxSubject(Dit(config, fused=False).to(device, dtype), options, _BASE)


def _pair(family: str, number: int) -> EncodedPair:
    random = torch.Generator().manual_seed(number)

    def drawn(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=random)

    tensors: dict[str, Any]
    if family == "selva":
        tensors = {
            "latent": drawn(250, 20),
            "clip": drawn(64, 1024),
            "sync": drawn(192, 768),
            "text": drawn(77, 1024),
            "real_frames": torch.tensor(250),
        }
    else:
        tensors = {
            "latent_mean": drawn(64, _AUDIOX_FRAMES),
            "latent_std": drawn(64, _AUDIOX_FRAMES).abs(),
            "context": drawn(1, _AUDIOX_TOKENS, 768),
            "gap": torch.ones(1, _AUDIOX_FRAMES, dtype=torch.bool),
            "real_frames": torch.tensor(_AUDIOX_FRAMES),
        }
    return EncodedPair(key=str(number), family=family, prompt="", tensors=tensors)


if __name__ == "__main__":
    sys.exit(main())

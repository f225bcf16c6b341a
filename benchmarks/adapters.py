"""Adapters merged into a network's weights against adapters computed beside its layers.

    python -m benchmarks.adapters [--family selva audiox] [--rank 16] [--rounds 8]
                                  [--device cpu] [--precision fp32] [--threads 2]

Networks are of the published sizes with random weights: MMAudio's small generator, and AudioX's
transformer with ``--depth`` of its 24 layers, which are all alike. Printed for each way: what
putting an adapter on, changing its strength and taking it off cost, how long a step of a guided
run takes (two rows; the ways take turns, medians), the memory beside the base, and after how many
steps merging has paid for itself. ``peft`` works on the network as it is written down, whose
layers it can wrap; ``beside`` are hooks on the quick network. Ratios above 1 speak for merging.
"""

from __future__ import annotations

import argparse
import statistics
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import torch

from benchmarks.adapters_hot import hooked, inject, set_peft_strength
from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs
from prismdesk.engines.audiox.denoiser.dit import Dit
from prismdesk.engines.audiox.denoiser.network_config import DitConfig
from prismdesk.engines.nets.adapter_stack import AdapterStack
from prismdesk.engines.nets.low_rank import Adapter, LowRank, linears_ending_in
from prismdesk.engines.selva.generator.conditions import Conditions
from prismdesk.engines.selva.generator.config import PUBLISHED_GENERATORS
from prismdesk.engines.selva.generator.network import Generator
from prismdesk.engines.selva.lengths import lengths_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    Step = Callable[[], Tensor]

_TARGETS = {"selva": ("attn.qkv",), "audiox": ("to_qkv", "to_q", "to_kv", "to_out")}
_PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16}
_MB = 1e6


@dataclass
class _Way:
    """What one way costs: seconds of every round, and bytes beside the base."""

    name: str
    bytes: int
    on: list[float] = field(default_factory=list)
    strength: list[float] = field(default_factory=list)
    off: list[float] = field(default_factory=list)
    step: list[float] = field(default_factory=list)


def main() -> None:
    """Measure and print."""
    options = _options()
    torch.set_num_threads(options.threads)
    torch.set_grad_enabled(False)
    for family in options.family:
        _measure(family, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", nargs="+", choices=tuple(_TARGETS), default=tuple(_TARGETS))
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--depth", type=int, default=4, help="layers of AudioX")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--precision", choices=tuple(_PRECISIONS), default="fp32")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def _measure(family: str, options: argparse.Namespace) -> None:
    quick, plain = _network(family, options), _network(family, options)
    plain.unfuse()
    adapter = _adapter(quick, family, options.rank)
    where = f"{options.precision} on {options.device}"
    print(f"{family}: {where}, rank {options.rank}, {len(adapter.layers)} layers")
    number_bytes = _PRECISIONS[options.precision].itemsize
    kept = sum(_numbers(one) for one in adapter.layers.values()) * number_bytes
    small = sum(one.up.nbytes + one.down.nbytes for one in adapter.layers.values())
    base, merged = _Way("base", 0), _Way("merged", kept)
    beside, peft = _Way("beside", small), _Way("peft", small)
    stack = AdapterStack(quick)
    steps = _step(quick), _step(plain)
    steps[0]()
    peft.on.append(_seconds(lambda: inject(plain, adapter), options))
    plain.to(_PRECISIONS[options.precision])
    steps[1]()
    for _ in range(options.rounds):
        base.step.append(_seconds(steps[0], options))
        merged.on.append(_seconds(lambda: stack.set([(adapter, 1.0)]), options))
        merged.strength.append(_seconds(lambda: stack.set([(adapter, 0.5)]), options))
        merged.step.append(_seconds(steps[0], options))
        merged.off.append(_seconds(stack.clear, options))
        with ExitStack() as hooks:
            enter = partial(hooks.enter_context, hooked(quick, [(adapter, 1.0)]))
            beside.on.append(_seconds(enter, options))
            beside.step.append(_seconds(steps[0], options))
            beside.off.append(_seconds(hooks.close, options))
        peft.strength.append(_seconds(lambda: set_peft_strength(plain, 0.5), options))
        peft.step.append(_seconds(steps[1], options))
    _tell([base, merged, beside, peft], merged)


def _tell(ways: list[_Way], merged: _Way) -> None:
    for way in ways:
        ratio = _median([a / b for a, b in zip(way.step, merged.step, strict=True)])
        print(
            f"  {way.name:7} on {_ms(way.on)}, strength {_ms(way.strength)}, off {_ms(way.off)}, "
            f"step {_ms(way.step)} ({ratio:.2f} of merged), {way.bytes / _MB:.0f} MB"
        )
        if way.name in ("beside", "peft"):
            lost = _median(merged.strength) - _median(way.strength or way.on)
            each = (ratio - 1.0) * _median(merged.step)
            after = f"after {max(0.0, lost / each):.1f} steps" if each > 0 else "never"
            print(f"          a change of strength by merging has paid for itself {after}")


def _median(values: list[float]) -> float:
    return statistics.median(values) if values else 0.0


def _ms(seconds: list[float]) -> str:
    return f"{1e3 * _median(seconds):.1f} ms" if seconds else "-"


def _network(family: str, options: argparse.Namespace) -> Generator | Dit:
    torch.manual_seed(0)
    network: Generator | Dit
    if family == "selva":
        network = Generator(PUBLISHED_GENERATORS["small_16k"])
    else:
        network = Dit(
            DitConfig(
                io_channels=64, patch_size=1, embed_dim=1536, cond_token_dim=768,
                project_cond_tokens=False, global_cond_dim=0, project_global_cond=False,
                input_concat_dim=0, prepend_cond_dim=0, depth=options.depth, num_heads=24,
                global_cond_type="prepend",
            )
        )  # fmt: skip
    network.to(options.device, _PRECISIONS[options.precision]).eval().requires_grad_(False)
    network.finish()
    return network


def _adapter(network: Generator | Dit, family: str, rank: int) -> Adapter:
    random = torch.Generator().manual_seed(1)
    layers = {
        name: LowRank(
            down=0.01 * torch.randn(rank, layer.in_features, generator=random),
            up=0.01 * torch.randn(layer.out_features, rank, generator=random),
            scale=2.0,
        )
        for name, layer in linears_ending_in(network, _TARGETS[family]).items()
    }
    return Adapter(name="adapter", layers=layers)


def _step(network: Generator | Dit) -> Step:
    """Return one step of a guided run of 8 or 10 s: two rows, conditional and not."""
    dtype = network.dtype
    if isinstance(network, Generator):
        device = network.empty_clip_feat.device
        sizes = lengths_of(8.0, 16_000)
        given = Conditions(
            clip=None, sync=None, text=None, batch=2,
            clip_frames=sizes.clip_frames, sync_frames=sizes.sync_frames,
        )  # fmt: skip
        prepared = network.prepare(given, latent_frames=sizes.latent_frames)
        latent = torch.randn(2, sizes.latent_frames, network.config.latent_dim).to(device, dtype)
        return lambda: network.velocity(latent, torch.full((2,), 0.5, device=device), prepared)
    device = network.transformer.project_in.weight.device
    cross = torch.randn(1, 384, 768).to(device, dtype)
    told = network.prepare_guided(ConditioningInputs(cross_tokens=cross), 216)
    x = torch.randn(1, 64, 216).to(device, dtype)
    return lambda: network.velocity(x, torch.full((1,), 0.5, device=device), told)


def _numbers(layer: LowRank) -> int:
    return layer.up.shape[0] * layer.down.shape[1]


def _seconds(work: Callable[[], object], options: argparse.Namespace) -> float:
    began = time.perf_counter()
    work()
    if options.device.startswith("cuda"):
        torch.cuda.synchronize()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()

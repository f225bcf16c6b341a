"""Small subjects of both families and sets for them, made in a moment."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch

from prismdesk.engines.training.audiox_subject import AudioxSubject
from prismdesk.engines.training.encoded_index import EncodedEntry, EncodedIndex, write_index
from prismdesk.engines.training.encoded_set import EncodedSet, write_pair
from prismdesk.engines.training.options import TrainingOptions, default_options, from_mapping
from prismdesk.engines.training.run_files import RunFolder
from prismdesk.engines.training.selva_subject import SelvaSubject
from prismdesk.engines.training.subject import BaseModel
from prismdesk.engines.training.trainer import Trainer
from tests.engines.audiox.denoiser.tiny import CHANNELS, DIT, FRAMES, MMDIT, tiny_denoiser
from tests.engines.selva.generator.tiny import CONFIG, tiny_generator
from tests.engines.selva.generator.tiny import FRAMES as SELVA_FRAMES

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.training.tasks import Wish, WorkReport

SHA = "b" * 64
BASE = BaseModel(model_id="tiny", sha256=SHA)
KINDS = ("selva", "dit", "mmdit")
PAIRS, HELD_OUT = 5, 2


_QUICK = {
    "steps": 6,
    "save_every": 3,
    "rank": 2,
    "lr": 3e-3,
    "warm_up": 2,
    "batch": 2,
    "example_count": 0,
}


def family_of(kind: str) -> str:
    return "selva" if kind == "selva" else "audiox"


def tiny_options(kind: str = "dit", **changes: Any) -> TrainingOptions:
    return from_mapping({**_QUICK, **changes}, start=default_options(family_of(kind)))


def tiny_subject(
    kind: str = "dit", options: TrainingOptions | None = None, *, dtype: torch.dtype = torch.float32
) -> SelvaSubject | AudioxSubject:
    wanted = options or tiny_options(kind)
    if kind == "selva":
        return SelvaSubject(tiny_generator(dtype=dtype), wanted, BASE)
    arguments = DIT if kind == "dit" else MMDIT
    return AudioxSubject(tiny_denoiser(arguments, dtype=dtype), wanted, BASE)


def tiny_tensors(kind: str, number: int) -> dict[str, Tensor]:
    """Pairs that are alike but not the same, so that there is something to learn."""
    random = torch.Generator().manual_seed(number)

    def drawn(*shape: int) -> Tensor:
        return torch.randn(*shape, generator=random)

    if kind == "selva":
        slope = torch.linspace(-1, 1, SELVA_FRAMES)[:, None]
        return {
            "latent": slope + 0.1 * drawn(SELVA_FRAMES, CONFIG.latent_dim),
            "real_frames": torch.tensor(SELVA_FRAMES),
            "clip": drawn(6, CONFIG.clip_dim),
            "sync": drawn(16, CONFIG.sync_dim),
            "text": drawn(CONFIG.text_tokens, CONFIG.text_dim),
        }
    tokens, width = (9, DIT["cond_token_dim"]) if kind == "dit" else (384, 768)
    gap = torch.zeros(3, FRAMES, dtype=torch.bool)
    gap[0] = True
    return {
        "latent_mean": torch.linspace(-1, 1, FRAMES) + 0.1 * drawn(CHANNELS, FRAMES),
        "latent_std": torch.full((CHANNELS, FRAMES), 0.1),
        "real_frames": torch.tensor(FRAMES - 2),
        "context": drawn(3, tokens, width),
        "gap": gap,
    }


def write_tiny_set(
    folder: Path, kind: str = "dit", *, pairs: int = PAIRS, held_out: int = HELD_OUT
) -> EncodedSet:
    entries = []
    for number in range(pairs + held_out):
        key, file = f"key{number}", f"key{number}.safetensors"
        write_pair(
            folder / file,
            family_of(kind),
            tiny_tensors(kind, number),
            base_sha256=SHA,
            pair=f"pair {number}",
            prompt="steps",
        )
        split = "train" if number < pairs else "hold out"
        entries.append(EncodedEntry(key=key, pair=f"pair {number}", file=file, split=split))  # type: ignore[arg-type]  # one of the two
    index = EncodedIndex(family=family_of(kind), base_sha256=SHA, entries=tuple(entries))
    write_index(folder, index)
    return EncodedSet(folder)


@dataclass
class Hands:
    """Wants what it was told to want after so many steps, each once, else to go on."""

    wishes: dict[int, list[Wish]] = field(default_factory=dict)
    reports: list[WorkReport] = field(default_factory=list)

    def wanted(self) -> Wish:
        step = self.reports[-1].step if self.reports else 0
        waiting = self.wishes.get(step)
        return waiting.pop(0) if waiting else "go"

    def report(self, report: WorkReport) -> None:
        self.reports.append(report)


def tiny_run(path: Path, kind: str = "dit") -> RunFolder:
    """A run's folder with an encoded set in it."""
    folder = RunFolder(path)
    folder.make({"options": {"method": "lora"}})
    write_tiny_set(folder.encoded, kind)
    return folder


def tiny_trainer(
    folder: RunFolder,
    kind: str = "dit",
    options: TrainingOptions | None = None,
    hands: Hands | None = None,
) -> Trainer:
    wanted = options or tiny_options(kind)
    return Trainer(
        tiny_subject(kind, wanted), EncodedSet(folder.encoded), wanted, folder, hands or Hands()
    )

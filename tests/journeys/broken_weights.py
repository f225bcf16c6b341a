"""Checkpoints with one thing wrong, as users meet them: cut short, renamed, hostile."""

from __future__ import annotations

import json
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import load_file, save_file

from tests.checkpoints.audiox_models import AudioxModel, Kind
from tests.checkpoints.audiox_writing import write_audiox_checkpoint
from tests.checkpoints.small_models import SmallModel
from tests.checkpoints.writing import (
    generator_state,
    sync_state,
    vae_state,
    vocoder_state,
    write_checkpoint,
)

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

SELVA = SmallModel(family="selva", rate="16k")
MMAUDIO = SmallModel(family="mmaudio", rate="16k")
SELVA_44K = SmallModel(family="selva", rate="44k")

Break = Callable[["Path"], None]


@dataclass(frozen=True, kw_only=True)
class Broken:
    """What is wrong with which file, and what the message says beside the file's name."""

    what: str
    file: str
    do: Break
    says: str
    model: SmallModel | AudioxModel = SELVA

    @property
    def engine(self) -> str:
        return "audiox" if isinstance(self.model, AudioxModel) else "selva"

    @property
    def name(self) -> str:
        return f"{self.what} {self.file}".replace("/", " ").replace("_", " ").replace(".", " ")

    def write(self, folder: Path) -> str:
        """Write the checkpoint; return the id it gets."""
        if isinstance(self.model, AudioxModel):
            description = write_audiox_checkpoint(folder, self.model)
        else:
            description = write_checkpoint(folder, self.model)
        about: dict[str, Any] = json.loads(description.read_text())
        about["name"] = self.name
        description.write_text(json.dumps(about))
        self.do(folder / self.file)
        return "custom-" + "-".join(self.name.casefold().split()).replace("'", "-")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def holding(text: bytes) -> Break:
    def put(path: Path) -> None:
        path.write_bytes(text)

    return put


def with_state(state: Callable[[], dict[str, Tensor]]) -> Break:
    return lambda path: torch.save(state(), path)


def no_numbers(path: Path) -> None:
    """Fill the tensors with values that are no numbers."""
    if path.suffix == ".safetensors":
        save_file(_no_numbers(load_file(path)), path, metadata={"format": "pt"})
        return
    whole: dict[str, Any] = torch.load(path, weights_only=True)
    torch.save(_no_numbers(whole.get("generator", whole.get("state_dict", whole))), path)


def _no_numbers(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: torch.full_like(tensor, float("nan")) for name, tensor in state.items()}


class Hostile:
    """Unpickled, it would leave a file behind."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return exec, (f"open({str(self.mark)!r}, 'w').close()",)


def hostile_pickle(path: Path) -> None:
    path.write_bytes(pickle.dumps({"weight": Hostile(mark_of(path))}, protocol=2))


def hostile_archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(Hostile(mark_of(path)), protocol=2))
        archive.writestr("archive/version", "3\n")
        archive.writestr("archive/byteorder", "little")


def hostile_torch_file(path: Path) -> None:
    state: dict[str, Any] = {"a": torch.zeros(3), "b": Hostile(mark_of(path))}
    torch.save(state, path)


def mark_of(path: Path) -> Path:
    """The file that is there if code from a weight file has run."""
    return path.with_name("code has run")


_GENERATOR, _SYNC = SELVA.files["generator"], SELVA.files["sync"]
_VAE, _VOCODER, _CLIP = SELVA.files["vae"], SELVA.files["vocoder"], SELVA.files["clip"]
_T5 = "flan-t5-base/model.safetensors"
_EVERY = (_GENERATOR, _SYNC, _VAE, _VOCODER, _CLIP)

BROKEN_SELVA = (
    *(Broken(what="cut", file=one, do=cut_short, says="cut short") for one in (*_EVERY, _T5)),
    *(Broken(what="nan", file=one, do=no_numbers, says="no numbers") for one in (*_EVERY, _T5)),
    *(
        Broken(what="hostile", file=one, do=do, says="run code")
        for one, do in zip(
            _EVERY,
            (hostile_pickle, hostile_archive, hostile_torch_file, hostile_pickle, hostile_archive),
            strict=True,
        )
    ),
    Broken(what="hostile", file=_T5, do=hostile_pickle, says=""),
    Broken(what="empty", file=_GENERATOR, do=holding(b""), says="empty"),
    Broken(what="page", file=_VAE, do=holding(b"<!DOCTYPE html><html>404</html>"), says="web page"),
    Broken(
        what="pointer",
        file=_CLIP,
        do=holding(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"),
        says="pointer",
    ),
    Broken(
        what="renamed vae as",
        file=_GENERATOR,
        do=with_state(lambda: vae_state(SELVA)),
        says="is the VAE of 16 kHz",
    ),
    Broken(
        what="renamed generator as",
        file=_VAE,
        do=with_state(lambda: generator_state(SELVA)),
        says="is a generator of SelVA or MMAudio",
    ),
    Broken(
        what="renamed vocoder as",
        file=_CLIP,
        do=with_state(lambda: vocoder_state(SELVA)),
        says="the vocoder of 16 kHz",
    ),
    Broken(
        what="renamed synchformer as",
        file=_SYNC,
        do=with_state(lambda: sync_state(MMAUDIO)),
        says="the Synchformer",
    ),
    Broken(
        what="renamed encoder as",
        file=MMAUDIO.files["sync"],
        do=with_state(lambda: sync_state(SELVA)),
        says="is the video encoder of SelVA",
        model=MMAUDIO,
    ),
    Broken(
        what="other variant",
        file=_VAE,
        do=with_state(lambda: vae_state(SELVA_44K)),
        says="the VAE of 44.1 kHz",
    ),
    Broken(
        what="other variant",
        file=_GENERATOR,
        do=with_state(lambda: generator_state(SELVA_44K)),
        says="generator",
    ),
    Broken(what="no json", file="flan-t5-base/config.json", do=holding(b"\x00{"), says=""),
    Broken(what="no json", file="flan-t5-base/tokenizer.json", do=holding(b"[" * 9999), says=""),
)


def copied_from(name: str) -> Break:
    """Put another file of the same checkpoint in its place."""

    def put(path: Path) -> None:
        path.write_bytes(path.with_name(name).read_bytes())

    return put


def gone(path: Path) -> None:
    path.unlink()


def stating(way: str, value: object) -> Break:
    """Have a field of ``config.json`` state something else; numbers in the way count in lists."""

    def put(path: Path) -> None:
        config = json.loads(path.read_text(encoding="utf-8"))
        node: Any = config
        *steps, last = way.split(".")
        for step in steps:
            node = node[int(step)] if isinstance(node, list) else node[step]
        node[last] = value
        path.write_text(json.dumps(config), encoding="utf-8")

    return put


def of_audiox(kind: Kind) -> Break:
    """Put the weights of another kind of AudioX there."""

    def put(path: Path) -> None:
        model = AudioxModel(kind=kind)
        write_audiox_checkpoint(path.parent / "other", model)
        (path.parent / "other" / model.files["model"]).replace(path)

    return put


MAF = AudioxModel(kind="maf")
MMDIT = AudioxModel(kind="maf-mmdit")
_MODEL, _SYNC_OF_MAF, _CONFIG, _VAE_FILE = (
    "model.ckpt",
    "synchformer_state_dict.pth",
    "config.json",
    "VAE.ckpt",
)
_T5_BASE = "t5-base/model.safetensors"

BROKEN_AUDIOX = tuple(
    Broken(what=what, file=file, do=do, says=says, model=model)
    for model, what, file, do, says in (
        *((MAF, "cut", one, cut_short, "cut short") for one in (_MODEL, _SYNC_OF_MAF, _T5_BASE)),
        *((MAF, "nan", one, no_numbers, "no") for one in (_MODEL, _SYNC_OF_MAF, _T5_BASE)),
        (MAF, "hostile", _MODEL, hostile_torch_file, "run code"),
        (MAF, "hostile pickle", _MODEL, hostile_pickle, "run code"),
        (MAF, "hostile", _SYNC_OF_MAF, hostile_archive, "run code"),
        (MAF, "empty", _MODEL, holding(b""), "empty"),
        (MAF, "page", _MODEL, holding(b"<!DOCTYPE html><html>404</html>"), "web page"),
        (MAF, "base as", _MODEL, of_audiox("base"), ""),
        (MAF, "mmdit as", _MODEL, of_audiox("maf-mmdit"), ""),
        (MAF, "synchformer as", _MODEL, copied_from(_SYNC_OF_MAF), "is the Synchformer"),
        (MAF, "model as", _SYNC_OF_MAF, copied_from(_MODEL), "an AudioX model"),
        (MMDIT, "vae as", _MODEL, copied_from(_VAE_FILE), "is an autoencoder of AudioX"),
        (MAF, "selva as", _MODEL, with_state(lambda: generator_state(SELVA)), "is a generator"),
        (MAF, "no json", _CONFIG, holding(b"\x00{"), "is no JSON"),
        (MAF, "deep json", _CONFIG, holding(b"[" * 100_000), "is no JSON"),
        (MAF, "list", _CONFIG, holding(b"[]"), "must be an object"),
        *(
            (MAF, f"stating {what}", _CONFIG, stating(way, value), way.rpartition(".")[2])
            for what, way, value in (
                ("size", "model.diffusion.config.embed_dim", 10**12),
                ("depth", "model.diffusion.config.depth", 10**9),
                ("less than none", "model.diffusion.config.depth", -1),
                ("heads", "model.diffusion.config.num_heads", 0),
                ("text", "sample_rate", "44100"),
                ("rate", "sample_rate", 10**30),
                ("kind", "model.diffusion.type", "x-transformer"),
                ("conditioner", "model.conditioning.configs.0.type", "os.system"),
                ("experts", "model.diffusion.gate_type_config.num_fusion_layers", 10**9),
                ("tokens", "model.conditioning.cond_dim", 10**15),
            )
        ),
    )
)
BROKEN = (*BROKEN_SELVA, *BROKEN_AUDIOX)

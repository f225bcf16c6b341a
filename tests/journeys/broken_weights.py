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
    model: SmallModel = SELVA

    @property
    def name(self) -> str:
        return f"{self.what} {self.file}".replace("/", " ").replace("_", " ").replace(".", " ")

    def write(self, folder: Path) -> str:
        """Write the checkpoint; return the id it gets."""
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
    torch.save(_no_numbers(whole.get("generator", whole)), path)


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

BROKEN = (
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

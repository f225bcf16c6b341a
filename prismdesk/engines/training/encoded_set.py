"""Encoded pairs: what the networks made of sound, picture and words, once for all training.

A pair is one safetensors file. Its tensors, float32 unless said otherwise (float16 is read too):

SelVA and MMAudio, C channels of the latent, L latent frames of 8 seconds:

* ``latent`` [L, C]: the VAE's mean, not normalised, of silence after the sound
* ``real_frames`` [] int64: latent frames that hold sound
* ``clip`` [64, clip width]: the picture's meaning; absent where the model is shown none
* ``sync`` [192, sync width]: the picture's timing; absent where there is no picture
* ``text`` [77, text width]: states of the prompt; absent for the empty prompt

AudioX, N latent frames of one window:

* ``latent_mean``, ``latent_std`` [C, N]: of the autoencoder, so that latents can be drawn anew
* ``real_frames`` [] int64
* ``context`` [V, M, D]: what the denoiser is told (after the fusing block, where there is one), in
  V versions: the first with the sound prompt that means none, the others with the pair's own sound
  as prompt, a gap cut out of it
* ``gap`` [V, N] bool: true where the sound is missing from the prompt, so all true in the first

Metadata (words): ``prismdesk.encoded`` = "1", ``family``, ``base_sha256``, ``pair``, ``prompt``.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from safetensors.torch import save

from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.loading.safetensors_file import read_own_file
from prismdesk.engines.training.encoded_index import (
    EncodedEntry,
    EncodedIndex,
    EncodedSetError,
    path_of,
    read_index,
)
from prismdesk.engines.training.run_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from torch import Tensor

__all__ = ["EncodedPair", "EncodedSet", "EncodedSetError", "check_tensors", "read_pair"]
__all__ += ["write_pair"]

LATENT, CLIP, SYNC, TEXT = "latent", "clip", "sync", "text"
LATENT_MEAN, LATENT_STD, CONTEXT, GAP = "latent_mean", "latent_std", "context", "gap"
REAL_FRAMES = "real_frames"

MOST_KEPT_BYTES = 2 << 30

_MARK = "prismdesk.encoded"
_NEEDED = {
    "selva": {LATENT: 2, REAL_FRAMES: 0},
    "audiox": {LATENT_MEAN: 2, LATENT_STD: 2, REAL_FRAMES: 0, CONTEXT: 3, GAP: 2},
}
_POSSIBLE = {"selva": {CLIP: 2, SYNC: 2, TEXT: 2}, "audiox": {}}


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedPair:
    """One pair, on the CPU.

    Attributes:
        key: in its set.
        family: "selva" or "audiox".
        prompt: its words.
        tensors: by the names above.
        metadata: what else its file says.
    """

    key: str
    family: str
    prompt: str
    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def size_bytes(self) -> int:
        """Of all its tensors."""
        return sum(tensor.nbytes for tensor in self.tensors.values())

    @property
    def real_frames(self) -> int:
        """Latent frames that hold sound."""
        return int(self.tensors[REAL_FRAMES])

    @property
    def latent_frames(self) -> int:
        """Latent frames in all."""
        if LATENT in self.tensors:
            return self.tensors[LATENT].shape[0]
        return self.tensors[LATENT_MEAN].shape[1]


def check_tensors(family: str, tensors: Mapping[str, Tensor], where: str) -> None:
    """Check what makes a pair: names, axes, and that every number is finite.

    Raises:
        EncodedSetError: something is missing, too much or damaged.
    """
    needed = _NEEDED.get(family, {})
    axes = {**needed, **_POSSIBLE.get(family, {})}
    if not needed or not set(needed) <= set(tensors) <= set(axes):
        raise EncodedSetError(f"{where} is no encoded pair of {family}; encode the set again.")
    for name, tensor in tensors.items():
        is_finite = not tensor.is_floating_point() or bool(tensor.isfinite().all())
        if tensor.dim() != axes[name] or not is_finite:
            raise EncodedSetError(f"{where} is damaged at '{name}'; encode the set again.")


def write_pair(
    path: Path,
    family: str,
    tensors: Mapping[str, Tensor],
    *,
    base_sha256: str,
    pair: str,
    prompt: str,
) -> None:
    """Write a pair's file; either all of it is there afterwards or nothing.

    Raises:
        EncodedSetError: the tensors make no pair.
        OSError: the disk gave up.
    """
    check_tensors(family, tensors, pair)
    metadata = {
        _MARK: "1",
        "family": family,
        "base_sha256": base_sha256,
        "pair": pair,
        "prompt": prompt,
    }
    whole = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, save(whole, metadata))


def read_pair(path: Path, key: str = "") -> EncodedPair:
    """Return a pair from its file.

    Raises:
        EncodedSetError: it isn't there, or is damaged.
    """
    try:
        tensors, metadata = read_own_file(path)
    except (OSError, CheckpointError) as error:
        raise EncodedSetError(
            f"The encoded pair {path} can't be read; encode the set again."
        ) from error
    if metadata.get(_MARK) != "1":
        raise EncodedSetError(f"{path} is no encoded pair; encode the set again.")
    family = metadata.get("family", "")
    check_tensors(family, tensors, str(path))
    wide = {
        name: tensor.float() if tensor.dtype == torch.float16 else tensor
        for name, tensor in tensors.items()
    }
    return EncodedPair(
        key=key or path.stem,
        family=family,
        prompt=metadata.get("prompt", ""),
        tensors=wide,
        metadata=metadata,
    )


class EncodedSet:
    """The pairs of a run, read when they are asked for and then kept in main memory.

    Args:
        folder: that holds ``index.json``.
        most_bytes: how much of them is kept.

    Raises:
        EncodedSetError: the index can't be read, or there is nothing to train on.
    """

    def __init__(self, folder: Path, *, most_bytes: int = MOST_KEPT_BYTES) -> None:
        self._folder = folder
        self.most_bytes = most_bytes
        self._kept: OrderedDict[str, EncodedPair] = OrderedDict()
        self._kept_bytes = 0
        self.index: EncodedIndex = read_index(folder)
        self.training: Sequence[EncodedEntry] = self._of("train")
        self.held_out: Sequence[EncodedEntry] = self._of("hold out")
        if not self.training:
            raise EncodedSetError(
                "There is no pair to train on; put one into the training part of the set."
            )

    def __len__(self) -> int:
        """Return how many pairs are trained on."""
        return len(self.training)

    def pair(self, entry: EncodedEntry) -> EncodedPair:
        """Return a pair's tensors.

        Raises:
            EncodedSetError: its file can't be used, or it was encoded for another model.
        """
        found = self._kept.get(entry.key)
        if found is None:
            path = path_of(self._folder, entry)
            found = read_pair(path, entry.key)
            of = (found.family, found.metadata.get("base_sha256", ""))
            if of != (self.index.family, self.index.base_sha256):
                raise EncodedSetError(
                    f"{path} was encoded for another model; encode the set again."
                )
            self._keep(entry.key, found)
        self._kept.move_to_end(entry.key)
        return found

    def pairs(self, entries: Sequence[EncodedEntry]) -> list[EncodedPair]:
        """Return the tensors of several pairs.

        Raises:
            EncodedSetError: one of them can't be used.
        """
        return [self.pair(entry) for entry in entries]

    def _keep(self, key: str, pair: EncodedPair) -> None:
        """Keep a pair, and let go of those that weren't asked for the longest if it gets much."""
        self._kept[key] = pair
        self._kept_bytes += pair.size_bytes
        while self._kept_bytes > self.most_bytes and len(self._kept) > 1:
            _, oldest = self._kept.popitem(last=False)
            self._kept_bytes -= oldest.size_bytes

    def _of(self, split: str) -> list[EncodedEntry]:
        return [entry for entry in self.index.entries if entry.split == split]

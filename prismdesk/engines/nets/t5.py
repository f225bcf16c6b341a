"""T5, which reads prompts for networks that listen by cross-attention: its encoder and its words.

Both come from a folder on this machine.
"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

import torch
from tokenizers import Tokenizer

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.published import Published
from prismdesk.engines.loading.state_file import CheckpointError, read_state
from prismdesk.engines.nets.t5_encoder import T5Encoder, T5EncoderConfig
from prismdesk.engines.nets.tokenizer_faults import tokenizer_faults_named

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor

LONGEST_PROMPT_TOKENS = 512
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_LARGEST_JSON_BYTES = 64 * 2**20
_SHARED_TABLE = "shared.weight"
_ENCODERS_TABLE = "encoder.embed_tokens.weight"


class T5TextEncoder:
    """Prompts to hidden states: a tokenizer and the encoder that goes with it.

    Args:
        encoder: the network.
        tokenizer: its own; truncation and padding are set here.
        where: the tokenizer's file, for messages.
        fixed_tokens: the length that every prompt is cut or padded to; None for that of the
            longest, at most 512.
    """

    def __init__(
        self,
        encoder: T5Encoder,
        tokenizer: Tokenizer,
        *,
        where: str = "T5's tokenizer",
        fixed_tokens: int | None = None,
    ) -> None:
        self.encoder = encoder
        self._tokenizer = tokenizer
        self._where = where
        pad = encoder.sizes.pad_token_id
        tokenizer.enable_truncation(fixed_tokens or LONGEST_PROMPT_TOKENS)
        tokenizer.enable_padding(
            pad_id=pad, pad_token=tokenizer.id_to_token(pad) or "<pad>", length=fixed_tokens
        )

    def ids(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Return ids [B, L] and a bool mask [B, L], true where there is a token.

        Raises:
            CheckpointError: the tokenizer turns out to be broken.
        """
        with tokenizer_faults_named(self._where):
            rows = self._tokenizer.encode_batch(list(texts))
        ids = torch.tensor([row.ids for row in rows], dtype=torch.int64)
        mask = torch.tensor([row.attention_mask for row in rows], dtype=torch.bool)
        return ids, mask

    def encode(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Return hidden states [B, L, d_model] and the bool mask [B, L], on the encoder's device.

        Args:
            texts: at least one prompt; what is too long is cut.
        """
        ids, mask = self.ids(texts)
        hidden = self.encoder(ids, mask)
        return hidden, mask.to(hidden.device)


def t5_checkpoint(config: T5EncoderConfig) -> Published[T5Encoder]:
    """Return how a T5 checkpoint fills the encoder; the decoder's tensors are left aside."""
    return Published(
        what="T5 text encoder", build=partial(T5Encoder, config), translate=_encoder_names
    )


def is_of_encoder(name: str) -> bool:
    """Whether a published name belongs to the encoder."""
    return name == _SHARED_TABLE or name.startswith("encoder.")


def load_t5(
    folder: Path,
    *,
    device: torch.device | str = "cpu",
    dtype: torch.dtype = torch.float32,
    fixed_tokens: int | None = None,
) -> T5TextEncoder:
    """Return the encoder of a folder with ``config.json``, ``tokenizer.json`` and weights.

    Weights are ``model.safetensors`` or ``pytorch_model.bin``. In float16 the feed-forward layers
    overflow, so the encoder is then kept in float32. For ``fixed_tokens`` see ``T5TextEncoder``.

    Raises:
        CheckpointError: a file is missing, damaged or not T5's.
    """
    config = _config_of(folder / "config.json")
    tokenizer = _tokenizer_of(folder / "tokenizer.json")
    weights = next((folder / name for name in _WEIGHTS if (folder / name).is_file()), None)
    if weights is None:
        raise CheckpointError(f"{folder} holds no {' or '.join(_WEIGHTS)}; fetch T5 again.")
    encoder = fill(
        t5_checkpoint(config),
        read_state(weights, names=is_of_encoder),
        where=str(weights),
        device=device,
        dtype=torch.float32 if dtype == torch.float16 else dtype,
    )
    where = str(folder / "tokenizer.json")
    return T5TextEncoder(encoder, tokenizer, where=where, fixed_tokens=fixed_tokens)


def _encoder_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Keep the encoder's tensors, the table of tokens once: some files name it after each user."""
    kept = {name: tensor for name, tensor in state.items() if is_of_encoder(name)}
    table = kept.pop(_ENCODERS_TABLE, None)
    return kept if table is None else {_SHARED_TABLE: table} | kept


def _config_of(path: Path) -> T5EncoderConfig:
    try:
        values = json.loads(_small_file(path))
    except (ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} is no JSON; fetch T5 again.") from error
    if not isinstance(values, dict):
        raise CheckpointError(f"{path} holds no sizes of T5; fetch T5 again.")
    # The first T5's file doesn't name its feed-forward layers; later ones always do.
    return T5EncoderConfig.from_mapping({"feed_forward_proj": "relu", **values})


def _tokenizer_of(path: Path) -> Tokenizer:
    content = _small_file(path)
    try:
        return Tokenizer.from_buffer(content)
    except Exception as error:
        raise CheckpointError(f"{path} is no tokenizer; fetch T5 again.") from error


def _small_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_JSON_BYTES + 1)
    except OSError as error:
        raise CheckpointError(f"{path} can't be read ({error.strerror or error}).") from error
    if len(content) > _LARGEST_JSON_BYTES:
        raise CheckpointError(f"{path} is far larger than it may be; fetch T5 again.")
    return content

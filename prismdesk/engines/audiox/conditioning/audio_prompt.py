"""Tokens of a sound that was encoded to latents.

The first version of it gives a token for each latent frame, and a learned feature for silence; it
takes one length only. The second reduces any fixed number of frames to 128 tokens, by a linear map
over time, and encodes silence like anything else.

The autoencoder is given to ``encode``: the weight files hold a copy of their own for it, but it
is mostly the one of the latents, of which one network does for both.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import nn

from prismdesk.engines.audiox.conditioner_config import (
    EMPTY_SOUND_TOKENS,
    REDUCED_SOUND_TOKENS,
    ConditionerConfig,
    EncodedPromptConfig,
)
from prismdesk.engines.audiox.conditioning.blanked_span import blanked, draw_spans
from prismdesk.engines.audiox.conditioning.tokens import Tokens
from prismdesk.engines.loading.published import Published
from prismdesk.engines.nets.oobleck_config import joined
from prismdesk.engines.nets.oobleck_pieces import encode_long
from prismdesk.errors import InputError
from prismdesk.progress import ignore_progress, never_cancelled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from prismdesk.engines.audiox.conditioning.blanked_span import BlankedSpan
    from prismdesk.engines.nets.oobleck import OobleckEncoder
    from prismdesk.progress import FractionDone, IsCancelled

_AUTOENCODER = "pretransform.model."


def with_channels(audio: Tensor, channels: int) -> Tensor:
    """Return a waveform [B, C, N] with the channels that an autoencoder takes.

    One channel is repeated, of too many the first are kept, and one is the mean of all.

    Raises:
        ValueError: there are more than one and still too few.
    """
    given = audio.shape[1]
    if channels == 1:
        return audio.mean(dim=1, keepdim=True)
    if given == 1:
        return audio.expand(-1, channels, -1)
    if given < channels:
        raise ValueError(f"{given} channels can't be made {channels}")
    return audio[:, :channels]


class AudioPrompt(nn.Module):
    """The first version: a token for each latent frame, or a learned feature for silence."""

    def __init__(self, options: EncodedPromptConfig, width: int) -> None:
        super().__init__()
        self.options = options
        self.width = width
        self.empty_audio_feat = nn.Parameter(torch.empty(1, EMPTY_SOUND_TOKENS, width))
        self.proj_out = _projection(options.autoencoder.latent_dim, width)

    @property
    def latent_frames(self) -> int:
        """Latent frames that a prompt must give."""
        return EMPTY_SOUND_TOKENS

    def encode(
        self,
        audio: Tensor,
        encoder: OobleckEncoder,
        *,
        noise: Tensor | None = None,
        progress: FractionDone = ignore_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> Tokens:
        """Return tokens [B, 215, D] and a mask [B, D].

        Args:
            audio: [B, C, N], of any number of channels; an item of zeros alone is no prompt and
                isn't encoded.
            encoder: of the prompt's autoencoder.
            noise: unit noise [B, latent channels, 215] for a sample; None for the mean.
            progress: called with the share of the encoding.
            cancelled: asked as often.

        Raises:
            InputError: the prompt has another length than the model takes.
            Cancelled: as told.
        """
        empty = self.empty_audio_feat
        tokens = empty.repeat(audio.shape[0], 1, 1)
        heard = (audio != 0.0).flatten(1).any(dim=1).cpu()
        if heard.any():
            _check_length(audio, encoder, self.latent_frames)
            latents = encode_long(
                encoder,
                with_channels(audio[heard], encoder.config.encoder.signal_channels),
                None if noise is None else noise[heard],
                progress=progress,
                cancelled=cancelled,
            )
            tokens[heard] = self.proj_out(latents.transpose(1, 2).to(empty))
        return Tokens(tokens, _ones(tokens, self.width))


class ReducedAudioPrompt(nn.Module):
    """The second version: 128 tokens of a fixed number of latent frames."""

    def __init__(self, options: EncodedPromptConfig, width: int) -> None:
        super().__init__()
        if options.latent_seq_len is None:
            raise ValueError("the tokens are reduced from a fixed number of frames")
        self.options = options
        self.width = width
        self.latent_frames = options.latent_seq_len
        self.proj_features_128 = nn.Linear(self.latent_frames, REDUCED_SOUND_TOKENS)
        self.proj_out = _projection(options.autoencoder.latent_dim, width)

    def draw_spans(self, length_samples: int, seeds: Sequence[int]) -> list[BlankedSpan] | None:
        """Draw what is blanked of prompts of this length; None if the model blanks nothing."""
        return draw_spans(
            seeds,
            length_samples,
            least_share=self.options.mask_ratio_start,
            largest_share=self.options.mask_ratio_end,
        )

    def encode(
        self,
        audio: Tensor,
        encoder: OobleckEncoder,
        *,
        spans: Sequence[BlankedSpan] | None,
        noise: Tensor | None = None,
        progress: FractionDone = ignore_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> Tokens:
        """Return tokens [B, 128, D] and a mask [B, D].

        Args:
            audio: [B, C, N], of any number of channels; zeros are encoded like anything else.
            encoder: of the prompt's autoencoder.
            spans: what is blanked of each item, in samples; None for nothing.
            noise: unit noise [B, latent channels, L] for a sample; None for the mean.
            progress: called with the share of the encoding.
            cancelled: asked as often.

        Raises:
            InputError: the prompt has another length than the model takes.
            Cancelled: as told.
        """
        _check_length(audio, encoder, self.latent_frames)
        heard = with_channels(audio, encoder.config.encoder.signal_channels)
        latents = encode_long(
            encoder, blanked(heard, spans), noise, progress=progress, cancelled=cancelled
        )
        reduced = self.proj_features_128(latents.to(self.proj_features_128.weight))
        tokens = self.proj_out(reduced.transpose(1, 2))
        return Tokens(tokens, _ones(tokens, self.width))


AnyAudioPrompt = AudioPrompt | ReducedAudioPrompt


def _projection(channels: int, width: int) -> nn.Module:
    return nn.Identity() if channels == width else nn.Linear(channels, width)


def _ones(tokens: Tensor, count: int) -> Tensor:
    return torch.ones(tokens.shape[0], count, device=tokens.device)


def _check_length(audio: Tensor, encoder: OobleckEncoder, wanted_frames: int) -> None:
    stack = encoder.config.encoder
    frames = joined(encoder.parts).length_after(audio.shape[2])
    if frames != wanted_frames:
        raise InputError(
            f"The sound prompt makes {frames} latent frames where the model takes exactly "
            f"{wanted_frames}; give it {wanted_frames * stack.ratio} samples."
        )


def audio_prompt_checkpoint(config: ConditionerConfig) -> Published[AnyAudioPrompt]:
    """Say how the tensors of a sound prompt become its conditioner, without the autoencoder."""
    options = config.options
    if not isinstance(options, EncodedPromptConfig):
        raise ValueError(f"{config.type} encodes no sound")  # noqa: TRY004  (a wrong value)
    kind = AudioPrompt if options.latent_seq_len is None else ReducedAudioPrompt
    return Published(
        what="sound prompt of AudioX",
        build=partial(kind, options, config.output_dim),
        translate=_without_autoencoder,
    )


def prompt_autoencoder_state(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the tensors of a sound prompt's own autoencoder, under its names."""
    return {
        name.removeprefix(_AUTOENCODER): tensor
        for name, tensor in state.items()
        if name.startswith(_AUTOENCODER)
    }


def _without_autoencoder(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: tensor for name, tensor in state.items() if not name.startswith(_AUTOENCODER)}

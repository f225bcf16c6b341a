"""From latents to sound and back, for any length.

A latent is decoded to a log-mel spectrogram in pieces of about the length that the autoencoder was
trained with: its attention spans everything it is given. Neighbouring pieces are faded into each
other as spectrograms, where two views of one sound differ in level alone and never in phase. The
vocoder then sees one spectrogram; its convolutions reach a known number of frames, so that it works
piece by piece with exactly the result of the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import torch
from torch.nn import functional

from prismdesk.engines.nets.mel_vae import MEL_FRAMES_PER_LATENT
from prismdesk.engines.nets.pieces import Cutting, join_pieces
from prismdesk.progress import ignore_progress, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor

    from prismdesk.engines.nets.bigvgan import BigVgan
    from prismdesk.engines.nets.mel import MelScale
    from prismdesk.engines.nets.pieces import Span
    from prismdesk.progress import FractionDone, IsCancelled

    OnPiece = Callable[[int, int], None]

LATENT_PIECES = Cutting(piece_frames=352, overlap_frames=32)
"""8.2 s at 44.1 kHz and 11.3 s at 16 kHz, overlapping by 0.74 s and 1.02 s."""

_MEL_SHARE = 0.05
_PROGRESS_UNITS = 1000


class DecodesLatents(Protocol):
    """The autoencoder or its decoder alone."""

    def decode(self, latent: Tensor) -> Tensor:
        """Return the log-mel [B, bands, 2 L] of a latent [B, C, L]."""
        ...


class EncodesSpectrograms(Protocol):
    """The autoencoder or its encoder alone."""

    def encode(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and deviation, each [B, C, F // 2], of a log-mel [B, bands, F]."""
        ...


def nobody_counts(done: int, total: int) -> None:
    """Take a count of work and do nothing with it."""


def decode_latent(
    vae: DecodesLatents,
    vocoder: BigVgan,
    latent: Tensor,
    *,
    cutting: Cutting = LATENT_PIECES,
    on_piece: OnPiece = nobody_counts,
    cancelled: IsCancelled = never_cancelled,
) -> Tensor:
    """Make sound of a latent, in pieces when it is long.

    Besides latent, spectrogram and sound themselves, the memory needed doesn't grow with length.

    Args:
        vae: decoder of the autoencoder.
        vocoder: for its spectrograms.
        latent: [B, L, C], not normalised.
        cutting: of the latent frames.
        on_piece: called with units of work done, and of units in all, several times per piece.
        cancelled: asked as often.

    Returns:
        Waveform [B, L * 2 * hop], float32 in [-1, 1], on the CPU. A latent that fits one piece
        gives exactly what decoder and vocoder give, one after the other.

    Raises:
        Cancelled: the work is no longer wanted.
    """

    def report(fraction: float) -> None:
        raise_if_cancelled(cancelled)
        on_piece(round(fraction * _PROGRESS_UNITS), _PROGRESS_UNITS)

    report(0.0)
    mel = decode_to_mel(
        vae, latent, cutting=cutting, progress=lambda part: report(_MEL_SHARE * part)
    )
    return vocode(
        vocoder,
        mel,
        piece_frames=cutting.piece_frames * MEL_FRAMES_PER_LATENT,
        progress=lambda part: report(_MEL_SHARE + (1.0 - _MEL_SHARE) * part),
    )


def decode_to_mel(
    vae: DecodesLatents, latent: Tensor, *, cutting: Cutting, progress: FractionDone
) -> Tensor:
    """Return the log-mel [B, bands, 2 L] of an unnormalised latent [B, L, C]."""
    length = latent.shape[1]
    spans = cutting.spans(length)

    def decoded() -> Iterator[tuple[Span, Tensor]]:
        for done, (start, stop) in enumerate(spans, start=1):
            yield (start, stop), vae.decode(latent[:, start:stop].transpose(1, 2))
            progress(done / len(spans))

    return join_pieces(decoded(), length, frames_per_unit=MEL_FRAMES_PER_LATENT)


def vocode(vocoder: BigVgan, mel: Tensor, *, piece_frames: int, progress: FractionDone) -> Tensor:
    """Return the waveform [B, F * hop] on the CPU of a log-mel [B, bands, F], piece by piece.

    Each piece is given as many frames around it as the vocoder can hear, so the pieces join
    without a fade.
    """
    length, hop_samples = mel.shape[2], vocoder.config.hop_samples
    reach_frames = vocoder.config.reach_frames
    wave = torch.empty(mel.shape[0], length * hop_samples)
    for start in range(0, length, piece_frames):
        stop = min(start + piece_frames, length)
        first, last = max(0, start - reach_frames), min(length, stop + reach_frames)
        done, share = start / length, (stop - start) / length
        piece = vocoder(
            mel[..., first:last],
            progress=lambda part, done=done, share=share: progress(done + share * part),
        )
        inside = piece[:, 0, (start - first) * hop_samples :][:, : (stop - start) * hop_samples]
        wave[:, start * hop_samples : stop * hop_samples] = inside
    progress(1.0)
    return wave


def encode_sound(
    mel_scale: MelScale,
    vae: EncodesSpectrograms,
    wave: Tensor,
    *,
    latent_frames: int | None = None,
    cutting: Cutting = LATENT_PIECES,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Tensor:
    """Return the mean of the latent [B, L, C], float32 and unnormalised, of a waveform [B, N].

    The waveform is brought to ``L * 2 * hop`` samples with silence (or cut) before anything is
    computed, so that the last frame is that of the sound, not of nothing.

    Args:
        mel_scale: makes the spectrogram.
        vae: encoder of the autoencoder.
        wave: at the mode's rate, on the encoder's device.
        latent_frames: L; by default as many as the waveform begins.
        cutting: of the latent frames.
        progress: called after each piece.
        cancelled: asked before each piece.

    Raises:
        Cancelled: the work is no longer wanted.
    """
    samples_per_latent = MEL_FRAMES_PER_LATENT * mel_scale.mode.hop_samples
    length = latent_frames or max(1, -(-wave.shape[1] // samples_per_latent))
    padded = functional.pad(wave, (0, length * samples_per_latent - wave.shape[1]))
    mirrored = mel_scale.mirrored(padded)
    margin = 2 * mel_scale.mode.padding_samples

    def encoded() -> Iterator[tuple[Span, Tensor]]:
        spans = cutting.spans(length)
        for done, (start, stop) in enumerate(spans, start=1):
            raise_if_cancelled(cancelled)
            part = mirrored[:, start * samples_per_latent : stop * samples_per_latent + margin]
            mean, _ = vae.encode(mel_scale.mel_of_mirrored(part))
            yield (start, stop), mean
            progress(done / len(spans))

    return join_pieces(encoded(), length).transpose(1, 2)

"""An Oobleck autoencoder at work on any length, with memory for one piece.

Its layers are convolutions, so that a stretch of the result depends on a known stretch of the
input. A piece is given all that it hears, and what comes out is, to rounding, that stretch of the
whole: pieces are put side by side and there is nothing to fade.

``decode_chunked`` is the way that is published instead, whose pieces know nothing of what lies
beyond them and differ from the whole where they meet.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.nets.oobleck import Posterior
from prismdesk.engines.nets.oobleck_config import joined
from prismdesk.progress import ignore_progress, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from torch import Tensor

    from prismdesk.engines.nets.oobleck import OobleckDecoder, OobleckEncoder
    from prismdesk.engines.nets.pieces import Span
    from prismdesk.progress import FractionDone, IsCancelled

PIECE_FRAMES = 128
"""Latent frames of a piece, 5.9 s of the published model, which hears 10 more on either side."""


def decode_long(
    decoder: OobleckDecoder,
    latents: Tensor,
    *,
    piece_frames: int = PIECE_FRAMES,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Tensor:
    """Return the waveform that ``decoder.decode`` gives, made piece by piece.

    Args:
        decoder: where it lies, the work is done.
        latents: [B, D, L], on any device.
        piece_frames: latent frames that a piece adds to the result.
        progress: called after each tile of each piece.
        cancelled: asked as often.

    Returns:
        [B, C, L * ratio], float32, on the CPU; odd strides make it a little shorter.

    Raises:
        Cancelled: the work is no longer wanted.
    """
    stack = decoder.config.decoder
    chain = joined(decoder.parts)
    batch, _, frames = latents.shape
    samples = chain.length_after(frames)
    wave = torch.empty(batch, stack.signal_channels, samples)
    spans = _even_spans(frames, piece_frames)
    for item, (start, stop), report in _work(batch, spans, progress, cancelled):
        first, last = start * stack.ratio, min(stop * stack.ratio, samples)
        if first >= last:
            continue
        begin, end, lead = chain.excerpt_for((first, last), frames)
        excerpt = latents[item : item + 1, :, begin:end].to(decoder.device)
        piece = decoder.decode(excerpt, progress=report)
        wave[item, :, first:last] = piece[0, :, lead : lead + last - first]
    return wave


def encode_long(
    encoder: OobleckEncoder,
    audio: Tensor,
    noise: Tensor | None = None,
    *,
    piece_frames: int = PIECE_FRAMES,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Tensor:
    """Return the latents that ``encoder.encode`` gives, made piece by piece.

    Args:
        encoder: where it lies, the work is done.
        audio: [B, C, N], on any device.
        noise: unit noise [B, D, L] for a sample; None for the mean.
        piece_frames: latent frames that a piece adds to the result.
        progress: called after each tile of each piece.
        cancelled: asked as often.

    Returns:
        [B, D, L], float32, on the CPU; L is N / ratio rounded down, 0 for less than one frame.

    Raises:
        Cancelled: the work is no longer wanted.
    """
    posterior = posterior_long(
        encoder, audio, piece_frames=piece_frames, progress=progress, cancelled=cancelled
    )
    return posterior.sample(None if noise is None else noise.cpu()) / encoder.config.scale


def posterior_long(
    encoder: OobleckEncoder,
    audio: Tensor,
    *,
    piece_frames: int = PIECE_FRAMES,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Posterior:
    """Return the distribution of the latents, on the CPU; arguments as of ``encode_long``."""
    chain = joined(encoder.parts)
    batch, _, samples = audio.shape
    frames = chain.length_after(samples)
    mean, deviation = torch.empty(2, batch, encoder.config.latent_dim, frames)
    spans = _even_spans(frames, piece_frames)
    for item, (start, stop), report in _work(batch, spans, progress, cancelled):
        begin, end, lead = chain.excerpt_for((start, stop), samples)
        excerpt = audio[item : item + 1, :, begin:end].to(encoder.device)
        piece = encoder.posterior(excerpt, progress=report)
        wanted = slice(lead, lead + stop - start)
        mean[item, :, start:stop] = piece.mean[0, :, wanted]
        deviation[item, :, start:stop] = piece.deviation[0, :, wanted]
    return Posterior(mean, deviation)


def decode_chunked(
    decoder: OobleckDecoder, latents: Tensor, *, chunk_frames: int = 128, overlap_frames: int = 32
) -> Tensor:
    """Return a waveform [B, C, L * ratio] decoded in the published chunks, pasted in order.

    Each chunk of latents [B, D, L] is decoded alone. At inner edges half of the overlap is
    dropped; the last chunk ends where the latents do and replaces what an earlier one gave.

    Raises:
        ValueError: the overlap is negative or leaves nothing of a chunk.
    """
    if not 0 <= overlap_frames < chunk_frames:
        raise ValueError("An overlap is shorter than its chunk.")
    frames, ratio = latents.shape[2], decoder.config.decoder.ratio
    if frames <= chunk_frames:
        return decoder.decode(latents)
    last = frames - chunk_frames
    starts = list(range(0, last + 1, chunk_frames - overlap_frames))
    if starts[-1] != last:
        starts.append(last)
    wave = latents.new_empty(
        latents.shape[0],
        decoder.config.decoder.signal_channels,
        joined(decoder.parts).length_after(frames),
        dtype=torch.float32,
    )
    dropped = overlap_frames // 2 * ratio
    for start in starts:
        chunk = decoder.decode(latents[..., start : start + chunk_frames])
        left = dropped if start > 0 else 0
        right = dropped if start < last else 0
        kept = chunk[..., left : chunk.shape[-1] - right]
        first = start * ratio + left
        wave[..., first : first + kept.shape[-1]] = kept
    return wave


def _even_spans(length: int, longest: int) -> list[Span]:
    """Cut a length into as few parts as can be, about equally long."""
    if longest < 1:
        raise ValueError("A piece has at least one frame.")
    count = -(-length // longest)
    edges = [length * index // count for index in range(count + 1)] if count else []
    return list(pairwise(edges))


def _work(
    batch: int, spans: Sequence[Span], progress: FractionDone, cancelled: IsCancelled
) -> Iterator[tuple[int, Span, Callable[[float], None]]]:
    """Give every item and span, and what tells the progress within; stop when told to."""
    total = batch * len(spans)
    for index in range(total):
        raise_if_cancelled(cancelled)

        def report(fraction: float, index: int = index) -> None:
            raise_if_cancelled(cancelled)
            progress((index + fraction) / total)

        yield index // len(spans), spans[index % len(spans)], report
    progress(1.0)

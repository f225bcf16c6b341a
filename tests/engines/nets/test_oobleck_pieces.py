from __future__ import annotations

import pytest
import torch

from prismdesk.engines.nets.oobleck_config import joined
from prismdesk.engines.nets.oobleck_pieces import (
    decode_chunked,
    decode_long,
    encode_long,
    posterior_long,
)
from prismdesk.errors import Cancelled
from tests.engines.nets.small_oobleck import PUBLISHED, small_config, small_oobleck
from tests.engines.nets.small_sound_nets import relative_error

STRIDES = pytest.mark.parametrize("strides", [(2, 4), (3, 5), (1, 2), (5, 1, 4)], ids=str)


def _audio(samples: int, batch: int = 1) -> torch.Tensor:
    return 0.3 * torch.randn(batch, 2, samples, generator=torch.Generator().manual_seed(0))


def _latents(frames: int, batch: int = 1) -> torch.Tensor:
    return torch.randn(batch, 3, frames, generator=torch.Generator().manual_seed(0))


@STRIDES
@pytest.mark.parametrize("frames", [1, 7, 60])
@pytest.mark.parametrize("piece_frames", [1, 8, 59, 64])
def test_pieces_decode_what_the_whole_decodes(
    strides: tuple[int, ...], frames: int, piece_frames: int
) -> None:
    decoder = small_oobleck(small_config(strides)).decoder
    latents = _latents(frames, batch=2)

    wave = decode_long(decoder, latents, piece_frames=piece_frames)

    whole = decoder.decode(latents)
    assert wave.shape == whole.shape
    assert relative_error(wave, whole) < 1e-6


@STRIDES
@pytest.mark.parametrize("more_samples", [0, 1, 7])
@pytest.mark.parametrize("piece_frames", [1, 8, 64])
def test_pieces_encode_what_the_whole_encodes(
    strides: tuple[int, ...], more_samples: int, piece_frames: int
) -> None:
    network = small_oobleck(small_config(strides, scale=1.7))
    audio = _audio(25 * network.config.encoder.ratio + more_samples, batch=2)
    whole = network.encode(audio)
    noise = torch.randn(whole.shape)

    mean = encode_long(network.encoder, audio, piece_frames=piece_frames)
    sample = encode_long(network.encoder, audio, noise, piece_frames=piece_frames)

    assert relative_error(mean, whole) < 1e-6
    assert relative_error(sample, network.encode(audio, noise)) < 1e-6


@pytest.mark.parametrize("marked", [0, 19, 20, 33, 59])
def test_pieces_hear_all_that_the_whole_hears(marked: int) -> None:
    decoder = small_oobleck().decoder
    latents = _latents(60)
    latents[..., marked] = torch.nan  # goes wherever the frame has any weight, however small

    wave = decode_long(decoder, latents, piece_frames=10)

    assert torch.equal(wave.isnan(), decoder.decode(latents).isnan())


@pytest.mark.parametrize("marked", [0, 79, 80, 200, 479])
def test_pieces_of_sound_hear_all_that_the_whole_hears(marked: int) -> None:
    encoder = small_oobleck().encoder
    audio = _audio(480)
    audio[..., marked] = torch.nan

    posterior = posterior_long(encoder, audio, piece_frames=10)

    assert torch.equal(posterior.mean.isnan(), encoder.posterior(audio).mean.isnan())


def test_pieces_of_the_published_sizes_hear_few_frames_more() -> None:
    decoding, encoding = (
        joined(PUBLISHED.decoder.decoder_parts()),
        joined(PUBLISHED.encoder.encoder_parts()),
    )

    assert decoding.heard_by((100 * 2048, 164 * 2048)) == (90, 174)
    start, stop = encoding.heard_by((100, 164))
    assert 100 * 2048 - start < 9 * 2048
    assert stop - 164 * 2048 < 9 * 2048


def test_pieces_are_no_longer_than_what_they_hear(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = small_oobleck().decoder
    lengths: list[tuple[int, ...]] = []
    plain = decoder.decode

    def noted(latents: torch.Tensor, **options: object) -> torch.Tensor:
        lengths.append(tuple(latents.shape))
        return plain(latents)

    monkeypatch.setattr(decoder, "decode", noted)
    decode_long(decoder, _latents(1000, batch=2), piece_frames=20)

    start, stop = joined(decoder.parts).heard_by((400 * 8, 420 * 8))
    assert len(lengths) == 100
    assert {batch for batch, _, _ in lengths} == {1}
    assert max(frames for _, _, frames in lengths) == stop - start


def test_less_than_a_frame_gives_nothing() -> None:
    network = small_oobleck()

    assert encode_long(network.encoder, _audio(7)).shape == (1, 3, 0)
    assert encode_long(network.encoder, _audio(0)).shape == (1, 3, 0)
    assert decode_long(network.decoder, _latents(0)).shape == (1, 2, 0)


def test_no_piece_is_shorter_than_a_frame() -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        decode_long(small_oobleck().decoder, _latents(4), piece_frames=0)


@pytest.mark.parametrize("batch", [1, 3])
def test_progress_never_falls_and_ends_complete(batch: int) -> None:
    told: list[float] = []

    decode_long(small_oobleck().decoder, _latents(60, batch), piece_frames=20, progress=told.append)

    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(set(told)) >= 9 * batch


@pytest.mark.parametrize("allowed", [0, 1, 5, 11])
def test_work_stops_when_it_is_no_longer_wanted(allowed: int) -> None:
    network, asked = small_oobleck(), 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > allowed

    with pytest.raises(Cancelled):
        decode_long(network.decoder, _latents(60), piece_frames=20, cancelled=cancelled)
    assert asked == allowed + 1
    with pytest.raises(Cancelled):
        encode_long(network.encoder, _audio(480), piece_frames=20, cancelled=cancelled)


def test_published_chunks_are_pasted_in_order() -> None:
    decoder = small_oobleck().decoder
    latents = _latents(30)

    wave = decode_chunked(decoder, latents, chunk_frames=12, overlap_frames=4)

    starts = [0, 8, 16, 18]
    chunks = [decoder.decode(latents[..., start : start + 12]) for start in starts]
    edges = [0, 10 * 8, 18 * 8, 20 * 8, 30 * 8]
    for chunk, start, first, last in zip(chunks, starts, edges, edges[1:], strict=False):
        assert torch.equal(wave[..., first:last], chunk[..., first - start * 8 : last - start * 8])


def test_published_chunks_differ_from_the_whole_where_they_meet() -> None:
    decoder = small_oobleck().decoder
    latents = _latents(60)

    chunked = decode_chunked(decoder, latents, chunk_frames=20, overlap_frames=4)

    assert relative_error(chunked, decoder.decode(latents)) > 1e-3


@pytest.mark.parametrize("frames", [1, 20])
def test_what_fits_a_published_chunk_is_decoded_whole(frames: int) -> None:
    decoder = small_oobleck().decoder

    chunked = decode_chunked(decoder, _latents(frames), chunk_frames=20, overlap_frames=4)

    assert torch.equal(chunked, decoder.decode(_latents(frames)))


def test_published_chunks_of_odd_strides_fill_the_whole() -> None:
    decoder = small_oobleck(small_config((3, 5))).decoder

    chunked = decode_chunked(decoder, _latents(30), chunk_frames=12, overlap_frames=4)

    assert chunked.shape == decoder.decode(_latents(30)).shape
    assert chunked.abs().max() < 10.0


@pytest.mark.parametrize("overlap_frames", [-1, 12, 13])
def test_overlap_that_leaves_nothing_of_a_chunk_is_refused(overlap_frames: int) -> None:
    with pytest.raises(ValueError, match="shorter than its chunk"):
        decode_chunked(
            small_oobleck().decoder, _latents(30), chunk_frames=12, overlap_frames=overlap_frames
        )

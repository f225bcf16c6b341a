from __future__ import annotations

import math
from itertools import pairwise

import pytest
import torch
from torch import Tensor

from prismdesk.engines.nets.mel import MelScale
from prismdesk.engines.nets.mel_bands import MEL_16K, MEL_44K, MelMode
from prismdesk.engines.nets.pieces import Cutting
from prismdesk.engines.nets.sound_decoder import decode_latent, encode_sound, vocode
from prismdesk.errors import Cancelled
from prismdesk.progress import ignore_progress
from tests.engines.nets.small_sound_nets import (
    VOCODER_CONFIG,
    relative_error,
    small_vae,
    small_vocoder,
)

HOP = VOCODER_CONFIG.hop_samples
CUTTING = Cutting(piece_frames=60, overlap_frames=16)


def _latent(frames: int, batch: int = 1) -> Tensor:
    return torch.randn(batch, frames, 6, generator=torch.Generator().manual_seed(1))


def _difference_db(result: Tensor, expected: Tensor) -> float:
    return 20.0 * math.log10(relative_error(result, expected))


class _Watched:
    """A decoder and encoder that sees only the frame itself, and notes the lengths it is given."""

    def __init__(self) -> None:
        self.lengths: list[int] = []

    def decode(self, latent: Tensor) -> Tensor:
        self.lengths.append(latent.shape[2])
        return latent[:, :1].repeat(1, 80, 1).repeat_interleave(2, dim=2)

    def encode(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        self.lengths.append(mel.shape[2])
        mean = torch.nn.functional.avg_pool1d(mel, 2)
        return mean, torch.ones_like(mean)


def test_short_latent_gives_exactly_what_the_networks_give() -> None:
    vae, vocoder = small_vae(), small_vocoder()
    latent = _latent(60, batch=2)

    wave = decode_latent(vae, vocoder, latent, cutting=CUTTING)

    assert torch.equal(wave, vocoder(vae.decode(latent.transpose(1, 2)))[:, 0])


@pytest.mark.parametrize("frames", [61, 100, 217])
def test_long_latent_gives_two_hops_for_each_frame(frames: int) -> None:
    wave = decode_latent(small_vae(), small_vocoder(), _latent(frames), cutting=CUTTING)

    assert wave.shape == (1, frames * 2 * HOP)
    assert wave.dtype == torch.float32


@pytest.mark.parametrize("piece_frames", [30, 64, 199])
def test_vocoding_in_pieces_is_vocoding_the_whole(piece_frames: int) -> None:
    vocoder = small_vocoder()
    mel = torch.randn(1, 80, 200, generator=torch.Generator().manual_seed(0))

    wave = vocode(vocoder, mel, piece_frames=piece_frames, progress=ignore_progress)

    assert relative_error(wave, vocoder(mel)[:, 0]) < 1e-6


@pytest.mark.parametrize("marked_frame", [0, 29, 30, 95, 199])
def test_pieces_are_vocoded_with_all_that_the_whole_hears(marked_frame: int) -> None:
    vocoder = small_vocoder()
    mel = torch.zeros(1, 80, 200)
    mel[..., marked_frame] = torch.nan  # goes wherever the frame has any weight, however small

    wave = vocode(vocoder, mel, piece_frames=30, progress=ignore_progress)

    assert torch.equal(wave.isnan(), vocoder(mel)[:, 0].isnan())


def test_pieces_join_without_a_seam_where_the_decoder_is_local() -> None:
    vocoder, watched = small_vocoder(), _Watched()
    latent = _latent(300)

    wave = decode_latent(watched, vocoder, latent, cutting=CUTTING)

    assert max(watched.lengths) == 60
    expected = vocoder(watched.decode(latent.transpose(1, 2)))[:, 0]
    assert relative_error(wave, expected) < 1e-6


def test_joins_differ_from_whole_no_more_than_the_rest_does() -> None:
    vae, vocoder = small_vae(), small_vocoder()
    latent = _latent(240)
    spans = CUTTING.spans(240)

    pieced = decode_latent(vae, vocoder, latent, cutting=CUTTING)
    whole = vocoder(vae.decode(latent.transpose(1, 2)))[:, 0]

    per_frame = 2 * HOP
    for (_, stop), (start, _) in pairwise(spans):
        join = slice(start * per_frame, stop * per_frame)
        assert _difference_db(pieced[:, join], whole[:, join]) < -20.0
        assert _difference_db(pieced[:, join], whole[:, join]) < _difference_db(pieced, whole) + 3.0


def test_progress_never_falls_and_ends_complete() -> None:
    told: list[tuple[int, int]] = []

    decode_latent(
        small_vae(),
        small_vocoder(),
        _latent(200),
        cutting=CUTTING,
        on_piece=lambda done, total: told.append((done, total)),
    )

    done = [done / total for done, total in told]
    assert done == sorted(done)
    assert done[0] == 0.0
    assert done[-1] == 1.0
    assert len({*done}) > 20


@pytest.mark.parametrize("allowed", [0, 1, 3, 10])
def test_decoding_stops_when_it_is_no_longer_wanted(allowed: int) -> None:
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > allowed

    with pytest.raises(Cancelled):
        decode_latent(
            small_vae(), small_vocoder(), _latent(200), cutting=CUTTING, cancelled=cancelled
        )
    assert asked == allowed + 1


@pytest.mark.parametrize("mode", [MEL_16K, MEL_44K], ids=["16k", "44k"])
@pytest.mark.parametrize("missing_samples", [0, 1, 300])
def test_sound_is_padded_before_its_spectrogram(mode: MelMode, missing_samples: int) -> None:
    scale, watched = MelScale(mode), _Watched()
    full = 5 * 2 * mode.hop_samples
    wave = 0.1 * torch.randn(1, full - missing_samples)

    latent = encode_sound(scale, watched, wave)

    padded = torch.nn.functional.pad(wave, (0, missing_samples))
    expected = watched.encode(scale.mel(padded))[0].transpose(1, 2)
    assert latent.shape == (1, 5, mode.bands)
    torch.testing.assert_close(latent, expected)


def test_eight_seconds_at_44100_hz_give_345_frames() -> None:
    wave = torch.zeros(1, 8 * 44_100)

    assert encode_sound(MelScale(MEL_44K), _Watched(), wave).shape[1] == 345


@pytest.mark.parametrize("latent_frames", [3, 5, 9])
def test_sound_is_cut_or_filled_up_to_frames_wanted(latent_frames: int) -> None:
    wave = 0.1 * torch.randn(1, 5 * 512)

    latent = encode_sound(MelScale(MEL_16K), _Watched(), wave, latent_frames=latent_frames)

    assert latent.shape[1] == latent_frames
    if latent_frames > 6:
        assert latent[0, -1].tolist() == pytest.approx([-5.0] * 80)


def test_long_sound_is_encoded_in_pieces() -> None:
    scale, watched = MelScale(MEL_16K), _Watched()
    wave = 0.1 * torch.randn(1, 200 * 512)

    told: list[float] = []

    latent = encode_sound(scale, watched, wave, cutting=CUTTING, progress=told.append)

    assert max(watched.lengths) == 120
    assert told == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    expected = watched.encode(scale.mel(wave))[0].transpose(1, 2)
    torch.testing.assert_close(latent, expected, rtol=0.0, atol=1e-4)


def test_short_sound_is_encoded_exactly_as_the_networks_do() -> None:
    scale, vae = MelScale(MEL_16K), small_vae()
    wave = 0.1 * torch.randn(2, 12 * 512)

    latent = encode_sound(scale, vae, wave)

    assert torch.equal(latent, vae.encode(scale.mel(wave))[0].transpose(1, 2))


def test_encoding_stops_when_it_is_no_longer_wanted() -> None:
    with pytest.raises(Cancelled):
        encode_sound(MelScale(MEL_16K), _Watched(), torch.zeros(1, 4096), cancelled=lambda: True)

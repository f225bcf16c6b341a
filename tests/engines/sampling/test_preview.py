from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from prismdesk.engines.sampling.flow import draw_noise, sample_flow
from prismdesk.engines.sampling.level_regression import LevelRegression, frame_features
from prismdesk.engines.sampling.preview import (
    SoundPreview,
    envelope_of,
    peaks_per_frame,
    predicted_clean,
)

FRAMES, CHANNELS, STEPS = 250, 20, 25


class Clock:
    """Time that passes only when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def loudness_weights() -> Tensor:
    return torch.randn(CHANNELS, generator=torch.Generator().manual_seed(1)) * 0.25


def true_peaks(latent: Tensor) -> Tensor:
    """A decoder whose loudness is a smooth matter of a few frames, and not quite linear."""
    levels = latent @ loudness_weights() + 0.05 * latent[:, 0] * latent[:, 1]
    padded = torch.cat([levels[:1], levels, levels[-1:]])
    smooth = 0.25 * padded[:-2] + 0.5 * levels + 0.25 * padded[2:]
    return (0.2 * smooth.exp()).clamp(max=1.0)


def wavy_data() -> Tensor:
    generator = torch.Generator().manual_seed(2)
    rough = torch.randn(1, CHANNELS, FRAMES + 20, generator=generator)
    return (torch.nn.functional.avg_pool1d(rough, 21, 1) * 4.0).transpose(1, 2)


def run(
    step_seconds: float, frame_seconds: float, region: tuple[float, float] = (0.0, 250.0)
) -> tuple[list[tuple[float, ...]], SoundPreview, int]:
    """Sample with a preview: what it told, itself, and how many frames it decoded."""
    clock, data = Clock(), wavy_data()
    noise = draw_noise([1], FRAMES, CHANNELS)
    decoded = 0

    def velocity(latent: Tensor, t: float) -> Tensor:
        clock.seconds += step_seconds
        return (data - latent) / (1.0 - t)

    def measure(latent: Tensor) -> Tensor:
        nonlocal decoded
        decoded += latent.shape[1]
        clock.seconds += frame_seconds * latent.shape[1]
        return true_peaks(latent[0])

    preview = SoundPreview(measure, points=100, region_frames=region, clock=clock)
    told: list[tuple[float, ...]] = []

    def on_step(done: int, steps: int, latent: Tensor, v: Tensor, t: float) -> None:
        envelope = preview.after_step(done, steps, latent, v, t)
        if envelope is not None:
            told.append(envelope)

    sample_flow(velocity, noise, steps=STEPS, on_step=on_step)
    return told, preview, decoded


def test_the_envelope_follows_what_will_be_heard() -> None:
    told, _, decoded = run(step_seconds=0.4, frame_seconds=0.001)
    truth = envelope_of(true_peaks(wavy_data()[0]).double().numpy(), (0.0, 250.0), 100)
    assert len(told) > 15
    assert decoded < 300
    assert np.corrcoef(told[-1], truth)[0, 1] > 0.9
    # The latent itself is mostly noise then; what it points at is not.
    assert np.corrcoef(told[6], truth)[0, 1] > 0.9
    assert all(0.0 <= value <= 1.0 for envelope in told for value in envelope)


@pytest.mark.parametrize("frame_seconds", [1e-4, 1e-3, 5e-3, 0.02])
def test_all_of_it_takes_less_than_a_twentieth_of_the_sampling(frame_seconds: float) -> None:
    _, preview, decoded = run(step_seconds=0.4, frame_seconds=frame_seconds)
    assert decoded >= 16
    assert 0.0 < preview.own_seconds < max(0.05 * 0.4 * STEPS, 16 * frame_seconds + 1e-9)


def test_a_decoder_too_slow_for_more_is_asked_once() -> None:
    told, _, decoded = run(step_seconds=0.4, frame_seconds=0.05)
    assert decoded == 16
    assert told == []


def test_sampling_that_is_over_at_once_is_left_alone() -> None:
    told, preview, decoded = run(step_seconds=0.003, frame_seconds=1e-4)
    assert told == []
    assert decoded == 0
    assert preview.own_seconds == 0.0


def test_nothing_is_decoded_where_fetching_the_decoder_would_take_too_long() -> None:
    def decoded_after(first_seconds: float) -> list[int]:
        clock, looked = Clock(), []

        def measure(latent: Tensor) -> Tensor:
            looked.append(latent.shape[1])
            return true_peaks(latent[0])

        preview = SoundPreview(
            measure, points=10, region_frames=(0, 250), first_seconds=first_seconds, clock=clock
        )
        for done in range(1, STEPS):
            clock.seconds += 1.0
            preview.after_step(done, STEPS, wavy_data(), torch.zeros(1, FRAMES, CHANNELS), 0.5)
        return looked

    # A share of 4 % of 25 s is a second.
    assert decoded_after(0.9)
    assert not decoded_after(1.1)


def test_the_envelope_is_silent_where_nothing_is_made_yet() -> None:
    clock, made_so_far = Clock(), wavy_data()[:, :100]
    preview = SoundPreview(
        lambda latent: true_peaks(latent[0]), points=10, region_frames=(0, 250), clock=clock
    )
    clock.seconds = 1.0
    envelope = preview.after_step(3, STEPS, made_so_far, torch.zeros_like(made_so_far), 1.0)
    assert envelope is not None
    assert min(envelope[:4]) > 0.0
    assert envelope[4:] == (0.0,) * 6


def test_the_envelope_is_of_the_region_alone() -> None:
    told, _, _ = run(0.4, 0.001, region=(60.5, 120.25))
    truth = envelope_of(true_peaks(wavy_data()[0]).double().numpy(), (60.5, 120.25), 100)
    assert len(told[-1]) == 100
    assert np.corrcoef(told[-1], truth)[0, 1] > 0.85


def test_points_are_the_largest_of_what_they_span() -> None:
    peaks = np.zeros(1000)
    peaks[503] = 0.7
    assert envelope_of(peaks, (0.0, 1000.0), 10) == (0.0,) * 5 + (0.7,) + (0.0,) * 4
    assert envelope_of(np.array([0.5, 3.0]), (1.0, 2.0), 3) == (1.0, 1.0, 1.0)
    ramp = envelope_of(np.array([0.0, 1.0]), (0.0, 2.0), 4)
    assert ramp == tuple(sorted(ramp))
    assert 0.0 < ramp[1] < ramp[2] <= 1.0


def test_the_clean_latent_lies_where_the_step_points() -> None:
    data, noise = torch.randn(1, 5, 2), torch.randn(1, 5, 2)
    at = 0.7 * noise + 0.3 * data
    torch.testing.assert_close(predicted_clean(at, data - noise, 0.3), data)


def test_peaks_of_frames() -> None:
    wave = torch.tensor([[0.1, -0.5, 0.2, 0.3, 0.0, -0.1, 9.0]])
    assert peaks_per_frame(wave, 3).tolist() == pytest.approx([0.5, 0.3, 0.1])


def test_a_regression_learns_levels_and_says_when_it_knows_none() -> None:
    levels = LevelRegression()
    assert not levels.is_fitted
    with pytest.raises(ValueError, match="measured"):
        levels.peaks(torch.zeros(4, CHANNELS))
    latent = wavy_data()[0]
    levels.learn(latent[:120], true_peaks(latent)[:120])
    guessed = levels.peaks(latent[120:])
    assert np.corrcoef(guessed, true_peaks(latent)[120:].numpy())[0, 1] > 0.9
    few = LevelRegression()
    few.learn(latent[:2], torch.zeros(2))
    assert few.peaks(latent).max() < 1e-3
    assert frame_features(latent).shape == (FRAMES, 3 * CHANNELS + 1)

from __future__ import annotations

import pytest
import torch

from prismdesk.engines.audiox.audio_io import fitted, joined_pcm, normalised, prompt_window


def test_sound_to_start_from_is_padded_or_cut_at_its_end() -> None:
    audio = torch.arange(1.0, 7.0).reshape(2, 3)
    assert fitted(audio, 4, 2).tolist() == [[[1, 2, 3, 0], [4, 5, 6, 0]]]
    assert fitted(audio, 2, 2).tolist() == [[[1, 2], [4, 5]]]


def test_mono_is_repeated_and_channels_in_excess_are_dropped() -> None:
    assert fitted(torch.ones(1, 2), 2, 2).tolist() == [[[1, 1], [1, 1]]]
    assert fitted(torch.eye(3), 3, 2).tolist() == [[[1, 0, 0], [0, 1, 0]]]
    with pytest.raises(ValueError, match="2 channels can't become 3"):
        fitted(torch.ones(2, 2), 2, 3)


def test_a_short_prompt_ends_with_its_window() -> None:
    audio = torch.arange(1.0, 6.0)[None]
    window = prompt_window(audio, rate_hz=2, start_seconds=1.0, length_seconds=2.5)
    assert window.tolist() == [[0, 0, 3, 4, 5]]
    window = prompt_window(audio, rate_hz=2, start_seconds=0.5, length_seconds=1.0)
    assert window.tolist() == [[2, 3]]


def test_a_window_beyond_the_prompt_is_silence() -> None:
    window = prompt_window(torch.ones(2, 5), rate_hz=2, start_seconds=9.0, length_seconds=2.0)
    assert window.shape == (2, 4)
    assert not window.any()


def test_each_sound_is_normalised_by_itself_and_silence_stays_silent() -> None:
    audio = torch.tensor([[[0.25, -0.5]], [[2.0, 1.0]], [[0.0, 0.0]]])
    assert normalised(audio).tolist() == [[[0.5, -1.0]], [[1.0, 0.5]], [[0.0, 0.0]]]


def test_pcm_is_the_batch_in_a_row_with_one_peak() -> None:
    audio = torch.tensor([[[0.25, -0.5], [0.1, 0.0]], [[2.0, -1.0], [0.0, 0.5]]])
    pcm = joined_pcm(audio)
    assert pcm.dtype == torch.int16
    assert pcm.tolist() == [[4095, -8191, 32767, -16383], [1638, 0, 0, 8191]]


def test_silence_is_silent_pcm() -> None:
    assert joined_pcm(torch.zeros(1, 2, 3)).tolist() == [[0, 0, 0], [0, 0, 0]]

from __future__ import annotations

import importlib.metadata
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch

from prismdesk.errors import Cancelled
from prismdesk.media import speech
from prismdesk.media.errors import MediaError
from prismdesk.media.onnx_weights import read_onnx_weights
from prismdesk.media.sound_reader import decode_blocks
from prismdesk.media.speech import find_speech, installed_network, model_path
from prismdesk.media.speech_network import RATE_HZ, SpeechNetwork
from tests.real_media import real_film

SPOKEN = "psychopy/jwpIntro.mp4"


@pytest.fixture
def network() -> SpeechNetwork:
    found = installed_network()
    assert found is not None
    return found


def noise(seconds: float, rate_hz: int = RATE_HZ) -> npt.NDArray[np.float32]:
    count = round(seconds * rate_hz)
    return np.random.default_rng(1).normal(0, 0.1, count).astype(np.float32)


def buzz(seconds: float) -> npt.NDArray[np.float32]:
    """Something between a voice and a machine: 120 Hz with many partials, coming and going."""
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tone = sum(np.sin(2 * np.pi * 120 * n * times) / n for n in range(1, 30))
    return (0.1 * tone * (np.sin(2 * np.pi * 3 * times) > 0)).astype(np.float32)


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
def test_it_agrees_with_the_published_model(network: SpeechNetwork) -> None:
    path = model_path()
    assert path is not None
    published = torch.jit.load(  # type: ignore[no-untyped-call]  # torch says nothing of it
        str(path.with_name("silero_vad.jit"))
    )
    for sound in (noise(1.0), buzz(2.0), np.concatenate([buzz(20), noise(1)])):
        whole = sound[: sound.size // 512 * 512]
        with torch.no_grad():
            expected = published.audio_forward(torch.from_numpy(whole)[None], RATE_HZ)[0].numpy()
        assert np.abs(network.probabilities(whole) - expected).max() < 1e-4


def test_the_packages_own_code_is_not_imported(network: SpeechNetwork) -> None:
    assert "silero_vad" not in sys.modules
    assert find_speech(noise(1.0), rate_hz=RATE_HZ, network=network) == ()


@pytest.mark.parametrize("rate_hz", [8000, 44_100, 48_000])
def test_noise_and_silence_are_no_speech(network: SpeechNetwork, rate_hz: int) -> None:
    assert find_speech(noise(2.0, rate_hz), rate_hz=rate_hz, network=network) == ()
    silence = np.zeros(rate_hz, np.float32)
    assert find_speech(silence, rate_hz=rate_hz, network=network) == ()
    assert find_speech(silence[:0], rate_hz=rate_hz, network=network) == ()


@pytest.mark.real_media(SPOKEN)
def test_a_real_voice_is_found_where_it_speaks(network: SpeechNetwork) -> None:
    film, origin = real_film(SPOKEN), Fraction(0)
    blocks = decode_blocks(film, 1, rate_hz=48_000, origin_seconds=origin)
    sound = np.concatenate([block.mean(axis=0) for block in blocks])
    found = find_speech(sound, rate_hz=48_000, network=network)
    assert found
    assert 2.0 < sum(end - start for start, end in found) < 5.5
    late = np.concatenate([np.zeros(48_000, np.float32), sound])
    shifted = find_speech(late, rate_hz=48_000, network=network)
    assert shifted[0][0] == pytest.approx(found[0][0] + 1.0, abs=0.1)


def test_it_stops_when_told(network: SpeechNetwork) -> None:
    with pytest.raises(Cancelled):
        find_speech(noise(1.0), rate_hz=RATE_HZ, network=network, cancelled=lambda: True)


def test_without_the_package_there_is_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(speech, "files", absent)
    assert model_path() is None


def test_weights_of_another_model_are_refused() -> None:
    path = model_path()
    assert path is not None
    weights = dict(read_onnx_weights(path))
    weights["model.decoder.rnn.bias_ih"] = np.zeros(3, np.float32)
    with pytest.raises(MediaError, match=r"decoder\.rnn\.bias_ih"):
        SpeechNetwork(weights)


def test_a_pause_for_breath_does_not_end_a_stretch_and_a_knock_is_none() -> None:
    said, breath, knock = [0.9] * 12, [0.1] * 3, [0.9] * 5
    assert speech._runs([*said, *breath, *said]) == [(0, 27)]
    assert speech._runs([*said, *[0.1] * 6, *said]) == [(0, 12), (18, 30)]
    assert speech._runs([0.0, *knock, 0.0]) == []


def test_the_file_that_is_read_is_the_packages_own() -> None:
    path = model_path()
    assert path is not None
    assert Path(path).parent.parent.name == "silero_vad"

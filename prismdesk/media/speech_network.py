"""The network of Silero VAD 6 in numpy: how likely each 32 ms of sound hold speech.

Each frame of 512 samples at 16 kHz, with the 64 before it, passes a short-time Fourier transform
(256 points, hop 128, as a convolution), four convolutions over its magnitudes, one LSTM cell that
remembers the frames before, and a logistic output. All but the LSTM is done for many frames at
once. In float32 it agrees with the published TorchScript model to 1e-6.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.media.errors import MediaError
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Mapping

RATE_HZ = 16_000
FRAME_SAMPLES = 512
_CONTEXT_SAMPLES = 64
_FFT_SAMPLES, _HOP_SAMPLES, _BINS = 256, 128, 129
_HIDDEN = 128
_STRIDES = (1, 2, 2, 1)
_FRAMES_AT_ONCE = 512

_Array = npt.NDArray[np.float32]

_SHAPES: dict[str, tuple[int, ...]] = {
    "stft.forward_basis_buffer": (2 * _BINS, 1, _FFT_SAMPLES),
    "encoder.0.reparam_conv.weight": (128, _BINS, 3),
    "encoder.0.reparam_conv.bias": (128,),
    "encoder.1.reparam_conv.weight": (64, 128, 3),
    "encoder.1.reparam_conv.bias": (64,),
    "encoder.2.reparam_conv.weight": (64, 64, 3),
    "encoder.2.reparam_conv.bias": (64,),
    "encoder.3.reparam_conv.weight": (_HIDDEN, 64, 3),
    "encoder.3.reparam_conv.bias": (_HIDDEN,),
    "decoder.rnn.weight_ih": (4 * _HIDDEN, _HIDDEN),
    "decoder.rnn.weight_hh": (4 * _HIDDEN, _HIDDEN),
    "decoder.rnn.bias_ih": (4 * _HIDDEN,),
    "decoder.rnn.bias_hh": (4 * _HIDDEN,),
    "decoder.decoder.2.weight": (1, _HIDDEN, 1),
    "decoder.decoder.2.bias": (1,),
}


class SpeechNetwork:
    """Tells how likely frames of sound hold speech.

    Args:
        weights: as the file ``silero_vad_16k_op15.onnx`` of silero-vad names them, with or
            without ``model.`` before each.

    Raises:
        MediaError: a weight is missing or has another shape.
    """

    def __init__(self, weights: Mapping[str, _Array]) -> None:
        named = {name.removeprefix("model."): weight for name, weight in weights.items()}
        for name, shape in _SHAPES.items():
            if name not in named or named[name].shape != shape:
                raise MediaError(f"The model that finds speech is damaged: {name} doesn't fit.")
        self._basis = named["stft.forward_basis_buffer"][:, 0].T
        self._convolutions = [
            (
                named[f"encoder.{number}.reparam_conv.weight"],
                named[f"encoder.{number}.reparam_conv.bias"],
                stride,
            )
            for number, stride in enumerate(_STRIDES)
        ]
        self._of_input = named["decoder.rnn.weight_ih"].T
        self._of_hidden = np.ascontiguousarray(named["decoder.rnn.weight_hh"].T)
        self._bias = named["decoder.rnn.bias_ih"] + named["decoder.rnn.bias_hh"]
        self._out = named["decoder.decoder.2.weight"][0, :, 0]
        self._out_bias = named["decoder.decoder.2.bias"][0]

    def probabilities(self, sound: _Array, *, cancelled: IsCancelled = never_cancelled) -> _Array:
        """Return the likelihood of speech, 0 to 1, of each frame; the last one is filled up.

        Args:
            sound: float32 (samples,) at 16 kHz, mono.
            cancelled: asked every 16 s of sound.

        Raises:
            Cancelled: as told.
        """
        count = -(-sound.size // FRAME_SAMPLES)
        padded = np.pad(sound, (_CONTEXT_SAMPLES, count * FRAME_SAMPLES - sound.size))
        found = np.empty(count, np.float32)
        hidden, cell = np.zeros(_HIDDEN, np.float32), np.zeros(_HIDDEN, np.float32)
        for first in range(0, count, _FRAMES_AT_ONCE):
            raise_if_cancelled(cancelled)
            last = min(first + _FRAMES_AT_ONCE, count)
            begin, end = first * FRAME_SAMPLES, last * FRAME_SAMPLES + _CONTEXT_SAMPLES
            gates = self._encoded(padded[begin:end]) @ self._of_input + self._bias
            states, hidden, cell = self._remembered(gates, hidden, cell)
            found[first:last] = _logistic(np.maximum(states, 0) @ self._out + self._out_bias)
        return found

    def _encoded(self, padded: _Array) -> _Array:
        """Return what is in each frame: (frames, 128)."""
        window = np.lib.stride_tricks.sliding_window_view
        frames = window(padded, FRAME_SAMPLES + _CONTEXT_SAMPLES)[::FRAME_SAMPLES]
        # One side alone is filled up, by reflection, so that four transforms fit a frame.
        frames = np.pad(frames, ((0, 0), (0, _CONTEXT_SAMPLES)), mode="reflect")
        spectrum = window(frames, _FFT_SAMPLES, axis=1)[:, ::_HOP_SAMPLES] @ self._basis
        features: _Array = np.hypot(spectrum[..., :_BINS], spectrum[..., _BINS:])
        for weight, bias, stride in self._convolutions:
            features = _convolved(features, weight, bias, stride)
        return features[:, 0]

    def _remembered(
        self, gates: _Array, hidden: _Array, cell: _Array
    ) -> tuple[_Array, _Array, _Array]:
        """Return the LSTM's state after each frame, (frames, 128), and how it goes on."""
        states = np.empty((len(gates), _HIDDEN), np.float32)
        one, two, three = _HIDDEN, 2 * _HIDDEN, 3 * _HIDDEN
        for number, of_input in enumerate(gates):
            gate = of_input + hidden @ self._of_hidden
            opened = _logistic(gate)
            cell = opened[one:two] * cell + opened[:one] * np.tanh(gate[two:three])
            hidden = opened[three:] * np.tanh(cell)
            states[number] = hidden
        return states, hidden, cell


def _convolved(features: _Array, weight: _Array, bias: _Array, stride: int) -> _Array:
    """Convolve (frames, time, channels) over three neighbours in time, and rectify."""
    padded = np.pad(features, ((0, 0), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, 3, axis=1)[:, ::stride]
    frames, times, channels, _ = windows.shape
    flat = windows.reshape(frames * times, channels * 3) @ weight.reshape(len(weight), -1).T
    result: _Array = np.maximum(flat + bias, 0).reshape(frames, times, -1)
    return result


def _logistic(values: _Array) -> _Array:
    # By tanh, which doesn't overflow where the values are large.
    result: _Array = 0.5 + 0.5 * np.tanh(0.5 * values)
    return result

"""Devices by PortAudio, through the package sounddevice.

The package is imported when the first device is asked for: that loads PortAudio, which looks
through the system's devices then and only then, so it is started anew before each search.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from prismdesk.playback.backend import OutputDevice, OutputTrouble

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from prismdesk.playback.backend import Pull

LATENCY_SECONDS = 0.03
"""What is asked of the device: the least that a busy interpreter keeps up with."""
NO_PORT_AUDIO = (
    "The sound library PortAudio is missing, so nothing can be heard; "
    "install the system's package libportaudio2 and start PrismDesk again."
)
_LONGEST_LATENCY_SECONDS = 2.0
_USUAL_RATE_HZ = 48000


class PortAudioBackend:
    """The system's devices; several objects, in any threads, share the one PortAudio."""

    def devices(self) -> tuple[OutputDevice, ...]:
        """Return the devices with outputs; none without PortAudio. New ones may be missing."""
        try:
            sounddevice = _sounddevice()
        except OutputTrouble:
            return ()
        with _port_audio:
            return tuple(device for _, device in _devices(sounddevice))

    def open(self, device: str | None, *, rate_hz: int, channels: int) -> PortAudioOutput:
        """Open a device at the project's rate if it can, else at its own.

        Raises:
            OutputTrouble: PortAudio is missing, there is no such device, or it can't be opened.
        """
        sounddevice = _sounddevice()
        with _port_audio:
            if not _open_outputs:
                _start_anew(sounddevice)
            number, found = _find(sounddevice, device)
            wanted = min(max(channels, 2), found.channels)
            trouble: Exception | None = None
            for rate in dict.fromkeys((rate_hz, found.rate_hz)):
                try:
                    return PortAudioOutput(sounddevice, number, found.name, rate, wanted)
                except sounddevice.PortAudioError as error:
                    trouble = error
        raise OutputTrouble(
            f"The sound device {found.name} can't be opened ({_reason(trouble)}); "
            "close other programs that use it, or choose another device."
        ) from trouble


class PortAudioOutput:
    """A stream on a device.

    Args:
        sounddevice: the package.
        number: PortAudio's number of the device.
        name: of the device.
        rate_hz: to run at.
        channels: to open.
    """

    is_null = False

    def __init__(
        self, sounddevice: Any, number: int, name: str, rate_hz: int, channels: int
    ) -> None:
        self.name = name
        self.rate_hz = rate_hz
        self.channels = channels
        self.under_runs = 0
        self._error = sounddevice.PortAudioError
        self._pull: Pull | None = None
        self._has_finished = False
        self._stream = sounddevice.OutputStream(
            device=number,
            samplerate=rate_hz,
            channels=channels,
            dtype="float32",
            latency=LATENCY_SECONDS,
            callback=self._fill,
            finished_callback=self._finish,
        )
        self.latency_seconds = float(self._stream.latency)
        _open_outputs.add(self)

    def start(self, pull: Pull) -> None:
        """Begin to pull.

        Raises:
            OutputTrouble: the device doesn't start.
        """
        self._pull = pull
        try:
            self._stream.start()
        except self._error as error:
            raise OutputTrouble(
                f"The sound device {self.name} doesn't start ({_reason(error)}); "
                "close other programs that use it, or choose another device."
            ) from error

    def is_alive(self) -> bool:
        """Whether the stream runs: PortAudio ends one whose device fails."""
        return not self._has_finished

    def close(self) -> None:
        """Stop at once and let go of the device."""
        with _port_audio:
            self._stream.abort(ignore_errors=True)
            self._stream.close(ignore_errors=True)
            _open_outputs.discard(self)

    def _fill(self, out: npt.NDArray[np.float32], frames: int, times: Any, status: Any) -> None:
        """Run by PortAudio's thread: no lock, no log, nothing that waits."""
        del frames
        if status.output_underflow:
            self.under_runs += 1
        ahead = times.outputBufferDacTime - times.currentTime
        if not 0.0 < ahead < _LONGEST_LATENCY_SECONDS:
            ahead = self.latency_seconds
        assert self._pull is not None
        self._pull(out, time.perf_counter() + ahead)

    def _finish(self) -> None:
        self._has_finished = True


_port_audio = threading.Lock()
"""Held while devices are looked for, opened and closed; never by the callback."""
_open_outputs: set[PortAudioOutput] = set()


def _sounddevice() -> Any:
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        raise OutputTrouble(NO_PORT_AUDIO) from error
    return sounddevice


def _start_anew(sounddevice: Any) -> None:
    """Have PortAudio look for devices: it knows those that were there when it started."""
    try:
        sounddevice._terminate()
        sounddevice._initialize()
    except sounddevice.PortAudioError as error:
        raise OutputTrouble(
            f"The system's sound can't be used ({_reason(error)}); start its sound service."
        ) from error


def _devices(sounddevice: Any) -> list[tuple[int, OutputDevice]]:
    try:
        found = list(sounddevice.query_devices())
        default = sounddevice.default.device[1]
    except sounddevice.PortAudioError:
        return []
    systems = {device["hostapi"] for device in found if device["max_output_channels"] > 0}
    names = [_name(sounddevice, device, is_only=len(systems) == 1) for device in found]
    return [
        (
            number,
            OutputDevice(
                name=names[number],
                channels=device["max_output_channels"],
                rate_hz=round(device["default_samplerate"]) or _USUAL_RATE_HZ,
                is_default=number == default,
            ),
        )
        for number, device in enumerate(found)
        if device["max_output_channels"] > 0
    ]


def _name(sounddevice: Any, device: Any, *, is_only: bool) -> str:
    """Return a device's name; with its system's, where the same device is on several."""
    if is_only:
        return str(device["name"])
    return f"{device['name']}, {sounddevice.query_hostapis(device['hostapi'])['name']}"


def _find(sounddevice: Any, name: str | None) -> tuple[int, OutputDevice]:
    devices = _devices(sounddevice)
    if not devices:
        raise OutputTrouble(
            "There is no sound device; picture plays in time without sound until one comes."
        )
    for number, device in devices:
        if device.name == name or (name is None and device.is_default):
            return number, device
    if name is None:
        return devices[0]
    raise OutputTrouble(f"The sound device {name} isn't there; connect it or choose another one.")


def _reason(error: Exception | None) -> str:
    return str(error.args[0]) if error is not None and error.args else "unknown reason"

"""A sound server of one's own, with a sink that plays nothing in real time, and the way to it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, MutableMapping
    from pathlib import Path

TO_THE_SERVER = "pcm.!default { type pulse }\nctl.!default { type pulse }"


def use_alsa(folder: Path, environment: MutableMapping[str, str], lines: str) -> None:
    """Have ALSA read these lines after its own settings."""
    settings = folder / "asound.conf"
    settings.write_text(f"</usr/share/alsa/alsa.conf>\n{lines}\n", encoding="utf-8")
    environment["ALSA_CONFIG_PATH"] = str(settings)


def is_installed() -> bool:
    """Whether PulseAudio is there; ``libasound2-plugins`` is needed, too."""
    return shutil.which("pulseaudio") is not None


class SoundServer:
    """PulseAudio with a sink that takes sound at the pace of a device, without rewinding."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; returns before it takes sound."""
        sink = "module-null-sink sink_name=test rate=48000 norewinds=1"
        protocol = "module-native-protocol-unix auth-anonymous=1"
        self._process = subprocess.Popen(
            ["pulseaudio", "-n", "--exit-idle-time=-1", "-L", protocol, "-L", sink],
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """End it as a crash would."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()


@contextmanager
def sound_server(folder: Path, environment: MutableMapping[str, str]) -> Iterator[SoundServer]:
    """Run a server that ALSA's default device leads to."""
    use_alsa(folder, environment, TO_THE_SERVER)
    server = SoundServer()
    server.start()
    try:
        yield server
    finally:
        server.kill()

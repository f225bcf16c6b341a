"""A take made again has the same samples: every engine, every task, after whatever happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from prismdesk.cli.main import main
from prismdesk.project.edits import add_region, move_region, set_clip_gain
from prismdesk.project.ids import RegionId, TakeId
from prismdesk.project.lookup import region_of_take, take_of
from prismdesk.project.model import Region, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.again import queue_again
from prismdesk.session.asking import queue_takes, region_as_made
from prismdesk.session.circumstances import circumstances_now
from prismdesk.session.making import wait_for_takes
from prismdesk.session.masks import import_mask
from prismdesk.session.opening import create_session, open_session
from prismdesk.session.records import circumstances_of, differences
from prismdesk.session.take_check import check_take, compare_takes
from prismdesk.session.variations import RecipeChanges, vary_take
from tests.media_files import PictureSpec, SoundSpec, make_film, noise
from tests.stills import write_grey

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Take
    from prismdesk.session.session import Session

RATE_HZ = 48_000
HANDLE = 4_800


@dataclass(frozen=True)
class Maker:
    """An engine as small as it comes, and what it is asked for."""

    engine: str
    variant: str = ""
    folder: str = ""
    settings: tuple[tuple[str, Any], ...] = ()
    tasks: tuple[Task, ...] = tuple(Task)
    sees_picture: bool = True
    prompt: str = "rain"


MAKERS = {
    "ambience": Maker(
        engine="ambience", tasks=(Task.INPAINT, Task.CONTINUE), sees_picture=False, prompt=""
    ),
    "selva": Maker(
        engine="selva",
        variant="custom-selva-tiny-16k-untrained",
        folder="selva-tiny_16k",
        settings=(("steps", 2),),
    ),
    "mmaudio": Maker(
        engine="selva",
        variant="custom-mmaudio-tiny-44k-v2-untrained",
        folder="mmaudio-tiny_44k_v2",
        settings=(("steps", 2),),
    ),
    "audiox": Maker(
        engine="audiox",
        variant="custom-audiox-tiny-maf-untrained",
        folder="audiox-tiny-maf",
        settings=(("steps", 2),),
    ),
}


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Five seconds of picture, four of sound."""
    sound = SoundSpec(audio=noise(2, 4 * RATE_HZ, peak=0.2), codec="pcm_s24le")
    return make_film(tmp_path / "film.mov", picture=PictureSpec(frames=125), sounds=[sound])


QUICK = {("ambience", Task.INPAINT), ("selva", Task.GENERATE)}
"""What is made each time; all the others where there is time for it."""

EVERYTHING = [
    pytest.param(name, task, marks=() if (name, task) in QUICK else pytest.mark.slow)
    for name, maker in MAKERS.items()
    for task in maker.tasks
]


def maker_of(name: str, small_checkpoints: Path) -> Maker:
    """Have a maker's checkpoint installed."""
    maker = MAKERS[name]
    if maker.folder:
        assert main(["models", "add", str(small_checkpoints / maker.folder)]) == 0
    return maker


def place_of(task: Task) -> SampleRange:
    """Where a task is wanted; nothing is continued but the end of the sound."""
    if task is Task.CONTINUE:
        return SampleRange(4 * RATE_HZ, 5 * RATE_HZ)
    return SampleRange(RATE_HZ, 2 * RATE_HZ)


def a_region(session: Session, maker: Maker, task: Task) -> Region:
    track = session.project.tracks[0]
    masks: tuple[str, ...] = ()
    if maker.sees_picture:
        still = session.folder.parent / "mask.png"
        write_grey(still, np.eye(8, dtype=np.uint8) * 255)
        masks = (import_mask(session.folder, still),)
    region = Region(
        id=RegionId(f"region-{task}"),
        track_id=track.id,
        lane_ids=(track.lanes[0].id,),
        range=place_of(task),
        task=task,
        engine=maker.engine,
        variant=maker.variant,
        settings=maker.settings,
        prompt=maker.prompt,
        seed=7,
        sees_picture=maker.sees_picture,
        masks=masks,
    )
    session.store.apply("Mark", lambda project: add_region(project, region))
    return region


def made(
    session: Session, region: Region, takes: int = 1, handles: int = HANDLE
) -> tuple[Take, ...]:
    job = queue_takes(session, session.project, region, takes=takes, handle_samples=handles)
    return wait_for_takes(session, job)


def again(session: Session, take_id: TakeId) -> Take:
    (one,) = wait_for_takes(session, queue_again(session, session.project, take_id))
    return one


def assert_same(session: Session, take: Take, repeated: Take) -> None:
    before = take_of(session.project, take.id)
    assert repeated.provenance.again_of_take_id == take.id
    assert differences(before, circumstances_of(repeated)) == ()
    assert compare_takes(session.folder, before, repeated).is_identical
    assert repeated.provenance.request_key == take.provenance.request_key
    assert (repeated.head_samples, repeated.tail_samples) == (take.head_samples, take.tail_samples)


@pytest.mark.parametrize(("name", "task"), EVERYTHING)
def test_again_is_the_same_for_every_engine_and_task(
    film: Path, tmp_path: Path, small_checkpoints: Path, name: str, task: Task
) -> None:
    maker = maker_of(name, small_checkpoints)
    folder = tmp_path / "project"
    with create_session(film, folder) as session:
        takes = made(session, a_region(session, maker, task), takes=2)
        assert not compare_takes(folder, *takes).is_identical
        for take in takes:
            assert take.provenance.made_on is not None
            assert_same(session, take, again(session, take.id))
    # A second process, with nothing loaded and nothing known of picture and words.
    for file in (folder / "cache" / "features").rglob("*"):
        if file.is_file():
            file.unlink()
    with open_session(folder) as session:
        project = session.project
        for take in takes:
            assert differences(take, circumstances_now(session, project, take)) == ()
            assert_same(session, take, again(session, take.id))
        # The region goes elsewhere: what is around its first place is there still.
        take = takes[1]
        region = region_of_take(project, take.id)
        moved_to = region.range.start_samples - 12_345
        session.store.apply("Move", lambda p: move_region(p, region.id, moved_to))
        repeated = again(session, take.id)
        assert_same(session, take, repeated)
        assert repeated.region.start_samples == moved_to
        assert repeated.provenance.made_for == take.provenance.made_for


def test_a_take_made_alone_and_one_of_a_batch_are_told_apart(
    film: Path, tmp_path: Path, small_checkpoints: Path
) -> None:
    maker = maker_of("mmaudio", small_checkpoints)
    with create_session(film, tmp_path / "project") as session:
        region = a_region(session, maker, maker.tasks[0])
        (alone,) = made(session, region)
        together, _ = made(session, region, takes=2)
        comparison = compare_takes(session.folder, alone, together)
        told = differences(alone, circumstances_of(together))
        assert together.provenance.batch_seeds == (7, 8)
        assert told == (
            "It was computed alone, now in a batch of 2 takes: sums are rounded otherwise.",
        )
        assert comparison.is_identical or comparison.difference_db < -90


def test_a_variation_is_made_again_from_the_same_sound(
    film: Path, tmp_path: Path, small_checkpoints: Path
) -> None:
    maker = maker_of("selva", small_checkpoints)
    with create_session(film, tmp_path / "project") as session:
        (take,) = made(session, a_region(session, maker, Task.GENERATE))
        changes = RecipeChanges(settings=(("strength", "0.5"),), seed=3)
        (varied,) = wait_for_takes(session, vary_take(session, take.id, changes=changes))
        assert_same(session, varied, again(session, varied.id))
        region = region_of_take(session.project, take.id)
        session.store.apply("Move", lambda p: move_region(p, region.id, 100))
        assert_same(session, varied, again(session, varied.id))


def test_changed_surroundings_are_told(film: Path, tmp_path: Path, small_checkpoints: Path) -> None:
    maker = maker_of("ambience", small_checkpoints)
    with create_session(film, tmp_path / "project") as session:
        task = maker.tasks[-1]
        (take,) = made(session, a_region(session, maker, task))
        clip = session.project.tracks[0].lanes[0].clips[0]
        session.store.apply("Gain", lambda p: set_clip_gain(p, clip.id, -6.0))
        changed = "The sound around the region was changed since."
        assert differences(take, circumstances_now(session, session.project, take)) == (changed,)
        before = session.project
        check = check_take(session, take.id)
        assert check.differences == (changed,)
        assert session.project == before
        assert session.queue.jobs() == ()
        names = {path.stem for path in (session.folder / "takes").iterdir()}
        assert names == {take.path.removeprefix("takes/").removesuffix(".wav")}
        session.store.undo()
        check = check_take(session, take.id)
        assert check.comparison.is_identical
        assert check.differences == ()


def test_again_with_a_new_seed_is_another_sound(
    film: Path, tmp_path: Path, small_checkpoints: Path
) -> None:
    maker = maker_of("ambience", small_checkpoints)
    with create_session(film, tmp_path / "project") as session:
        (take,) = made(session, a_region(session, maker, maker.tasks[-1]))
        wanted = region_as_made(region_of_take(session.project, take.id), take, seed=8)
        (other,) = made(session, wanted)
        assert not compare_takes(session.folder, take, other).is_identical

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.adapters import training_set_edits as edits
from prismdesk.adapters.sound_change import SoundChange
from prismdesk.adapters.training_set import TrainingSetError, read_set, write_set
from prismdesk.errors import Cancelled, InputError
from prismdesk.jobs.training.pair_files import pairs_of
from prismdesk.media.fades import db_to_gain
from prismdesk.media.wav import WavWriter, map_wav
from prismdesk.progress import never_cancelled
from prismdesk.project.edits import add_region
from prismdesk.project.edits.clips import set_clip_gain
from prismdesk.project.edits.takes import add_take
from prismdesk.project.ids import ClipId, LaneId, RegionId
from prismdesk.project.lookup import replace_region, replace_track
from prismdesk.project.model import Lane
from prismdesk.project.timebase import SampleRange
from prismdesk.session.training_checks import apply_remedy
from prismdesk.session.training_sets import (
    FilePart,
    add_files,
    new_set,
    part_of,
    rebuild,
    set_of_regions,
)
from prismdesk.session.training_sets_sounds import delete_unused, with_changes
from tests.builders import a_box, a_keyed_shape, a_provenance, a_shape, a_take
from tests.media_files import PictureSpec, SoundSpec, make_film
from tests.session.making_session import RATE_HZ, REGION, a_session, mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.adapters.training_set import TrainingPair
    from prismdesk.project.model import Project
    from prismdesk.session.session import Session

SECOND = RATE_HZ


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with a_session(tmp_path) as opened:
        mark(opened, prompt="slow steps", name="Steps", note="near")
        yield opened


def written(path: Path, sound: np.ndarray, rate_hz: int = RATE_HZ) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with WavWriter(path, rate_hz=rate_hz, channels=sound.shape[0]) as wav:
        wav.write(sound.astype(np.float32))
    return path


def a_noise(seconds: float = 1.0, seed: int = 1, channels: int = 1) -> np.ndarray:
    random = np.random.default_rng(seed)
    return random.normal(0, 0.1, (channels, round(seconds * RATE_HZ))).astype(np.float32)


def sound_of(folder: Path, pair: TrainingPair) -> np.ndarray:
    with map_wav(folder / pair.sound) as wav:
        return np.array(wav.read(0, wav.length_samples))


def film_sound(session: Session, first: int, last: int) -> np.ndarray:
    media = session.project.media[0]
    return np.array(session.sounds.stream(media, 1).read(first, last - first))


def change_clip(session: Session, gain_db: float) -> None:
    clip = session.project.tracks[0].lanes[0].clips[0]
    session.store.apply("Gain", lambda project: set_clip_gain(project, clip.id, gain_db))


def test_a_region_becomes_its_lanes_sound_its_film_and_its_words(
    session: Session, tmp_path: Path
) -> None:
    made = set_of_regions(session, [REGION], tmp_path / "set", name="Harbour")
    pair = made.pairs[0]
    assert (made.name, pair.key, pair.name, pair.prompt) == (
        "Harbour",
        "steps",
        "Steps",
        "slow steps",
    )
    np.testing.assert_array_equal(
        sound_of(tmp_path / "set", pair), film_sound(session, 2 * SECOND, 3 * SECOND)
    )
    assert Path(pair.film) == (tmp_path / "film.mkv").resolve()
    assert pair.film_start == Fraction(2)
    assert pair.source.region == REGION
    assert read_set(tmp_path / "set") == made


def test_the_place_in_the_film_is_exact(session: Session, tmp_path: Path) -> None:
    odd = SampleRange(2 * SECOND + 1, 3 * SECOND - 1)
    session.store.apply(
        "Move", lambda project: replace_region(project, replace(project.regions[0], range=odd))
    )
    pair = set_of_regions(session, [REGION], tmp_path / "set").pairs[0]
    assert pair.film_start == Fraction(2 * SECOND + 1, RATE_HZ)
    assert read_set(tmp_path / "set").pairs[0].film_start == pair.film_start


def test_the_chosen_take_is_learned_and_tells_its_model(session: Session, tmp_path: Path) -> None:
    sound = a_noise(channels=2, seed=7)
    written(session.folder / "takes" / "take-1.wav", sound)
    made = a_provenance(
        engine="selva",
        variant="selva-small_16k",
        weights=(("a.pth", "0" * 64),),
        licence="CC BY-NC 4.0",
    )
    take = a_take(start=2 * SECOND, end=3 * SECOND, provenance=made)
    session.store.apply("Take", lambda project: add_take(project, REGION, take))
    pair = set_of_regions(session, [REGION], tmp_path / "set").pairs[0]
    np.testing.assert_array_equal(sound_of(tmp_path / "set", pair), sound)
    assert pair.licence == "CC BY-NC 4.0"
    assert pair.source.made_by == "selva-small_16k"


def test_only_the_regions_own_lanes_are_learned_without_the_tracks_gain(
    session: Session, tmp_path: Path
) -> None:
    def with_second_lane(project: Project) -> Project:
        track = project.tracks[0]
        clip = replace(track.lanes[0].clips[0], id=ClipId("again"))
        lane = Lane(id=LaneId("second"), clips=(clip,))
        return replace_track(project, replace(track, lanes=(*track.lanes, lane), gain_db=-9.0))

    session.store.apply("Lane", with_second_lane)
    heard = film_sound(session, 2 * SECOND, 3 * SECOND)
    pair = set_of_regions(session, [REGION], tmp_path / "one").pairs[0]
    np.testing.assert_array_equal(sound_of(tmp_path / "one", pair), heard)
    lanes = tuple(lane.id for lane in session.project.tracks[0].lanes)
    session.store.apply(
        "Both",
        lambda project: replace_region(project, replace(project.regions[0], lane_ids=lanes)),
    )
    pair = set_of_regions(session, [REGION], tmp_path / "both").pairs[0]
    np.testing.assert_array_equal(sound_of(tmp_path / "both", pair), heard + heard)


def test_masks_come_as_stills_that_follow_the_sound(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    moving = a_keyed_shape(keys={0: a_box(0.2), SECOND: a_box(0.8)})
    session.store.apply(
        "Mask",
        lambda project: replace_region(project, replace(project.regions[0], drawn_masks=(moving,))),
    )
    pair = set_of_regions(session, [REGION], folder).pairs[0]
    assert len(pair.masks) == 25
    assert len(set(pair.masks)) > 10
    assert all((folder / mask).is_file() for mask in pair.masks)
    assert pair.mask_name == "ellipse"
    half = with_changes(folder, pair, SoundChange("keep", 0.52, 1.0))
    assert half.film_start == Fraction(252, 100)
    assert half.masks == pair.masks[13:]


def test_masks_that_are_off_are_left(session: Session, tmp_path: Path) -> None:
    session.store.apply(
        "Mask",
        lambda project: replace_region(
            project, replace(project.regions[0], drawn_masks=(a_shape(),), uses_masks=False)
        ),
    )
    pair = set_of_regions(session, [REGION], tmp_path / "set").pairs[0]
    assert (pair.masks, pair.mask_name) == ((), "")


def test_a_region_that_is_silent_says_so(session: Session, tmp_path: Path) -> None:
    empty = SampleRange(40 * SECOND, 41 * SECOND)
    far = replace(session.project.regions[0], id=RegionId("far"), range=empty, name="far")
    session.store.apply("Mark", lambda project: add_region(project, far))
    with pytest.raises(TrainingSetError, match="Nothing sounds in the region far"):
        set_of_regions(session, [RegionId("far")], tmp_path / "set")
    assert not (tmp_path / "set" / "set.toml").exists()


def test_a_region_that_is_there_already_gets_its_sound_anew_and_keeps_its_words(
    session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "set"
    first = set_of_regions(session, [REGION], folder)
    write_set(folder, edits.set_prompt(first, ["steps"], "my words"))
    change_clip(session, -6.0)
    second = set_of_regions(session, [REGION], folder)
    assert len(second.pairs) == 1
    assert second.pairs[0].prompt == "my words"
    np.testing.assert_allclose(
        sound_of(folder, second.pairs[0]),
        sound_of(folder, first.pairs[0]) * db_to_gain(-6.0),
        rtol=1e-6,
    )


def test_cancelling_leaves_the_set_as_it_was(session: Session, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        set_of_regions(session, [REGION], tmp_path / "set", cancelled=lambda: True)
    with pytest.raises(Cancelled):
        add_files(tmp_path / "set", [tmp_path / "film.mkv"], cancelled=lambda: True)
    assert not (tmp_path / "set" / "set.toml").exists()


def test_a_sound_file_comes_whole_and_in_parts(tmp_path: Path) -> None:
    sound = a_noise(4.0)
    path = written(tmp_path / "long knocks.wav", sound)
    added = add_files(tmp_path / "set", [path, part_of(f"{path}@1.5-2.25")])
    whole, part = added.training_set.pairs
    np.testing.assert_array_equal(sound_of(tmp_path / "set", whole), sound)
    np.testing.assert_array_equal(
        sound_of(tmp_path / "set", part), sound[:, 72_000 : 72_000 + 36_000]
    )
    assert added.keys == ("long-knocks", "long-knocks-2")
    assert (part.source.start_seconds, part.source.end_seconds) == (1.5, 2.25)


def test_a_file_whose_name_looks_like_a_part_is_that_file(tmp_path: Path) -> None:
    path = written(tmp_path / "take@1-2", a_noise())
    assert part_of(str(path)) == FilePart(path)
    assert part_of(str(tmp_path / "other@1-2")) == FilePart(tmp_path / "other", 1.0, 2.0)


def test_a_film_gives_sound_and_picture(tmp_path: Path) -> None:
    film = make_film(
        tmp_path / "clip.mkv",
        picture=PictureSpec(frames=50),
        sounds=(SoundSpec(audio=a_noise(2.0, channels=2), codec="pcm_f32le"),),
    )
    whole, part = add_files(tmp_path / "set", [film, FilePart(film, 0.5, 1.5)]).training_set.pairs
    assert Path(whole.film) == film
    assert (whole.film_start, part.film_start) == (Fraction(0), Fraction(1, 2))
    loaded = pairs_of(tmp_path / "set", read_set(tmp_path / "set"))[1].load(never_cancelled)
    assert loaded.picture is not None
    assert loaded.sound.shape == (2, RATE_HZ)


def test_a_film_beside_a_sound_is_its_picture(tmp_path: Path) -> None:
    path = written(tmp_path / "in" / "door.wav", a_noise())
    make_film(tmp_path / "in" / "door.mp4", picture=PictureSpec(frames=30), sounds=())
    made = add_files(tmp_path / "set", [tmp_path / "in"]).training_set
    assert [pair.name for pair in made.pairs] == ["door"]
    assert Path(made.pairs[0].film) == path.with_suffix(".mp4")


def test_words_lie_beside_the_sound(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        written(tmp_path / "in" / f"{name}.wav", a_noise())
    (tmp_path / "in" / "a.txt").write_text("own\nwords")
    (tmp_path / "in" / "prompts.txt").write_text(
        "# c.wav: no\nb.npz: of the list: yes\na.flac: not this one\n", encoding="utf-8-sig"
    )
    made = add_files(tmp_path / "set", [tmp_path / "in"]).training_set
    assert [pair.prompt for pair in made.pairs] == ["own words", "of the list: yes", ""]


def features(path: Path, **more: object) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {
        "clip_features": np.ones((64, 4), np.float32),
        "sync_features": np.ones((192, 6), np.float32),
    }
    np.savez(path, **arrays, **more)  # type: ignore[arg-type]  # arrays of any kind
    return arrays


def test_a_folder_of_features_becomes_pairs_with_their_picture(tmp_path: Path) -> None:
    folder = tmp_path / "wood_steps"
    for name in ("a", "b"):
        written(folder / f"{name}.wav", a_noise(9.0))
    arrays = features(folder / "a.npz", prompt=np.array("heavy steps"))
    features(folder / "b.npz")
    made = add_files(tmp_path / "set", [folder]).training_set
    assert [pair.prompt for pair in made.pairs] == ["heavy steps", "wood steps"]
    assert [pair.length_seconds for pair in made.pairs] == [8.0, 8.0]
    loaded = pairs_of(tmp_path / "set", made)[0].load(never_cancelled)
    assert loaded.worked_out is not None
    np.testing.assert_array_equal(loaded.worked_out.sync, arrays["sync_features"])
    assert not rebuild(tmp_path / "set").changed


def test_features_do_not_go_along_with_a_sound_that_moves(tmp_path: Path) -> None:
    written(tmp_path / "in" / "a.wav", a_noise(8.0))
    features(tmp_path / "in" / "a.npz")
    pair = add_files(tmp_path / "set", [tmp_path / "in"]).training_set.pairs[0]
    with pytest.raises(TrainingSetError, match="run apart"):
        with_changes(tmp_path / "set", pair, SoundChange("lead", 1.0))
    louder = with_changes(tmp_path / "set", pair, SoundChange("gain", 3.0))
    assert louder.features == pair.features


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 half", b"\x80\x04N."])
def test_features_that_cannot_be_read_are_passed_over(tmp_path: Path, content: bytes) -> None:
    written(tmp_path / "in" / "a.wav", a_noise())
    (tmp_path / "in" / "a.npz").write_bytes(content)
    pair = add_files(tmp_path / "set", [tmp_path / "in"]).training_set.pairs[0]
    assert (pair.features, pair.length_seconds) == ("", 1.0)


def test_files_that_cannot_be_used_are_told_and_the_others_taken(tmp_path: Path) -> None:
    good = written(tmp_path / "a.wav", a_noise())
    silent = written(tmp_path / "silent.wav", np.zeros((1, 4800)))
    text = tmp_path / "text.wav"
    text.write_text("no sound at all")
    added = add_files(tmp_path / "set", [silent, good, text])
    assert added.keys == ("a",)
    assert len(added.refused) == 2
    assert "silent is silent" in added.refused[0]
    with pytest.raises(InputError, match="silent"):
        add_files(tmp_path / "other", [silent])
    assert not (tmp_path / "other" / "set.toml").exists()


@pytest.mark.parametrize(
    ("start", "end", "words"), [(0.5, 0.2, "ends before"), (5.0, 6.0, "silent")]
)
def test_a_part_that_is_not_there_is_refused(
    tmp_path: Path, start: float, end: float, words: str
) -> None:
    path = written(tmp_path / "a.wav", a_noise())
    with pytest.raises(TrainingSetError, match=words):
        add_files(tmp_path / "set", [FilePart(path, start, end)])


def test_an_empty_set_is_begun_once(tmp_path: Path) -> None:
    assert new_set(tmp_path / "set").name == "set"
    with pytest.raises(TrainingSetError, match="already"):
        new_set(tmp_path / "set")


def test_a_set_is_made_again_with_all_that_was_done_to_it(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "set"
    path = written(tmp_path / "a.wav", a_noise(2.0))
    set_of_regions(session, [REGION], folder)
    made = add_files(folder, [path]).training_set
    for key in ("steps", "a"):
        pair = with_changes(folder, made.pair(key), SoundChange("keep", 0.25, 0.75))
        made = made.with_pair(replace(pair, split="hold out", prompt="kept"))
    write_set(folder, made)
    for file in (folder / "sounds").iterdir():
        file.unlink()
    again = rebuild(folder, session=session)
    assert again.training_set == made
    assert (again.changed, again.kept) == ((), ())
    assert (folder / made.pair("a").sound).is_file()

    written(path, a_noise(2.0, seed=9))
    change_clip(session, -3.0)
    told = rebuild(folder, session=session)
    assert told.changed == ("Steps has another sound.", "a has another sound.")
    expected = a_noise(2.0, seed=9)[:, 12_000:36_000]
    pair = told.training_set.pair("a")
    np.testing.assert_array_equal(sound_of(folder, pair)[:, 200:-200], expected[:, 200:-200])
    assert (pair.prompt, pair.split) == ("kept", "hold out")


def test_a_project_that_is_closed_is_opened_to_make_its_pairs_again(
    session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "set"
    made = set_of_regions(session, [REGION], folder)
    session.store.save()
    session.close()
    assert rebuild(folder).training_set == made


def test_a_sound_that_is_gone_comes_back_from_the_project_that_is_open(
    session: Session, tmp_path: Path
) -> None:
    folder = tmp_path / "set"
    made = set_of_regions(session, [REGION], folder)
    (folder / made.pairs[0].sound).unlink()
    with pytest.raises(InputError):
        apply_remedy(folder, "steps", "rebuild")
    assert apply_remedy(folder, "steps", "rebuild", session=session) == made
    assert (folder / made.pairs[0].sound).is_file()


def test_what_cannot_be_made_again_stays(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    path = written(tmp_path / "a.wav", a_noise())
    made = add_files(folder, [path]).training_set
    path.unlink()
    again = rebuild(folder)
    assert again.training_set == made
    assert len(again.kept) == 1
    assert "stays as it was" in again.kept[0]


def test_what_no_state_of_the_set_names_can_be_deleted(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    made = add_files(folder, [written(tmp_path / "a.wav", a_noise())]).training_set
    pair = made.pairs[0]
    changed = made.with_pair(with_changes(folder, pair, SoundChange("gain", -3.0)))
    own = written(folder / "sounds" / "mine.wav", a_noise())
    assert delete_unused(folder, made, changed) == 0
    assert delete_unused(folder, changed) == 1
    assert not (folder / pair.sound).exists()
    assert (folder / changed.pairs[0].sound).is_file()
    assert own.is_file()


def test_a_cut_would_run_apart_from_its_film(session: Session, tmp_path: Path) -> None:
    pair = set_of_regions(session, [REGION], tmp_path / "set").pairs[0]
    with pytest.raises(TrainingSetError, match="mute it instead"):
        with_changes(tmp_path / "set", pair, SoundChange("cut", 0.2, 0.3))
    with pytest.raises(TrainingSetError, match="before its film"):
        with_changes(tmp_path / "set", pair, SoundChange("lead", 2.5))
    with pytest.raises(TrainingSetError, match="No sound is left"):
        with_changes(tmp_path / "set", pair, SoundChange("keep", 8.0, 9.0))

"""A user's way through the window with SelVA and MMAudio: from picture and words to sound.

The checkpoints are small and untrained, but laid out as the published ones; every other part is
the real one: engine process, features, sampling, decoding, takes, export.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt

from prismdesk.engines.contract import Phase
from prismdesk.media.verify import null_test
from prismdesk.project.model import Task
from prismdesk.sample.film import make_sample_film
from tests.journeys.window_sound import SoundMaker, sound_maker
from tests.journeys.window_user import ALT, CONTROL, NO_KEYS, SHIFT
from tests.media_files import PictureSpec, SoundSpec, make_film, noise
from tests.sample.recipes import a_short_recipe
from tests.stills import write_grey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

SELVA = "custom-selva-tiny-16k-untrained"
MMAUDIO = "custom-mmaudio-tiny-44k-v2-untrained"


@pytest.fixture
def user(
    qtbot: QtBot,
    qapp: QApplication,
    small_checkpoints: Path,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[SoundMaker]:
    names = ("selva-tiny_16k", "mmaudio-tiny_44k_v2")
    with sound_maker(qtbot, *(small_checkpoints / name for name in names)) as user:
        assert f"{SELVA} is installed now." in capsys.readouterr().out
        yield user


def test_from_picture_and_words_to_a_finished_film(user: SoundMaker, tmp_path: Path) -> None:
    film = make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(48)).path
    user.open(film)
    generate_and_audition(user)
    mask_the_picture(user, tmp_path)
    cancel_in_mid_step(user)
    inpaint_a_gap(user)
    continue_past_the_end(user)
    user.export(tmp_path / "finished.mov")
    spans = [region.range for region in user.regions]
    proof = null_test(film, tmp_path / "finished.mov", spans, rate_hz=user.project.rate_hz)
    assert proof.passed


def generate_and_audition(user: SoundMaker) -> None:
    """Takes come in, with progress; again is the same, a variation isn't."""
    user.mark(10_000, 40_000)
    user.use(SELVA, "rain on a tin roof", takes=2, steps=80)
    user.press(Qt.Key.Key_Return, CONTROL)
    user.until_made(2)
    first, second = user.region.takes
    assert {Phase.LOADING, Phase.PICTURE_FEATURES, Phase.STEP, Phase.DECODING} <= set(user.phases)
    assert {segment.take_id for segment in user.region.comp} == {first.id}
    fractions = [look.fraction for look in user.looks if look.fraction is not None]
    assert fractions == sorted(fractions)
    assert any(look.words.startswith("Step ") for look in user.looks)
    assert not np.array_equal(user.samples(first), user.samples(second))
    assert first.provenance.saw_picture
    assert first.provenance.prompt == "rain on a tin roof"
    assert {name for name, _ in first.provenance.weights} >= {"video_enc_sup_5.pth", "v1-16.pth"}

    # Another take of the same region: the picture isn't looked at again, and the sound is the same.
    user.phases.clear()
    user.workspace.sound.audition.hear(first.id)
    user.press(Qt.Key.Key_R, CONTROL | SHIFT)
    again = user.until_made(3)
    assert Phase.PICTURE_FEATURES not in user.phases
    assert again.provenance.seed == first.provenance.seed
    assert np.array_equal(user.samples(again), user.samples(first))
    user.workspace.sound.audition.hear(again.id)
    user.press(Qt.Key.Key_R, CONTROL | SHIFT)
    assert np.array_equal(user.samples(again), user.samples(user.until_made(4)))

    user.workspace.sound.audition.hear(first.id)
    user.workspace.sound.inspector.form.seed.new_takes.setValue(1)
    user.press(Qt.Key.Key_R, CONTROL | ALT)
    varied = user.until_made(5)
    assert varied.provenance.varied_take_id == first.id
    assert not np.array_equal(user.samples(first), user.samples(varied))

    user.press(Qt.Key.Key_Slash)
    user.wait(lambda: user.workspace.transport.is_playing)
    user.press(Qt.Key.Key_K)
    user.workspace.sound.audition.hear(second.id)
    user.press(Qt.Key.Key_T, CONTROL | SHIFT)
    assert {segment.take_id for segment in user.region.comp} == {second.id}


def mask_the_picture(user: SoundMaker, folder: Path) -> None:
    """A mask is part of what a take is made from."""
    left = np.zeros((18, 32), np.uint8)
    left[:, :16] = 255
    before = user.region.takes[0]
    user.workspace.sound.inspector.form.picture.masking.use_masks(
        [write_grey(folder / "left.png", left)]
    )
    user.wait(lambda: bool(user.region.masks))
    user.workspace.sound.inspector.form.seed.seed.setValue(before.provenance.seed)
    user.press(Qt.Key.Key_Return, CONTROL)
    masked = user.until_made(6)
    assert masked.provenance.masks == user.region.masks
    assert masked.provenance.seed == before.provenance.seed
    assert not np.array_equal(user.samples(before), user.samples(masked))


def cancel_in_mid_step(user: SoundMaker) -> None:
    """The envelope forms in the lane; the job, cancelled, leaves nothing, and the next is made.

    In the end each take's WAV and its record as JSON are there, and nothing else.
    """
    before = user.region
    user.set(steps=200)
    user.workspace.sound.inspector.form.seed.new_takes.setValue(8)
    user.looks.clear()
    user.press(Qt.Key.Key_Return, CONTROL)
    user.wait(lambda: len({look.envelope for look in user.looks if look.envelope}) > 1)
    assert user.looks[-1].words.startswith("Step ")
    user.set(steps=2)
    user.workspace.sound.inspector.form.seed.new_takes.setValue(1)
    user.press(Qt.Key.Key_Return, CONTROL)
    user.wait(lambda: len(user.workspace.sound.bridge.jobs()) == 2)
    user.press(Qt.Key.Key_Period, CONTROL)
    user.until_made(len(before.takes) + 1)
    assert user.workspace.sound.bridge.jobs() == ()
    waves = [one.path for region in user.regions for one in region.takes]
    records = [wave.removesuffix(".wav") + ".json" for wave in waves]
    folder = user.workspace.document.session.folder
    found = [path.relative_to(folder).as_posix() for path in (folder / "takes").rglob("*")]
    assert sorted(found) == sorted(waves + records)


def inpaint_a_gap(user: SoundMaker) -> None:
    """Another family and rate in the same project: MMAudio fills a hole."""
    user.mark(60_000, 70_000)
    user.use(MMAUDIO, "wind", steps=2)
    user.press(Qt.Key.Key_Return, CONTROL | SHIFT)
    take = user.until_made(1)
    assert take.provenance.task is Task.INPAINT
    assert take.provenance.variant == MMAUDIO


def continue_past_the_end(user: SoundMaker) -> None:
    """The sound goes on to where the picture ends."""
    clip = user.project.tracks[0].lanes[0].clips[0]
    end = user.workspace.document.times.end_samples
    assert clip.end_samples < end
    user.mark(end, clip.end_samples, NO_KEYS)
    assert user.region.task is Task.CONTINUE
    user.use(MMAUDIO, "wind", steps=2)
    user.press(Qt.Key.Key_Return, ALT)
    take = user.until_made(1)
    assert take.region.end_samples == end
    assert np.abs(user.samples(take)).max() > 0


@pytest.mark.slow
def test_a_region_of_half_a_minute_is_made_in_windows(user: SoundMaker, tmp_path: Path) -> None:
    seconds, rate_hz = 32, 48_000
    sound = SoundSpec(audio=noise(2, seconds * rate_hz, peak=0.1), codec="pcm_s16le")
    picture = PictureSpec(rate=Fraction(10), frames=10 * seconds)
    user.open(make_film(tmp_path / "long.mov", picture=picture, sounds=[sound]))
    user.mark(20_000, 20_000 + 30 * rate_hz)
    assert user.region.range.length_samples > 29.5 * rate_hz
    user.use(SELVA, "waves", steps=2)
    user.press(Qt.Key.Key_Return, CONTROL)
    take = user.until_made(1)
    sound_of_take = user.samples(take)
    assert sound_of_take.shape[1] == user.region.range.length_samples
    seconds_loud = np.abs(sound_of_take[0, : 29 * rate_hz]).reshape(29, -1).max(axis=1)
    assert (seconds_loud > 0).all()
    assert "window" in take.note
    user.export(tmp_path / "made.mov")

"""A user draws where in the picture to listen, and hears it: by mouse and key, and by command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from prismdesk.cli.main import main
from prismdesk.jobs.take_record import read_record
from prismdesk.project.picture_mask import MaskShape, form_at
from prismdesk.project.store import ProjectStore
from prismdesk.sample.film import make_sample_film
from tests.journeys.window_sound import SoundMaker, sound_maker
from tests.journeys.window_user import CONTROL, NO_KEYS, SHIFT
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Take

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

SELVA = "custom-selva-tiny-16k-untrained"
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def user(qtbot: QtBot, qapp: QApplication, small_checkpoints: Path) -> Iterator[SoundMaker]:
    with sound_maker(qtbot, small_checkpoints / "selva-tiny_16k") as user:
        yield user


def test_an_ellipse_is_drawn_moved_along_and_heard(user: SoundMaker, tmp_path: Path) -> None:
    user.open(make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(48)).path)
    user.mark(10_000, 40_000)
    user.use(SELVA, "rain on a tin roof", steps=2)
    seed = user.workspace.sound.inspector.form.seed.seed
    seed.setValue(5)
    user.press(Qt.Key.Key_Return, CONTROL)
    plain = user.until_made(1)

    draw_and_key(user)
    look_as_the_model_does(user)
    user.press(Qt.Key.Key_Return, CONTROL)
    masked = user.until_made(2)
    check_record(user, plain, masked)

    # Held still where it began, it is heard otherwise; kept unused, it is as before.
    hold_still(user)
    user.press(Qt.Key.Key_Return, CONTROL)
    still = user.until_made(3)
    assert len(still.provenance.mask_stills) == 1
    assert not np.array_equal(user.samples(masked), user.samples(still))
    listen_to_all(user)
    user.press(Qt.Key.Key_Return, CONTROL)
    again = user.until_made(4)
    assert again.provenance.drawn_masks == ()
    assert np.array_equal(user.samples(plain), user.samples(again))


def draw_and_key(user: SoundMaker) -> None:
    """An ellipse by mouse, a key frame, another place later: a movement."""
    workspace, region = user.workspace, user.region
    user.press(Qt.Key.Key_K, SHIFT)
    layer = workspace.masks.layer
    user.wait(layer.isVisible)
    assert workspace.transport.position_samples == region.range.start_samples
    drag(user, (0.1, 0.2), (0.4, 0.8))
    (mask,) = user.region.drawn_masks
    assert mask.shape is MaskShape.ELLIPSE
    QTest.keyClick(layer, Qt.Key.Key_K, CONTROL | SHIFT)
    assert user.region.drawn_masks[0].is_keyed
    workspace.transport.move_to(region.range.end_samples - 1)
    drag(user, (0.25, 0.5), (0.75, 0.5))
    (mask,) = user.region.drawn_masks
    assert len(mask.key_frames) == 2
    box = form_at(mask, region.range.length_samples).box
    assert box is not None
    assert box.x == pytest.approx(0.75, abs=0.02)
    assert workspace.document.label_of_undo == "Move ellipse"
    layer.setFocus()
    QTest.keyClick(layer, Qt.Key.Key_Escape)
    assert not layer.isVisible()
    assert workspace.canvas.hasFocus()


def look_as_the_model_does(user: SoundMaker) -> None:
    user.press(Qt.Key.Key_V, SHIFT)
    view = user.workspace.masks.seen
    assert view is not None
    user.wait(lambda: not view.panes["timing"].image.isNull())
    assert view.panes["timing"].picture.accessibleDescription().endswith("masked")
    view.close()
    user.come_back()


def check_record(user: SoundMaker, plain: Take, masked: Take) -> None:
    """The take names its mask, in the project and in its file; the same seed sounds otherwise."""
    made = masked.provenance
    assert made.drawn_masks == user.region.drawn_masks
    assert len(set(made.mask_stills)) > 5
    folder = user.workspace.document.session.folder
    assert all((folder / still).is_file() for still in made.mask_stills)
    record = read_record(folder / masked.path)
    assert record.drawn_masks[0].startswith("ellipse:")
    assert record.mask_stills == made.mask_stills
    assert masked.provenance.seed == plain.provenance.seed == 5
    assert not np.array_equal(user.samples(plain), user.samples(masked))


def hold_still(user: SoundMaker) -> None:
    """The last key frame goes by its key: the ellipse stays where it began."""
    user.press(Qt.Key.Key_K, SHIFT)
    user.workspace.transport.move_to(user.region.range.end_samples - 1)
    QTest.keyClick(user.workspace.masks.layer, Qt.Key.Key_K, CONTROL | SHIFT)
    assert len(user.region.drawn_masks[0].key_frames) == 1
    user.press(Qt.Key.Key_K, SHIFT)
    user.come_back()


def listen_to_all(user: SoundMaker) -> None:
    use = user.workspace.sound.inspector.form.picture.masking.use
    use.set_value(False)
    use.activated.emit(use.currentIndex())
    assert not user.region.uses_masks
    assert len(user.region.drawn_masks) == 1


def drag(user: SoundMaker, start: tuple[float, float], end: tuple[float, float]) -> None:
    layer = user.workspace.masks.layer

    def point(share: tuple[float, float]) -> QPoint:
        return layer.map.point_of(share).toPoint()

    QTest.mousePress(layer, LEFT, NO_KEYS, point(start))
    QTest.mouseMove(layer, (point(start) + point(end)) / 2)
    QTest.mouseMove(layer, point(end))
    QTest.mouseRelease(layer, LEFT, NO_KEYS, point(end))


@pytest.mark.slow
def test_shapes_by_command_are_those_of_the_window(small_checkpoints: Path, tmp_path: Path) -> None:
    assert main(["models", "add", str(small_checkpoints / "selva-tiny_16k")]) == 0
    film = make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(48)).path
    folder, out = tmp_path / "project", tmp_path / "out.mov"
    shapes = ("ellipse:0.2,0.5,0.3,0.6@0s/0.8,0.5,0.3,0.6@0.5s", "except-rectangle:.5,.1,1,.2")
    command = [
        *("generate", str(film), "--from", "0.2s", "--to", "0.7s", "--engine", "selva"),
        *("--variant", "tiny_16k", "--steps", "2", "--seed", "5", "--project", str(folder)),
        *(part for shape in shapes for part in ("--mask-shape", shape)),
        *("--mask-strength", "0.8", "--out", str(out)),
    ]
    assert main(command) == 0
    with ProjectStore.open(next(folder.glob("*.prismdesk"))) as store:
        (region,) = store.project.regions
    (take,) = region.takes
    moving, away = take.provenance.drawn_masks
    assert (len(moving.key_frames), away.takes_away) == (2, True)
    assert moving.key_frames[1].offset_samples == 24_000
    assert len(take.provenance.mask_stills) == 13
    assert dict(take.provenance.settings)["mask_strength"] == 0.8


def test_a_shape_that_cannot_be_read_costs_one_sentence_and_no_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], small_checkpoints: Path
) -> None:
    assert main(["models", "add", str(small_checkpoints / "selva-tiny_16k")]) == 0
    film = make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(48)).path
    capsys.readouterr()
    code = main(
        [
            *("generate", str(film), "--from", "0.2s", "--to", "0.7s", "--engine", "selva"),
            *("--variant", "tiny_16k", "--mask-shape", "circle:1,2,3,4"),
            *("--project", str(tmp_path / "project"), "--out", str(tmp_path / "out.mov")),
        ]
    )
    assert code == 2
    told = capsys.readouterr().err
    assert "The mask “circle:1,2,3,4” can't be read" in told
    assert told.count("\n") == 1
    assert not (tmp_path / "project").exists()

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.project.edits.masks import set_drawn_masks
from prismdesk.project.lookup import replace_media
from tests.builders import a_box, a_shape
from tests.media_files import PictureSpec, make_film
from tests.ui.masks.mask_scene import START, MaskScene
from tests.ui.picture.shown_pictures import number_of_image

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.ui.masks.seen_view import SeenView

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def film_scene(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MaskScene]:
    """A real film of four seconds, and a region for SelVA on its second and third."""
    film = make_film(tmp_path / "film.mov", picture=PictureSpec(frames=100))
    scene = MaskScene(tmp_path, qtbot, monkeypatch, engine="selva", variant="selva-small_16k")
    media = scene.scene.project.media[0]
    scene.scene.document.apply(
        "Film", lambda project: replace_media(project, replace(media, path=str(film)))
    )
    yield scene
    scene.close()


def opened(scene: MaskScene, qtbot: QtBot) -> SeenView:
    scene.do("region.mask_seen")
    view = scene.mode.seen
    assert view is not None
    qtbot.waitUntil(lambda: not view.panes["timing"].image.isNull(), timeout=20_000)
    return view


def test_both_pictures_are_shown_in_the_models_own_size(
    film_scene: MaskScene, qtbot: QtBot
) -> None:
    view = opened(film_scene, qtbot)
    assert view.panes["timing"].figures.text() == "224 × 224, squashed, 25 a second"
    assert view.panes["timing"].image.width() == 224
    assert view.panes["meaning"].figures.text() == "384 × 384, squashed, 8 a second"
    assert "Not used" in view.panes["meaning"].note.text()
    assert view.words.text() == "The whole picture is listened to."


def test_the_picture_follows_the_playhead(film_scene: MaskScene, qtbot: QtBot) -> None:
    view = opened(film_scene, qtbot)
    assert number_of_image(view.panes["timing"].image) == 25
    film_scene.transport.move_to(START + 24_000)
    qtbot.waitUntil(lambda: number_of_image(view.panes["timing"].image) == 37, timeout=20_000)


def test_a_mask_that_is_drawn_hides_what_it_leaves_out(film_scene: MaskScene, qtbot: QtBot) -> None:
    view = opened(film_scene, qtbot)
    corner = a_shape("a", a_box(0.2, 0.2, 0.2, 0.2))
    film_scene.scene.document.apply(
        "Draw", lambda p: set_drawn_masks(p, film_scene.region.id, (corner,))
    )
    qtbot.waitUntil(
        lambda: abs(view.panes["timing"].image.pixelColor(200, 200).value() - 128) <= 1,
        timeout=20_000,
    )
    assert "grey" in view.words.text()
    assert view.panes["timing"].picture.accessibleDescription().endswith("masked")


def test_it_says_why_there_is_nothing_to_see(scene: MaskScene, qtbot: QtBot) -> None:
    scene.do("region.mask_seen")
    view = scene.mode.seen
    assert view is not None
    qtbot.waitUntil(lambda: view.words.text() != "", timeout=20_000)
    assert view.words.text() == "Fake model always takes in the whole picture."
    assert view.panes["timing"].image.isNull()


def test_it_is_closed_by_its_key_again(film_scene: MaskScene, qtbot: QtBot) -> None:
    view = opened(film_scene, qtbot)
    film_scene.do("region.mask_seen")
    assert not view.isVisible()

"""Features are worked out once, whatever is asked for afterwards."""

from __future__ import annotations

import numpy as np
import pytest

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.nets.clip import ClipImageTower, ClipTextTower
from prismdesk.engines.nets.mel_vae import MelVaeEncoder
from prismdesk.engines.nets.synchformer import Synchformer
from prismdesk.engines.nets.t5 import T5TextEncoder
from prismdesk.engines.request import PictureMask
from tests.engines.selva.asking import (
    MMAUDIO,
    QUICK,
    SELVA,
    KeptInMemory,
    MovingSquare,
    a_request,
    difference,
    first,
    made,
)

pytestmark = pytest.mark.usefixtures("small_models")


class NoEncoder:
    """Makes every encoder refuse to work."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, but: tuple[type, ...] = ()) -> None:
        names = {
            ClipTextTower: "encode",
            ClipImageTower: "encode",
            T5TextEncoder: "encode",
            Synchformer: "tokens",
            MelVaeEncoder: "encode",
        }
        for network, name in names.items():
            if network not in but:
                monkeypatch.setattr(network, name, self._refuse)

    @staticmethod
    def _refuse(*arguments: object, **named: object) -> None:
        raise AssertionError(f"an encoder was called with {arguments} {named}")


@pytest.mark.parametrize("task", [EngineTask.GENERATE, EngineTask.INPAINT])
@pytest.mark.parametrize("variant", [SELVA, MMAUDIO])
def test_a_second_take_uses_neither_film_nor_encoder(
    variant: str, task: EngineTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    film, store = MovingSquare(), KeptInMemory()
    before = first(a_request(variant=variant, task=task, picture=film, features=store))
    read = film.reads
    NoEncoder(monkeypatch)
    again = made(a_request(variant=variant, task=task, picture=film, features=store, takes=2))
    assert film.reads == read > 0
    assert difference(before, again[0].audio) < 1e-4


def test_another_prompt_takes_the_pictures_tokens_from_the_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    film, store = MovingSquare(), KeptInMemory()
    first(a_request(picture=film, features=store))
    read = film.reads
    fresh = first(a_request(picture=MovingSquare(), prompt="rain"))
    NoEncoder(monkeypatch, but=(ClipTextTower, T5TextEncoder))
    stored = first(a_request(picture=film, features=store, prompt="rain"))
    assert film.reads == read
    assert np.array_equal(fresh, stored)


def test_features_are_shared_between_generators(monkeypatch: pytest.MonkeyPatch) -> None:
    film, store = MovingSquare(), KeptInMemory()
    first(a_request(picture=film, features=store))
    NoEncoder(monkeypatch)
    first(a_request(picture=film, features=store, variant="custom-selva-tiny-44k-untrained"))


def test_an_engine_remembers_without_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    from prismdesk.engines.selva.engine import SelvaEngine

    engine, film = SelvaEngine(), MovingSquare()
    first(a_request(picture=film), engine)
    NoEncoder(monkeypatch)
    first(a_request(picture=film, seed=1), engine)


def test_tokens_are_stored_in_half_precision() -> None:
    store = KeptInMemory()
    first(a_request(picture=MovingSquare(), features=store))
    kinds = {
        str(array.dtype)
        for key, arrays in store.kept.items()
        if key.startswith("selva-sync-tokens")
        for array in arrays.values()
    }
    assert kinds == {"float16"}


@pytest.mark.parametrize("variant", [SELVA, MMAUDIO])
def test_mask_changes_what_is_heard(variant: str) -> None:
    left = np.zeros((1, 4, 4), np.float32)
    left[:, :, :2] = 1.0
    film, store = MovingSquare(), KeptInMemory()
    sounds = [
        first(a_request(variant=variant, picture=film, mask=mask, features=store))
        for mask in (None, PictureMask(weights=left), PictureMask(weights=1.0 - left))
    ]
    assert difference(sounds[0], sounds[1]) > 0.005
    assert difference(sounds[1], sounds[2]) > 0.005


@pytest.mark.parametrize(
    "settings",
    [{"mask_strength": 0.0}, {"mask_sync": False, "mask_clip": False}],
)
def test_mask_that_does_nothing_changes_nothing(settings: dict[str, float]) -> None:
    mask = PictureMask(weights=np.zeros((3, 4, 4), np.float32))
    film = MovingSquare()
    plain = first(a_request(picture=film))
    assert np.array_equal(
        plain, first(a_request(picture=film, mask=mask, settings={**QUICK, **settings}))
    )


def test_mask_of_several_frames_follows_the_region() -> None:
    mask = np.zeros((2, 4, 4), np.float32)
    mask[1] = 1.0
    film = MovingSquare()
    one = first(a_request(picture=film, mask=PictureMask(weights=mask)))
    other = first(a_request(picture=film, mask=PictureMask(weights=mask[::-1].copy())))
    assert difference(one, other) > 0.005


@pytest.mark.parametrize(
    ("variant", "name", "value"),
    [
        (SELVA, "clip_picture", "picture"),
        (MMAUDIO, "clip_picture", "empty"),
        (SELVA, "sync_geometry", "crop"),
        (MMAUDIO, "sync_geometry", "squash"),
        (MMAUDIO, "resize", "node"),
        (SELVA, "resize", "decoder"),
    ],
)
def test_ways_of_looking_are_told_apart(variant: str, name: str, value: str) -> None:
    film, store = MovingSquare(), KeptInMemory()
    plain = first(a_request(variant=variant, picture=film, features=store))
    settings = {**QUICK, name: value}
    other = first(a_request(variant=variant, picture=film, features=store, settings=settings))
    assert not np.array_equal(plain, other)


def test_whole_frames_of_a_large_film_are_read_few_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = {**QUICK, "resize": "published"}
    at_once, by_few = MovingSquare(), MovingSquare()
    usual = first(a_request(picture=at_once, settings=settings))
    monkeypatch.setattr("prismdesk.engines.picture.frames_read._MOST_READ_BYTES", 3 * 64 * 36 * 4)
    careful = first(a_request(picture=by_few, settings=settings))
    assert np.array_equal(usual, careful)
    assert by_few.reads > at_once.reads
    assert by_few.frames_read == at_once.frames_read

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from prismdesk.engines.errors import AdapterRefusedError
from prismdesk.engines.request import MachineOptions
from prismdesk.errors import InputError
from prismdesk.jobs.inputs import mask_of, request_of, spans, store_context
from prismdesk.jobs.messages import Workplace
from prismdesk.jobs.request_key import request_key
from prismdesk.jobs.spec import PictureWanted, SourceWanted, inside
from prismdesk.media import shots
from prismdesk.media.cache import MediaCache
from prismdesk.media.errors import MediaError
from prismdesk.media.sound_facts import write_json
from prismdesk.progress import never_cancelled
from tests.jobs.specs import REGION_SAMPLES, a_spec, some_context
from tests.media_files import PictureSpec, frame_number, make_film

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("mask", "expected"),
    [
        ([], ()),
        ([False, False], ()),
        ([True, True], ((0, 2),)),
        ([True, False, True, True], ((0, 1), (2, 4))),
        ([False, True, False], ((1, 2),)),
    ],
)
def test_spans_and_masks_are_the_same(
    mask: list[bool], expected: tuple[tuple[int, int], ...]
) -> None:
    array = np.array(mask, np.bool_)
    assert spans(array) == expected
    np.testing.assert_array_equal(mask_of(expected, len(mask)), array)


def test_the_engine_gets_the_very_samples_that_were_stored(tmp_path: Path) -> None:
    spec = a_spec(tmp_path, "rain", valid=((0, 100),), settings=(("a", 1),), seed=9)
    request = request_of(spec, tmp_path)
    np.testing.assert_array_equal(request.context, some_context())
    assert request.context.flags.writeable
    assert request.valid.sum() == 100
    assert (request.prompt, request.seed, request.settings) == ("rain", 9, {"a": 1})
    assert request.region_start_samples == REGION_SAMPLES


def test_a_context_of_another_job_is_refused(tmp_path: Path) -> None:
    spec = a_spec(tmp_path)
    store_context(tmp_path, spec.job_id, some_context()[:, :100], rate_hz=spec.rate_hz)
    with pytest.raises(InputError, match="clear the job"):
        request_of(spec, tmp_path)


def test_a_lost_context_is_said_in_a_sentence(tmp_path: Path) -> None:
    spec = a_spec(tmp_path)
    (tmp_path / spec.context_path).unlink()
    with pytest.raises(MediaError, match=r"context\.wav"):
        request_of(spec, tmp_path)


@pytest.mark.parametrize("relative", ["..", "a/../../b", "/etc/passwd", "", "C:/windows"])
def test_no_path_leads_out_of_the_project(tmp_path: Path, relative: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        inside(tmp_path, relative)


@pytest.mark.parametrize(
    "fields",
    [
        {"masks": ("../a.png",)},
        {"mask_stills": ("/a.png",)},
        {"source": SourceWanted(path="/a.wav")},
        {"output_folder": ".."},
    ],
)
def test_no_job_names_files_outside_the_project(tmp_path: Path, fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="outside"):
        a_spec(tmp_path, **fields)


def test_the_picture_is_that_over_the_context(tmp_path: Path) -> None:
    film = make_film(tmp_path / "film.mkv", picture=PictureSpec(rate=Fraction(24), frames=96))
    wanted = PictureWanted(path="film.mkv", stream_index=0)
    picture = request_of(a_spec(tmp_path, picture=wanted), tmp_path).picture
    assert picture is not None
    # The context begins 2 s into the film and is an eighth of a second long.
    np.testing.assert_allclose(picture.frame_times_seconds, [0.0, 1 / 24, 2 / 24], atol=1e-3)
    pixels = picture.read(
        np.array([0.0, 0.05, 0.5, 1.0]),
        width_px=64,
        height_px=48,
        fit="squash",
        cancelled=never_cancelled,
    )
    assert [frame_number(one) for one in pixels] == [48, 49, 60, 72]
    assert film.exists()


def test_cuts_come_from_the_cache(tmp_path: Path) -> None:
    make_film(tmp_path / "film.mkv", picture=PictureSpec(frames=96))
    cache = MediaCache(tmp_path / "cache")
    cuts = [[1, "1/25"], [51, "51/25"], [90, "18/5"]]
    facts = {"version": shots._VERSION, "content_key": "of the film", "cuts": cuts}
    write_json(cache.picture_file("of the film", "cuts.json"), facts)
    wanted = PictureWanted(path="film.mkv", stream_index=0, content_key="of the film")
    spec = a_spec(tmp_path, picture=wanted)
    with_cache = Workplace(cache_folder=str(cache.folder))
    picture = request_of(spec, tmp_path, with_cache).picture
    assert picture is not None
    assert picture.cuts_seconds == pytest.approx((0.04,))
    picture = request_of(spec, tmp_path).picture
    assert picture is not None
    assert picture.cuts_seconds == ()


def test_a_picture_in_another_stream_than_before_is_refused(tmp_path: Path) -> None:
    make_film(tmp_path / "film.mkv", picture=PictureSpec(frames=96))
    spec = a_spec(tmp_path, picture=PictureWanted(path="film.mkv", stream_index=3))
    with pytest.raises(MediaError, match="relink"):
        request_of(spec, tmp_path)


def test_no_picture_wanted_none_given(tmp_path: Path) -> None:
    assert request_of(a_spec(tmp_path), tmp_path).picture is None


def test_the_sound_to_vary_is_as_long_as_the_region(tmp_path: Path) -> None:
    sound = some_context()[:, : REGION_SAMPLES + 50]
    path = store_context(tmp_path, "take", sound, rate_hz=48_000)
    spec = a_spec(tmp_path, source=SourceWanted(path=path, start_samples=100))
    source = request_of(spec, tmp_path).source
    assert source is not None
    np.testing.assert_array_equal(source[:, : REGION_SAMPLES - 50], sound[:, 100:])
    assert not source[:, REGION_SAMPLES - 50 :].any()


def test_a_sound_to_vary_of_other_channels_is_refused(tmp_path: Path) -> None:
    path = store_context(tmp_path, "take", some_context()[:1], rate_hz=48_000)
    with pytest.raises(InputError, match="1 channels at 48000 Hz, the region 2"):
        request_of(a_spec(tmp_path, source=SourceWanted(path=path)), tmp_path)


def test_features_and_machine_are_the_users_own(tmp_path: Path) -> None:
    machine = MachineOptions(device="cpu", offload="keep")
    workplace = Workplace(cache_folder=str(tmp_path / "cache"), machine=machine)
    request = request_of(a_spec(tmp_path), tmp_path, workplace)
    request.features.put("key", {"a": np.arange(3)})
    assert request.machine == machine
    assert len(list((tmp_path / "cache" / "features").iterdir())) == 1
    request = request_of(a_spec(tmp_path), tmp_path)
    request.features.put("key", {"a": np.arange(3)})
    assert request.features.get("key") is None


def test_adapters_come_with_their_files(tmp_path: Path) -> None:
    file = str(tmp_path / "planks.safetensors")
    spec = a_spec(
        tmp_path, adapters=(("planks@0123456789ab", 0.5),), adapter_files=((file, "ab" * 32),)
    )
    (adapter,) = request_of(spec, tmp_path).adapters
    assert (adapter.reference, adapter.strength) == ("planks@0123456789ab", 0.5)
    assert (str(adapter.path), adapter.sha256) == (file, "ab" * 32)


def test_an_adapter_without_a_file_is_refused(tmp_path: Path) -> None:
    spec = a_spec(tmp_path, adapters=(("planks", 0.5),))
    with pytest.raises(AdapterRefusedError, match="planks"):
        request_of(spec, tmp_path)


@pytest.mark.parametrize(
    "files",
    [
        (("/a", "ab" * 32), ("/b", "ab" * 32)),
        (("a.safetensors", "ab" * 32),),
        (("/a.safetensors", "../x"),),
    ],
)
def test_files_of_adapters_are_checked(tmp_path: Path, files: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(ValueError, match="adapter"):
        a_spec(tmp_path, adapters=(("planks", 0.5),), adapter_files=files)


def _key(tmp_path: Path, *adapters: tuple[str, str, float]) -> str:
    spec = a_spec(
        tmp_path,
        adapters=tuple((name, strength) for name, _, strength in adapters),
        adapter_files=tuple((f"/{name}", digits * 32) for name, digits, _ in adapters),
    )
    return request_key(request_of(spec, tmp_path), seed=1, engine="fake", engine_version="1")


def test_content_and_strength_of_adapters_decide_the_key_and_names_do_not(tmp_path: Path) -> None:
    key = _key(tmp_path, ("planks", "ab", 0.5), ("rain", "cd", 1.0))
    assert key == _key(tmp_path, ("drops", "cd", 1.0), ("boards", "ab", 0.5))
    assert key != _key(tmp_path, ("planks", "ab", 0.6), ("rain", "cd", 1.0))
    assert key != _key(tmp_path, ("planks", "ac", 0.5), ("rain", "cd", 1.0))
    assert key != _key(tmp_path)

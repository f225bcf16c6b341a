from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import numpy as np
import pytest

from prismdesk.engines.capabilities import Capabilities, EngineTask, Variant
from prismdesk.engines.contract import Result
from prismdesk.engines.errors import EngineError
from prismdesk.engines.request import MachineOptions, PictureMask
from prismdesk.engines.sound import Sound
from prismdesk.jobs.feature_store import FeatureFolder
from prismdesk.jobs.inputs import request_of
from prismdesk.jobs.request_key import request_key
from prismdesk.jobs.take_files import remove_takes, write_take
from prismdesk.media.content_key import content_key
from prismdesk.media.wav import WavFormat, map_wav, partial_path, read_chunks
from tests.jobs.specs import REGION_SAMPLES, a_spec

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.jobs.messages import FinishedTake
    from prismdesk.jobs.spec import JobSpec

CAPABILITIES = Capabilities(
    id="fake",
    name="Fake",
    version="1.2",
    summary="",
    tasks=frozenset(EngineTask),
    inputs=frozenset(),
    licence_weights="CC-BY-NC",
    allows_commercial_use=False,
)


def a_sound(samples: int = REGION_SAMPLES + 30, **changes: Any) -> Sound:
    noise = np.random.default_rng(1).normal(0, 2, (2, samples)).astype(np.float32)
    fields = {"audio": noise, "seed": 7, "head_samples": 10, "tail_samples": 20, **changes}
    return Sound(**fields)


def write(folder: Path, spec: JobSpec, sound: Sound) -> FinishedTake:
    return write_take(
        spec,
        folder,
        index=0,
        request=request_of(spec, folder),
        result=Result(sounds=(sound,), weights=(("a.safetensors", "00ff"),)),
        capabilities=CAPABILITIES,
    )


def test_a_take_is_float_wav_with_every_sample_as_made(tmp_path: Path) -> None:
    sound = a_sound()
    take = write(tmp_path, a_spec(tmp_path), sound)
    with map_wav(tmp_path / take.path) as wav:
        assert (wav.sample_format, wav.rate_hz) == (WavFormat.FLOAT32, 48_000)
        np.testing.assert_array_equal(wav.read(0, wav.length_samples), sound.audio)
    assert take.content_key == content_key(tmp_path / take.path)
    assert take.length_samples == REGION_SAMPLES + 30


def test_broadcast_extension_says_where_it_belongs_and_what_it_is(tmp_path: Path) -> None:
    spec = a_spec(tmp_path, time_reference_samples=3600 * 48_000)
    take = write(tmp_path, spec, a_sound())
    bext = read_chunks(tmp_path / take.path).bext
    assert bext is not None
    assert bext.time_reference_samples == 3600 * 48_000 + 96_000 + REGION_SAMPLES - 10
    assert bext.description == "inpaint with fake 1.2, seed 7"
    assert bext.originator_reference == take.take_id
    assert bext.originator == "PrismDesk 9.9"
    assert f"{bext.origination_date}T{bext.origination_time}Z" == take.created_utc


def test_broadcast_extension_names_model_and_prompt_in_ascii(tmp_path: Path) -> None:
    take = write(tmp_path, a_spec(tmp_path, "gravel", variant="fake-large"), a_sound())
    bext = read_chunks(tmp_path / take.path).bext
    assert bext is not None
    assert bext.description == 'inpaint with fake 1.2, fake-large, seed 7, "gravel"'


def test_ixml_holds_the_whole_provenance(tmp_path: Path) -> None:
    prompt = 'steps on <gravel> & "leaves"\x00 – грав'
    spec = a_spec(
        tmp_path,
        prompt,
        settings=(("strength", 0.5),),
        adapters=(("foley", 0.7),),
        adapter_files=(("/presets/foley.safetensors", "0" * 64),),
    )
    take = write(tmp_path, spec, a_sound())
    ixml = read_chunks(tmp_path / take.path).ixml
    assert ixml is not None
    root = ElementTree.fromstring(ixml)
    about = json.loads(root.findtext("USER") or "")["prismdesk"]
    assert about["prompt"] == prompt
    assert about["settings"] == {"strength": 0.5}
    assert about["adapters"] == [["foley", 0.7]]
    assert about["weights"] == {"a.safetensors": "00ff"}
    assert (about["licence"], about["allows_commercial_use"]) == ("CC-BY-NC", False)
    assert about["request_key"] == take.request_key
    assert about["seed"] == 7


@pytest.mark.parametrize(
    "sound", [a_sound(REGION_SAMPLES), a_sound(audio=np.zeros((1, REGION_SAMPLES + 30)))]
)
def test_a_sound_of_another_shape_is_refused(tmp_path: Path, sound: Sound) -> None:
    with pytest.raises(EngineError, match="fault of the engine"):
        write(tmp_path, a_spec(tmp_path), sound)
    assert not (tmp_path / "takes").exists()


def test_leftovers_of_a_job_are_removed_and_no_others(tmp_path: Path) -> None:
    spec, other = a_spec(tmp_path, takes=2), a_spec(tmp_path)
    for job in (spec, other):
        write(tmp_path, job, a_sound())
    partial_path(tmp_path / spec.take_path(1)).touch()
    remove_takes(spec, tmp_path)
    names = sorted(path.name for path in (tmp_path / "takes").iterdir())
    assert names == [f"{other.job_id}-1.json", f"{other.job_id}-1.wav"]


def test_request_key_names_one_sound(tmp_path: Path) -> None:
    def key(seed: int = 3, engine_version: str = "1", **changes: Any) -> str:
        request = request_of(a_spec(tmp_path, **changes), tmp_path)
        return request_key(request, seed=seed, engine="fake", engine_version=engine_version)

    assert key() == key()
    assert key(takes=4) == key()
    different = [
        key(seed=4),
        key(engine_version="2"),
        key(prompt="rain"),
        key(negative_prompt="rain"),
        key(settings=(("a", 1),)),
        key(head_samples=1),
        key(valid=((0, 10),)),
        key(region_end_samples=REGION_SAMPLES + 1),
    ]
    assert len({key(), *different}) == len(different) + 1


class APicture:
    """As much of a film as the key asks for."""

    def __init__(self, key: str) -> None:
        self.key = key


def test_picture_mask_and_sound_to_vary_change_the_key(tmp_path: Path) -> None:
    request = request_of(a_spec(tmp_path), tmp_path)

    def key(**changes: Any) -> str:
        return request_key(replace(request, **changes), seed=1, engine="fake", engine_version="1")

    mask = np.zeros((1, 2, 3), np.float32)
    other = mask.copy()
    other[0, 1, 2] = 1e-7
    keys = [
        key(),
        key(picture=APicture("a")),
        key(picture=APicture("b")),
        key(mask=PictureMask(weights=mask)),
        key(mask=PictureMask(weights=mask.reshape(2, 1, 3))),
        key(mask=PictureMask(weights=other)),
        key(source=mask[0]),
        key(source=other[0]),
    ]
    assert len(set(keys)) == len(keys)
    assert key(machine=MachineOptions(device="cpu")) == key()
    assert key(features=FeatureFolder(tmp_path)) == key()


def test_a_take_has_the_licence_of_what_was_used(tmp_path: Path) -> None:
    variants = (
        Variant(id="sold", name="", licence_weights="CC0", allows_commercial_use=True),
        Variant(id="kept", name="", licence_weights="NC", allows_commercial_use=False),
    )
    offer = replace(CAPABILITIES, variants=variants)

    def licence(variant: str, **fields: Any) -> tuple[str, bool]:
        spec = a_spec(tmp_path, variant=variant)
        take = write_take(
            spec,
            tmp_path,
            index=0,
            request=request_of(spec, tmp_path),
            result=Result(sounds=(a_sound(),), **fields),
            capabilities=offer,
        )
        return take.licence, take.allows_commercial_use

    assert licence("sold") == ("CC0", True)
    assert licence("kept") == ("NC", False)
    assert licence("") == ("CC0", True)
    assert licence("gone") == ("CC-BY-NC", False)
    assert licence("sold", licence="own", allows_commercial_use=False) == ("own", False)
    assert licence("kept", allows_commercial_use=True) == ("NC", True)


def test_one_sample_of_context_changes_the_key(tmp_path: Path) -> None:
    request = request_of(a_spec(tmp_path), tmp_path)
    before = request_key(request, seed=1, engine="fake", engine_version="1")
    request.context[1, 17] += np.float32(1e-7)
    assert request_key(request, seed=1, engine="fake", engine_version="1") != before

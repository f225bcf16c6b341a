from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.engines.errors import WeightsMissingError
from prismdesk.engines.weights.catalogue import (
    UnknownModelError,
    all_models,
    custom_models,
    model_of,
)
from prismdesk.engines.weights.choices import choices_path
from prismdesk.engines.weights.custom import CUSTOM_FILE_NAME, read_custom_model
from prismdesk.engines.weights.places import files_of, state_of
from prismdesk.errors import InputError
from tests.engines.weights.published_files import put

if TYPE_CHECKING:
    from pathlib import Path

GENERATOR = {"latent_dim": 8, "hidden_dim": 32, "depth": 2, "fused_depth": 1, "num_heads": 2}

AUDIOX = {
    "engine": "audiox",
    "family": "audiox",
    "variant": "mine",
    "files": {"config": "config.json", "model": "model.ckpt"},
    "hyper_parameters": None,
}


def describe(folder: Path, **changes: Any) -> Path:
    """Write a description; None leaves a field out."""
    about: dict[str, Any] = {
        "format": 1,
        "engine": "selva",
        "family": "selva",
        "variant": "tiny_16k",
        "name": "Tiny",
        "summary": "Small.",
        "licence_code": "MIT",
        "licence_weights": "CC0-1.0",
        "where_stated": "our page",
        "allows_commercial_use": True,
        "files": {
            "generator": "generator_tiny.pth",
            "sync": "video.pth",
            "vae": "v1-16.pth",
            "vocoder": "best_netG.pt",
            "clip": "clip.bin",
            "t5": "flan-t5-base",
        },
        "hyper_parameters": {"rate_hz": 16000, "generator": GENERATOR},
        **changes,
    }
    folder.mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in about.items() if value is not None}
    (folder / CUSTOM_FILE_NAME).write_text(json.dumps(kept))
    return folder


def put_files(folder: Path) -> None:
    for name in ("generator_tiny.pth", "video.pth", "v1-16.pth", "best_netG.pt", "clip.bin"):
        put(folder / name, 100)
    for name in ("config.json", "tokenizer.json", "model.safetensors"):
        put(folder / "flan-t5-base" / name, 10)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own"
    monkeypatch.setenv("PRISMDESK_MODELS", str(folder))
    return folder


def test_a_described_folder_is_a_model_of_its_own(own: Path) -> None:
    folder = describe(own / "tiny")
    put_files(folder)
    model = model_of("custom-tiny")
    assert all_models()[-1] == model
    assert model_of("TINY-16k") == model
    assert model.custom_folder == folder
    assert model.native_rate_hz == 16000
    assert model.hyper_parameters["generator"] == GENERATOR
    assert model.licence_weights.name == "CC0-1.0"
    assert model.allows_commercial_use
    files = files_of(model)
    assert files["generator"] == folder / "generator_tiny.pth"
    assert files["t5"] == folder / "flan-t5-base"
    assert files["clip_vocabulary"].name == "bpe_simple_vocab_16e6.txt.gz"
    assert state_of(model).present_bytes == 530 == model.size_bytes


def test_its_files_are_not_mistaken_for_published_ones(own: Path, tmp_path: Path) -> None:
    put_files(describe(tmp_path / "added"))
    choices_path().parent.mkdir(parents=True, exist_ok=True)
    choices_path().write_text(json.dumps({"folders": [str(tmp_path / "added")]}))
    assert state_of(model_of("custom-tiny")).is_installed
    state = state_of(model_of("selva-small_16k"))
    assert "vae" not in state.paths
    assert state.wrong == ()


def test_what_it_leaves_out_is_the_published_familys(own: Path) -> None:
    describe(
        own / "tuned",
        name="My tuned",
        variant="large_44k",
        files={"generator": "mine.pth"},
        hyper_parameters=None,
    )
    put(own / "tuned/mine.pth", 5)
    model, published = model_of("custom-my-tuned"), model_of("selva-large_44k")
    assert model.hyper_parameters == published.hyper_parameters
    assert model.native_rate_hz == 44100
    assert {role: file for role, file in model.files.items() if role != "generator"} == {
        role: file for role, file in published.files.items() if role != "generator"
    }
    assert not model.allows_commercial_use  # the published files rule
    missing = {file.id for file in state_of(model).missing}
    assert "vae_44k" in missing
    assert len(missing) == len(list(published.leaves())) - 2
    with pytest.raises(WeightsMissingError, match="models get custom-my-tuned"):
        files_of(model)


def test_a_base_may_be_named(own: Path) -> None:
    describe(own / "a", base="medium_44k", files={"vocoder": "v.pt"}, hyper_parameters=None)
    model = model_of("custom-tiny")
    published = model_of("selva-medium_44k")
    assert model.hyper_parameters == published.hyper_parameters
    assert model.files["generator"] == published.files["generator"]
    assert "vocoder_config" not in model.files  # it describes the vocoder that was replaced


def test_an_audiox_of_ones_own_brings_its_config_and_its_model(own: Path) -> None:
    folder = describe(own / "x", **AUDIOX)
    put(folder / "config.json", 10)
    put(folder / "model.ckpt", 10)
    model = model_of("mine", "audiox")
    assert model.native_channels == 2
    assert model.hyper_parameters == {"rate_hz": 44100}
    assert set(model.files) == {"config", "model", "t5"}
    assert [file.id for file in state_of(model).missing] == [
        "t5_base_config",
        "t5_base_tokenizer",
        "t5_base_weights",
    ]


def test_an_audiox_trained_further_takes_the_rest_from_its_base(own: Path) -> None:
    describe(own / "x", **AUDIOX | {"base": "maf", "files": {"model": "tuned.safetensors"}})
    model, published = model_of("custom-tiny"), model_of("audiox-maf")
    assert model.files["model"].custom_path == own / "x/tuned.safetensors"
    for role in ("config", "sync", "t5"):
        assert model.files[role] is published.files[role]


def test_an_audiox_may_bring_networks_that_its_base_lacks(own: Path) -> None:
    files = {"config": "c.json", "model": "m.ckpt", "sync": "s.pth", "vae": "v.ckpt", "t5": "t5"}
    describe(own / "x", **AUDIOX | {"files": files, "hyper_parameters": {"rate_hz": 48000}})
    model = model_of("custom-tiny")
    assert model.native_rate_hz == 48000
    assert all(file.custom_path is not None for file in model.files.values())


def test_a_missing_file_of_its_own_says_where_it_belongs(own: Path) -> None:
    folder = describe(own / "tiny")
    put_files(folder)
    (folder / "video.pth").unlink()
    with pytest.raises(WeightsMissingError, match=rf"Tiny lacks video\.pth; put.*{folder}"):
        files_of(model_of("custom-tiny"))


def test_models_of_the_same_name_stay_apart(own: Path) -> None:
    describe(own / "a", summary="first")
    describe(own / "b", summary="second")
    assert [model.id for model in custom_models()[0]] == ["custom-tiny", "custom-tiny-2"]
    assert model_of("custom-tiny-2").summary == "second"


def test_a_variant_that_several_have_is_ambiguous(own: Path) -> None:
    describe(own / "a", name="One")
    describe(own / "b", name="Two", family="mmaudio")
    describe(own / "c", name="Three", variant="small_16k")

    with pytest.raises(UnknownModelError, match=r'"tiny-16k".*by id: custom-one, custom-two\.'):
        model_of("tiny-16k")
    assert model_of("mmaudio_tiny_16k").id == "custom-two"
    assert model_of("selva-tiny_16k").id == "custom-one"
    assert model_of("small_16k").id == "selva-small_16k"
    assert model_of("three").id == "custom-three"


def test_a_checkpoint_that_can_not_be_used_is_told_where_it_is_asked_for(own: Path) -> None:
    describe(own / "a", name="One", engine="another")

    with pytest.raises(UnknownModelError, match=r"no model called \"custom-one\".*engine: "):
        model_of("custom-one")


def test_a_broken_description_stops_no_other(own: Path) -> None:
    describe(own / "a", format=7)
    describe(own / "b")
    models, problems = custom_models()
    assert [model.id for model in models] == ["custom-tiny"]
    (problem,) = problems
    assert str(own / "a" / CUSTOM_FILE_NAME) in problem


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"format": 2}, "format: input should be 1"),
        ({"engine": "other"}, "engine: input should be 'selva' or 'audiox'"),
        ({"family": None}, "family: field required"),
        ({"variant": "../x"}, "variant: string should match"),
        ({"name": " "}, "name: string should match"),
        ({"name": "two\nlines"}, "name: string should match"),
        ({"files": {}}, "files: .*at least 1"),
        ({"files": {"brain": "x"}}, "files.brain.*"),
        ({"files": {"vae": 3}}, "files.vae: input should be a valid string"),
        ({"allows_commercial_use": "yes"}, "allows_commercial_use: .*boolean"),
        ({"surprise": 1}, "surprise: extra inputs are not permitted"),
        ({"base": "huge"}, 'base: there is no published "huge"; use small_16k, small_44k'),
        ({"hyper_parameters": None}, r"hyper_parameters\.generator is missing"),
        ({"hyper_parameters": {"rate_hz": 5, "generator": {}}}, r"rate_hz must be 8000"),
        ({"hyper_parameters": {"rate_hz": True, "generator": {}}}, r"rate_hz must be 8000"),
        ({"hyper_parameters": {"generator": [1]}}, "generator must be an object"),
        ({"hyper_parameters": {"brain": {}}}, "hyper_parameters.brain"),
        ({"family": "audiox"}, "family: of the engine selva it must be selva or mmaudio"),
        ({"files": {"model": "m.ckpt"}}, r"files\.model: the engine selva has no such file"),
        ({"engine": "audiox"}, "family: of the engine audiox it must be audiox"),
        (AUDIOX | {"files": {"clip": "c.bin"}}, r"files\.clip: the engine audiox has no such"),
        (AUDIOX | {"files": {"model": "m.ckpt"}}, "files: config and model are both needed"),
        (AUDIOX | {"hyper_parameters": {"vae": {}}}, "sizes are read from its config.json"),
        (AUDIOX | {"base": "large"}, 'no published "large"; use base, maf, maf-mmdit'),
    ],
)
def test_each_wrong_field_is_one_sentence(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    folder = describe(tmp_path / "x", **changes)
    with pytest.raises(InputError, match=words) as caught:
        read_custom_model(folder)
    assert str(caught.value).startswith(str(folder / CUSTOM_FILE_NAME))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "\x00", '{"format": 1e999}'])
def test_what_is_no_json_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / CUSTOM_FILE_NAME).write_text(text)
    with pytest.raises(InputError, match=CUSTOM_FILE_NAME):
        read_custom_model(tmp_path)


def test_a_description_beyond_all_measure_is_not_read(tmp_path: Path) -> None:
    put(tmp_path / CUSTOM_FILE_NAME, 2_000_000)
    with pytest.raises(InputError, match="too large"):
        read_custom_model(tmp_path)


@pytest.mark.parametrize(
    "name", ["../secret", "/etc/passwd", "a/../../b", "C:\\x", "..\\x", "link/y", "loop", "a\0b"]
)
def test_no_path_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = describe(tmp_path / "x", files={"generator": name})
    (folder / "link").symlink_to(tmp_path)
    (folder / "loop").symlink_to(folder / "loop")
    with pytest.raises(InputError, match=r"leads out of the folder|files\.generator"):
        read_custom_model(folder)


def test_no_part_of_a_folder_lies_outside_either(tmp_path: Path) -> None:
    folder = describe(tmp_path / "x")
    put_files(folder)
    (folder / "flan-t5-base/config.json").unlink()
    (folder / "flan-t5-base/config.json").symlink_to("/etc/passwd")
    with pytest.raises(InputError, match=r'files\.t5: "flan-t5-base/config\.json" leads out'):
        read_custom_model(folder)


@pytest.mark.parametrize("name", ["", "unstated", "Unknown"])
def test_an_unstated_licence_allows_nothing(tmp_path: Path, name: str) -> None:
    model = read_custom_model(describe(tmp_path, licence_weights=name))
    assert model.licence_weights.name == "unstated"
    assert not model.licence_weights.is_stated
    assert not model.allows_commercial_use

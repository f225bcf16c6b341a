from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from prismdesk.engines.audiox.conditioner_config import (
    EncodedPromptConfig,
    MelPromptConfig,
    TextPromptConfig,
    VideoPromptConfig,
)
from prismdesk.engines.audiox.config import (
    ConfigError,
    MafConfig,
    read_assembly,
    read_conditioner,
    read_config,
    read_denoiser,
)
from prismdesk.engines.audiox.denoiser.checkpoint import denoiser_checkpoint
from tests.conformance.manifest import manifest_config

if TYPE_CHECKING:
    from pathlib import Path

BASE, MAF, MMDIT = "audiox.base", "audiox.maf", "audiox.maf-mmdit"
DIT = {
    "io_channels": 8,
    "embed_dim": 128,
    "num_heads": 2,
    "depth": 1,
    "cond_token_dim": 64,
    "project_cond_tokens": False,
    "transformer_type": "continuous_transformer",
}


def changed(name: str, path: str, value: object) -> dict[str, Any]:
    """A published configuration with one field replaced, or taken out if the value is ``...``."""
    config = manifest_config(name)
    *steps, last = [int(one) if one.isdigit() else one for one in path.split("/")]
    place: Any = config
    for step in steps:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return config


@pytest.mark.parametrize("name", [BASE, MAF, MMDIT])
def test_published_models_are_read(name: str) -> None:
    config = read_config(manifest_config(name))

    assert config.sample_rate_hz == 44_100
    assert (config.sample_size_samples, config.latent_frames) == (485_100, 236)
    assert (config.audio_channels, config.io_channels, config.video_fps) == (2, 64, 5)
    assert config.pretransform.encoder.strides == (2, 4, 4, 8, 8)
    assert (config.pretransform.encoder.latent_dim, config.pretransform.decoder.latent_dim) == (
        128,
        64,
    )
    assert not config.pretransform.decoder.final_tanh
    assert config.cross_attention_ids == ("video_prompt", "text_prompt", "audio_prompt")
    assert (config.global_ids, config.input_concat_ids, config.prepend_ids) == ((), (), ())
    assert config.text is not None
    assert config.text.options == TextPromptConfig(
        t5_model_name="t5-base", max_length=128, project_out=False
    )


def test_variants_differ_where_they_should() -> None:
    base, maf, mmdit = (read_config(manifest_config(name)) for name in (BASE, MAF, MMDIT))

    assert [one.diffusion.kind for one in (base, maf, mmdit)] == ["dit", "dit", "mmdit"]
    assert [one.is_of_fixed_length for one in (base, maf, mmdit)] == [False, False, True]
    assert [one.fixed_latent_frames for one in (base, maf, mmdit)] == [None, None, 236]
    assert base.gate is None
    assert maf.gate == mmdit.gate == MafConfig(num_heads=24, num_fusion_layers=8)
    pictures = [one.picture.options for one in (base, maf, mmdit) if one.picture]
    assert [one.has_sync for one in pictures if isinstance(one, VideoPromptConfig)] == [
        False,
        True,
        True,
    ]
    sounds = [one.sound.options for one in (base, maf, mmdit) if one.sound]
    first, second, third = sounds
    assert isinstance(first, EncodedPromptConfig)
    assert first.latent_seq_len is None
    assert isinstance(second, MelPromptConfig)
    assert (second.mask_ratio_start, second.mask_ratio_end) == (0.7, 1.0)
    assert isinstance(third, EncodedPromptConfig)
    assert third.latent_seq_len == 215


def test_rate_is_that_of_the_file() -> None:
    assert read_config(changed(BASE, "sample_rate", 48_000)).sample_rate_hz == 48_000


def test_defaults_of_the_denoisers() -> None:
    dit = read_denoiser({"type": "dit", "config": DIT})
    mmdit = read_denoiser({"type": "mmdit", "config": {**DIT, "embed_dim": 96, "num_heads": 24}})

    assert dit.arguments["global_cond_type"] == "prepend"
    assert (dit.arguments["patch_size"], dit.arguments["prepend_cond_dim"]) == (1, 0)
    assert "kernel_size" not in dit.arguments
    assert mmdit.arguments["_latent_seq_len"] == 237
    assert (mmdit.arguments["mlp_ratio"], mmdit.arguments["kernel_size"]) == (4.0, 3)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("cond_token_dim", 96, "96 channels, which don't go with 2 heads of 64"),
        ("cond_token_dim", 32, "32 channels, which don't go with 2 heads of 64"),
        ("cond_token_dim", 192, "192 channels, which don't go with 2 heads of 64"),
        ("num_heads", 8, "heads of 16 channels, which can't be rotated"),
        ("rotary_pos_emb", False, "rotary_pos_emb must be true"),
        ("project_global_cond", "no", "must be true or false"),
    ],
)
def test_denoisers_that_cannot_be_built_are_refused(field: str, value: object, told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        read_denoiser({"type": "dit", "config": {**DIT, field: value}})


def test_global_condition_that_is_not_projected_has_the_width() -> None:
    stated = {**DIT, "project_global_cond": False, "global_cond_dim": 96}

    with pytest.raises(ConfigError, match="must be 128, the width, where it isn't projected"):
        read_denoiser({"type": "dit", "config": stated})


def test_gates_of_other_types_do_nothing() -> None:
    groups = {"cross_attention_cond_ids": ["a"], "gate": True}

    assert read_assembly(groups).gate is None
    assert read_assembly({**groups, "gate_type": "sparse_gated"}).gate is None


def test_default_of_the_gate() -> None:
    stated = {"cross_attention_cond_ids": ["a", "b", "c"], "gate": True, "gate_type": "MAF"}

    assert read_assembly(stated).gate == MafConfig(
        dim=768, num_experts_per_modality=64, num_heads=12, num_fusion_layers=4
    )


def test_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(manifest_config(MAF)))

    assert read_config(path) == read_config(manifest_config(MAF))


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff\xfe", b"[" * 100_000, b'"text"'])
def test_files_that_hold_no_configuration_are_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.json"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match=r"config\.json"):
        read_config(path)


def test_missing_and_enormous_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't be read"):
        read_config(tmp_path / "config.json")
    (tmp_path / "config.json").write_bytes(b" " * (8 * 2**20 + 1))
    with pytest.raises(ConfigError, match="far larger"):
        read_config(tmp_path / "config.json")


_DIFFUSION = "model/diffusion"
_ARGUMENTS = "model/diffusion/config"
_ENCODER = "model/pretransform/config/encoder"


@pytest.mark.parametrize(
    ("name", "path", "value", "told"),
    [
        (BASE, "model_type", ..., "model_type is missing"),
        (BASE, "model_type", "lm", "model_type must be one of diffusion_cond"),
        (BASE, "sample_rate", ..., "sample_rate is missing"),
        (BASE, "sample_rate", "44100", "sample_rate must be a whole number"),
        (BASE, "sample_size", 2047, "sample_size is less than one latent frame"),
        (BASE, "audio_channels", 1, "audio_channels is 1 where the autoencoder has 2"),
        (BASE, "model", [], "model must be an object"),
        (BASE, "model/io_channels", 32, "model.io_channels is 32 where the autoencoder has 64"),
        (BASE, "model/pretransform", ..., "model.pretransform is missing"),
        (BASE, "model/pretransform/type", "dac", "type must be autoencoder, not 'dac'"),
        (BASE, "model/pretransform/config/downsampling_ratio", 512, "the strides .* make 2048"),
        (BASE, f"{_ENCODER}/type", "seanet", "encoder.type must be oobleck"),
        (BASE, f"{_ENCODER}/config/use_snake", ..., "use_snake must be true"),
        (BASE, f"{_ENCODER}/config/strides", [2, 4], "strides has 2 stages where c_mults has 5"),
        (BASE, f"{_ENCODER}/config/latent_dim", 64, "is 64 where 64 latent channels need 128"),
        (BASE, f"{_ENCODER}/config/in_channels", 1, "has 1 channels of sound"),
        (BASE, f"{_ENCODER}/config/antialias", True, "antialias is an option that isn't supp"),
        (BASE, "model/conditioning/cond_dim", ..., "model.conditioning.cond_dim is missing"),
        (BASE, "model/conditioning/configs/0/type", "clap", r"configs\[0\].type must be one of"),
        (BASE, "model/conditioning/configs/0/id", "text_prompt", "two conditioners of the same"),
        (BASE, "model/conditioning/configs/0/id", "a.b", "no name that a weight file can use"),
        (BASE, "model/conditioning/configs/0/config/clip_model_name", "L-14", "clip_model_name"),
        (MAF, "model/conditioning/configs/2/config/mel_spec_type", "bark", "mel_spec_type must"),
        (MAF, "model/conditioning/configs/2/config/win_length", 2048, "between 1 and 1024"),
        (BASE, f"{_DIFFUSION}/type", "uvit", "type must be one of dit, mmdit"),
        (BASE, f"{_DIFFUSION}/diffusion_objective", "rectified_flow", "must be v"),
        (BASE, f"{_ARGUMENTS}/transformer_type", ..., "not 'x-transformers'"),
        (BASE, f"{_ARGUMENTS}/conformer", True, "conformer is an option that isn't supported"),
        (BASE, f"{_ARGUMENTS}/use_sinusoidal_emb", True, "use_sinusoidal_emb is an option"),
        (BASE, f"{_ARGUMENTS}/use_abs_pos_emb", True, "use_abs_pos_emb is an option"),
        (BASE, f"{_ARGUMENTS}/remove_norms", True, "remove_norms is an option"),
        (BASE, f"{_ARGUMENTS}/attn_kwargs", {"qk_norm": "ln"}, "attn_kwargs.qk_norm is an opt"),
        (BASE, f"{_ARGUMENTS}/attn_kwargs", {"natten": 7}, "attn_kwargs.natten is an option"),
        (BASE, f"{_ARGUMENTS}/kernel_size", 5, "kernel_size is an option that isn't supported"),
        (BASE, f"{_ARGUMENTS}/embed_dim", 10**9, "must lie between 1 and 65536, not at 10000"),
        (BASE, f"{_ARGUMENTS}/depth", 100_000, "depth must lie between"),
        (BASE, f"{_ARGUMENTS}/num_heads", 7, "must divide the width 1536"),
        (BASE, f"{_ARGUMENTS}/num_heads", 96, "heads of 16 channels, which can't be rotated"),
        (BASE, f"{_ARGUMENTS}/cond_token_dim", 64, "config.cond_token_dim is 64 where"),
        (BASE, f"{_DIFFUSION}/cross_attention_cond_ids", ["text"], "names 'text', which no cond"),
        (BASE, f"{_DIFFUSION}/cross_attention_cond_ids", "text_prompt", "must be a list"),
        (BASE, f"{_DIFFUSION}/prepend_cond_ids", ["text_prompt"], "prepend_cond_dim is 0 where"),
        (BASE, f"{_DIFFUSION}/global_cond_ids", ["text_prompt"], "global_cond_ids give 768"),
        (MAF, f"{_DIFFUSION}/cross_attention_cond_ids", ["text_prompt"], "must name 3 groups"),
        (MAF, f"{_DIFFUSION}/gate_type_config", {"num_heads": 7}, "must divide 768"),
        (MAF, "model/conditioning/configs/1/config/output_dim", 32, "where the tokens of text"),
        (MMDIT, f"{_DIFFUSION}/global_cond_ids", ["text_prompt"], "must be empty in an mmdit"),
        (MMDIT, f"{_ARGUMENTS}/global_cond_type", "adaLN", "must be prepend in an mmdit"),
        (MMDIT, f"{_ARGUMENTS}/prepend_cond_dim", 768, "isn't supported in an mmdit"),
        (MMDIT, f"{_ARGUMENTS}/cond_token_dim", 0, "must be above 0 in an mmdit"),
        (MMDIT, f"{_ARGUMENTS}/kernel_size", 4, "must be odd, not 4"),
        (MMDIT, "model/conditioning/configs/1/config/max_length", 64, "gives 320 tokens where"),
    ],
)
def test_what_cannot_be_used_is_named(name: str, path: str, value: object, told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        read_config(changed(name, path, value))

    check_sentence(str(caught.value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{_ARGUMENTS}/conformer", False),
        (f"{_ARGUMENTS}/attn_kwargs", {"qk_norm": "none"}),
        (f"{_ARGUMENTS}/remove_norms", None),
        ("training", {"learning_rate": 1}),
        ("model/anything", 1),
        ("sample_rate", 44100.0),
        ("sample_size", ...),
        ("audio_channels", ...),
        ("model/conditioning/default_keys", {"text_prompt": "prompt"}),
    ],
)
def test_what_changes_nothing_is_taken(path: str, value: object) -> None:
    read = read_config(changed(BASE, path, value))

    assert read.diffusion == read_config(manifest_config(BASE)).diffusion
    assert read.latent_frames == 236


def test_numbers_in_words_are_refused() -> None:
    for stated, told in (
        ({"min_val": 5, "max_val": 5}, "must be above min_val"),
        ({"min_val": float("nan")}, "must be a number"),
    ):
        with pytest.raises(ConfigError, match=told):
            read_conditioner({"id": "s", "type": "number", "config": stated}, cond_dim=8)
    with pytest.raises(ConfigError, match="must be 0 for whole numbers"):
        read_conditioner({"id": "s", "type": "int", "config": {"min_val": 2}}, cond_dim=8)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 10**12)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["dit", "mmdit", "MAF", "clip", "t5", "mel_spec", "adaLN", "video_prompt"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


def paths(value: object, begun: str = "") -> list[str]:
    """Every place of a JSON value, below its root."""
    children: list[tuple[str, object]] = []
    if isinstance(value, dict):
        children = list(value.items())
    elif isinstance(value, list):
        children = [(str(index), one) for index, one in enumerate(value)]
    found = []
    for name, child in children:
        found += [f"{begun}{name}", *paths(child, f"{begun}{name}/")]
    return found


PLACES = [(name, path) for name in (BASE, MAF, MMDIT) for path in paths(manifest_config(name))]


@settings(max_examples=300, deadline=None)
@given(place=st.sampled_from(PLACES), value=JSON | st.just(...))
def test_any_field_may_hold_anything(place: tuple[str, str], value: object) -> None:
    check_read_or_refused(changed(*place, value))


@settings(deadline=None)
@given(value=JSON)
def test_any_json_is_read_or_refused(value: Any) -> None:
    check_read_or_refused(value)


WIDTHS = st.sampled_from([0, 1, 2, 24, 32, 48, 64, 66, 96, 128, 132])
ARGUMENTS = st.fixed_dictionaries(
    {
        "io_channels": st.integers(1, 3),
        "embed_dim": WIDTHS,
        "num_heads": st.sampled_from([1, 2, 3, 4, 12]),
        "depth": st.integers(1, 2),
        "cond_token_dim": WIDTHS,
        "project_cond_tokens": st.booleans(),
        "global_cond_dim": WIDTHS,
        "project_global_cond": st.booleans(),
        "global_cond_type": st.sampled_from(["prepend", "adaLN"]),
        "prepend_cond_dim": st.sampled_from([0, 5]),
        "patch_size": st.integers(1, 3),
        "transformer_type": st.just("continuous_transformer"),
    }
)


@settings(deadline=None)
@given(kind=st.sampled_from(["dit", "mmdit"]), arguments=ARGUMENTS)
def test_denoisers_that_are_read_can_be_built(kind: str, arguments: dict[str, Any]) -> None:
    try:
        config = read_denoiser({"type": kind, "config": arguments}, where="config.json")
    except ConfigError as error:
        check_sentence(str(error))
        return

    with torch.device("meta"):
        assert list(denoiser_checkpoint(config).build().parameters())


def check_read_or_refused(value: Any) -> None:
    try:
        read_config(value)
    except ConfigError as error:
        check_sentence(str(error))


def check_sentence(message: str) -> None:
    assert re.fullmatch(r"config\.json can't be used: [^\n]{5,200}\.", message), message

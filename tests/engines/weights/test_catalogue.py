from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from prismdesk.engines.weights import published
from prismdesk.engines.weights.catalogue import UnknownModelError, all_models, model_of, models_for
from prismdesk.engines.weights.model import USES
from prismdesk.engines.weights.published import published_files, published_licences

MANIFESTS = Path(__file__).parents[2] / "conformance" / "manifests"


def test_all_published_variants_are_there() -> None:
    assert [model.id for model in all_models()] == [
        "selva-small_16k",
        "selva-small_44k",
        "selva-medium_44k",
        "selva-large_44k",
        "mmaudio-small_16k",
        "mmaudio-small_44k",
        "mmaudio-medium_44k",
        "mmaudio-large_44k",
        "mmaudio-large_44k_v2",
        "audiox-base",
        "audiox-maf",
        "audiox-maf-mmdit",
    ]
    assert models_for("selva") == all_models()[:9]
    assert models_for("audiox") == all_models()[9:]
    assert models_for("another") == ()


@pytest.mark.parametrize(
    ("text", "model_id"),
    [
        ("selva-small_16k", "selva-small_16k"),
        ("small_16k", "selva-small_16k"),
        (" SELVA-Small-16K ", "selva-small_16k"),
        ("large-44k-v2", "mmaudio-large_44k_v2"),
        ("mmaudio_medium_44k", "mmaudio-medium_44k"),
        ("MAF_MMDiT", "audiox-maf-mmdit"),
    ],
)
def test_a_model_is_found_by_id_or_variant(text: str, model_id: str) -> None:
    assert model_of(text).id == model_id


def test_an_unknown_model_names_those_there_are() -> None:
    with pytest.raises(UnknownModelError, match=r'"tiny".*selva-small_16k.*mmaudio-large_44k_v2'):
        model_of("tiny")


@pytest.mark.parametrize("variant", ["base", "maf", "maf-mmdit"])
def test_a_variant_is_found_among_an_engines(variant: str) -> None:
    assert model_of(variant, "audiox").id == f"audiox-{variant}"
    with pytest.raises(UnknownModelError, match="choose one of: audiox-base"):
        model_of("small_16k", "audiox")


@pytest.mark.parametrize(
    "path",
    sorted(path for path in MANIFESTS.glob("*.json") if not path.stem.startswith("audiox.")),
    ids=lambda path: path.stem,
)
def test_sizes_places_and_checksums_agree_with_the_manifests(path: Path) -> None:
    manifest = json.loads(path.read_text(encoding="utf-8"))
    repository, _, place = manifest["where"].removeprefix("Hugging Face ").partition(": ")
    name = manifest["file"]
    (file,) = (
        one
        for one in published_files().values()
        if one.file_name == name and one.repository == repository.split(" ")[0]
    )
    assert place == "" or place.startswith(file.repository_path)
    assert file.md5 == manifest.get("md5", "")
    # Two files hold more than the tensors that are read from them.
    if name not in ("synchformer_state_dict.pth", "model.safetensors"):
        assert file.can_be(manifest["tensor_bytes"] + 200_000) != file.is_size_exact
        assert 0 <= file.size_bytes - manifest["tensor_bytes"] < 1_000_000


@pytest.mark.parametrize(
    "path", sorted(MANIFESTS.glob("audiox.*.json")), ids=lambda path: path.stem
)
def test_audiox_files_are_as_large_as_the_tensors_in_their_manifests(path: Path) -> None:
    manifest = json.loads(path.read_text(encoding="utf-8"))
    (file,) = (
        one
        for one in published_files().values()
        if manifest["where"] == f"https://huggingface.co/{one.repository}"
        and manifest["file"] == one.repository_path
    )
    assert {kind for kind, _ in manifest["tensors"].values()} == {"float32"}
    assert file.size_bytes == 4 * sum(math.prod(shape) for _, shape in manifest["tensors"].values())
    assert file.can_be(file.size_bytes + 500_000)
    assert file.can_be_in_its_place(file.size_bytes // 2)  # in 16 bit


@pytest.mark.parametrize("model", models_for("selva"), ids=lambda model: model.id)
def test_networks_of_a_model_fit_each_other(model: object) -> None:
    sizes = model_of(getattr(model, "id", "")).hyper_parameters
    generator, clip = sizes["generator"], sizes["clip"]
    assert generator["latent_dim"] == sizes["vae"]["latent_dim"]
    assert sizes["vae"]["mel_bands"] == sizes["vocoder"]["num_mels"]
    assert generator["clip_dim"] == clip["embed_dim"]
    assert generator["text_dim"] == clip["text"]["width"]
    assert generator["sync_dim"] == sizes["sync"]["embed_dim"]
    assert generator["hidden_dim"] == 64 * generator["num_heads"]
    hop = 1
    for rate in sizes["vocoder"]["upsample_rates"]:
        hop *= rate
    assert hop == {16000: 256, 44100: 512}[sizes["rate_hz"]]


@pytest.mark.parametrize("model", all_models(), ids=lambda model: model.id)
def test_no_model_may_be_used_commercially(model: object) -> None:
    assert not model_of(getattr(model, "id", "")).allows_commercial_use


def test_what_nobody_states_is_unstated_and_not_commercial() -> None:
    selva, mmaudio = model_of("selva-small_16k"), model_of("mmaudio-small_16k")
    assert not selva.licence_weights.is_stated
    assert selva.licence_weights.name == selva.licence_code.name == "unstated"
    assert not selva.licence_weights.allows_commercial_use
    assert mmaudio.licence_weights.name == "CC BY-NC 4.0"
    assert mmaudio.licence_code.name == "MIT"
    assert mmaudio.files["vocoder"].licence.name == "unstated"
    for licence in (*selva.licences, *mmaudio.licences):
        assert licence.where_stated
        assert licence.plain_words.endswith(".")


def test_what_is_not_stated_allows_no_sale_whatever_else_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = {"name": "x", "where": "y", "words": "z", "is_stated": False, "uses": list(USES)}
    monkeypatch.setattr(published, "_read", lambda name: {"odd": said})
    assert not published_licences.__wrapped__()["odd"].allows_commercial_use


def test_the_strictest_file_rules() -> None:
    model = model_of("mmaudio-small_44k")
    assert model.files["vocoder"].licence.allows_commercial_use
    assert not model.allows_commercial_use
    assert model.licences[0] == model.licence_weights


def test_only_selva_reads_the_prompt_with_t5() -> None:
    assert [part.file_name for part in model_of("small_16k").files["t5"].parts] == [
        "config.json",
        "tokenizer.json",
        "model.safetensors",
    ]
    assert "t5" not in model_of("mmaudio-small_16k").files


def test_audiox_describes_itself_and_needs_what_each_variant_reads() -> None:
    base, maf, mmdit = models_for("audiox")
    assert list(base.files) == ["config", "model", "t5"]
    assert list(maf.files) == ["config", "model", "sync", "t5"]
    assert list(mmdit.files) == ["config", "model", "sync", "vae", "t5"]
    for model in (base, maf, mmdit):
        assert model.hyper_parameters == {"rate_hz": 44100}
        assert (model.native_rate_hz, model.native_channels) == (44100, 2)
        assert model.files["t5"].file_name == "t5-base"
    assert maf.files["sync"] is mmdit.files["sync"]


def test_audiox_is_non_commercial_in_code_and_weights_and_says_that_it_is_watermarked() -> None:
    for model in models_for("audiox"):
        assert model.licence_code.name == model.licence_weights.name == "CC BY-NC 4.0"
        assert "LICENSE" in model.licence_code.where_stated
        assert "watermarked" in model.licence_weights.plain_words
        assert model.files["t5"].licence.name == "Apache 2.0"

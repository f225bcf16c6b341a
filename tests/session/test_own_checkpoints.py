"""Weight files of the user's own become models: recognised by content, described, removed."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.weights.catalogue import all_models, model_of
from prismdesk.engines.weights.published import published_models
from prismdesk.errors import InputError
from prismdesk.progress import ignore_progress, never_cancelled
from prismdesk.session.own_checkpoints import (
    OwnTerms,
    Proposal,
    add_own_checkpoint,
    chosen_base,
    examine,
    is_kept_here,
    remove_own_checkpoint,
)
from tests.checkpoints.generator_layout import generator_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    monkeypatch.setenv("PRISMDESK_MODELS", str(folder))
    return folder


def write_header(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> Path:
    """Write a safetensors file of full size that takes no room on the disk."""
    stated, end = {}, 0
    for name, shape in shapes.items():
        size_bytes = 2
        for length in shape:
            size_bytes *= length
        stated[name] = {"dtype": "F16", "shape": shape, "data_offsets": [end, end + size_bytes]}
        end += size_bytes
    header = json.dumps(stated).encode()
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(8 + len(header) + end)
    return path


def a_generator(
    folder: Path, variant: str = "small_16k", name: str = "rain_steps.safetensors"
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    model = next(one for one in published_models() if one.variant == variant)
    sizes = model.hyper_parameters["generator"]
    return write_header(folder / name, generator_shapes(sizes))


def looked_at(*paths: Path) -> Proposal:
    return examine(paths, ignore_progress, never_cancelled)


def add(proposal: Proposal, name: str = "Rain steps", **terms: object) -> str:
    model = add_own_checkpoint(
        proposal,
        base=proposal.bases[0],
        name=name,
        terms=OwnTerms(**terms),  # type: ignore[arg-type]  # fields by name
        progress=ignore_progress,
        cancelled=never_cancelled,
    )
    return model.id


def test_a_generator_is_recognised_by_its_tensors(tmp_path: Path) -> None:
    proposal = looked_at(a_generator(tmp_path / "mine"))
    assert [file.what for file in proposal.used] == ["the generator small_16k of SelVA or MMAudio"]
    assert [model.id for model in proposal.bases] == ["selva-small_16k", "mmaudio-small_16k"]
    assert proposal.name == "rain steps"


def test_a_name_with_mmaudio_in_it_proposes_mmaudio_first(tmp_path: Path) -> None:
    path = a_generator(tmp_path / "mine", name="mmaudio_rain.safetensors")
    assert looked_at(path).bases[0].id == "mmaudio-small_16k"
    assert chosen_base(looked_at(path), "selva-small_16k").family == "selva"
    with pytest.raises(InputError, match="choose one of: mmaudio-small_16k"):
        chosen_base(looked_at(path), "audiox")


def test_what_was_added_is_a_model_with_the_users_terms(tmp_path: Path, own_folder: Path) -> None:
    path = a_generator(tmp_path / "mine")
    model_id = add(
        looked_at(path),
        licence="CC BY 4.0",
        where_stated="on my page",
        allows_commercial_use=True,
        credit="Steps by Ann",
    )
    model = model_of(model_id)
    assert model.name == "Rain steps"
    assert model.family == "selva"
    assert model.licence_weights.name == "CC BY 4.0"
    assert model.licence_weights.allows_commercial_use
    assert model.licence_weights.credit == "Steps by Ann"
    assert not model.allows_commercial_use, "its encoders forbid it"
    assert model.files["vae"].repository, "what it lacks is its base's"
    assert (own_folder / "rain-steps" / path.name).samefile(path), "nothing was copied"


def test_unstated_terms_allow_no_sale(tmp_path: Path) -> None:
    model = model_of(add(looked_at(a_generator(tmp_path)), allows_commercial_use=True))
    assert not model.licence_weights.is_stated
    assert not model.licence_weights.allows_commercial_use


def test_removing_it_leaves_the_users_file(tmp_path: Path) -> None:
    path = a_generator(tmp_path / "mine")
    model = model_of(add(looked_at(path)))
    assert is_kept_here(model)
    remove_own_checkpoint(model)
    assert path.is_file()
    assert model.id not in {one.id for one in all_models()}


def test_folders_that_the_user_made_are_never_deleted(
    tmp_path: Path, own_folder: Path, small_checkpoints: Path
) -> None:
    own_folder.mkdir()
    good = next(path for path in sorted(small_checkpoints.iterdir()) if path.is_dir())
    (own_folder / "good").symlink_to(good)
    model = next(one for one in all_models() if one.custom_folder is not None)
    assert not is_kept_here(model)
    with pytest.raises(InputError, match="deletes nothing"):
        remove_own_checkpoint(model)
    assert any(good.iterdir())


def test_a_described_folder_is_used_as_it_is(small_checkpoints: Path) -> None:
    folder = small_checkpoints / "selva-tiny_16k"
    proposal = looked_at(folder)
    assert proposal.described is not None
    model_id = add(proposal)
    assert model_of(model_id).custom_folder == folder


def test_a_name_is_taken_once(tmp_path: Path) -> None:
    proposal = looked_at(a_generator(tmp_path / "mine"))
    add(proposal)
    with pytest.raises(InputError, match="already"):
        add(proposal)
    with pytest.raises(InputError, match="Give the model a name"):
        add(proposal, name="  ")


def test_what_is_no_model_is_refused_in_a_sentence(tmp_path: Path, small_checkpoints: Path) -> None:
    vae = next((small_checkpoints / "selva-tiny_16k").glob("v1-16.pth"))
    with pytest.raises(InputError, match=r"is the VAE of 16 kHz.*Choose the generator"):
        looked_at(vae)
    words = tmp_path / "words.txt"
    words.write_text("no weights at all")
    with pytest.raises(InputError, match="is no weight file"):
        looked_at(words)
    with pytest.raises(InputError, match="no weight file in"):
        looked_at(tmp_path)
    generator = next((small_checkpoints / "selva-tiny_16k").glob("generator*.pth"))
    with pytest.raises(InputError, match="no model of these sizes"):
        looked_at(generator)
    cut = tmp_path / "cut.pth"
    cut.write_bytes(generator.read_bytes()[:2000])
    with pytest.raises(InputError, match="damaged or was cut short"):
        looked_at(cut)


def test_files_of_different_models_are_refused(tmp_path: Path, small_checkpoints: Path) -> None:
    generator = a_generator(tmp_path / "mine", variant="large_44k_v2")
    sync = small_checkpoints / "selva-tiny_16k" / "video_enc_sup_5.pth"
    with pytest.raises(InputError, match="belong to different models"):
        looked_at(generator, sync)

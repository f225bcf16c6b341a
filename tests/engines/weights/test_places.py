from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.errors import WeightsMissingError
from prismdesk.engines.weights import folder_index
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.choices import choices_path, own_folder, read_checked_choices
from prismdesk.engines.weights.places import files_of, own_path, stamp, state_of, states_of
from prismdesk.resources import resource_path
from tests.engines.weights.published_files import put, put_file, put_model, put_own

if TYPE_CHECKING:
    from pathlib import Path

SMALL = "selva-small_16k"
HUB_PLACE = "models--jnwnlee--SelVA/snapshots/abc/ext_weights/v1-16.pth"


@pytest.fixture(autouse=True)
def models_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "own"
    monkeypatch.setenv("PRISMDESK_MODELS", str(folder))
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    return folder


def use_folders(*folders: Path) -> None:
    path = choices_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"format": 1, "folders": [str(one) for one in folders]}))


def test_nothing_there_is_all_missing() -> None:
    state = state_of(model_of(SMALL))
    assert not state.is_installed
    assert len(state.missing) == 8
    assert state.present_bytes == 0
    assert state.missing_bytes == model_of(SMALL).size_bytes
    assert set(state.paths) == {"clip_vocabulary"}


def test_missing_files_say_how_to_get_them() -> None:
    with pytest.raises(WeightsMissingError) as caught:
        files_of(model_of(SMALL))
    assert str(caught.value) == (
        "SelVA small, 16 kHz lacks generator_small_16k_sup_5.pth, video_enc_sup_5.pth, "
        "open_clip_pytorch_model.bin and 5 more; fetch them with "
        "`prismdesk models get selva-small_16k`, or add the folder they are in with "
        "`prismdesk models add FOLDER`."
    )


def test_this_programs_own_layout_is_found(models_folder: Path) -> None:
    model = model_of(SMALL)
    put_model(models_folder, model)
    files = files_of(model)
    assert files["generator"] == (
        models_folder / "jnwnlee/SelVA/weights/generator_small_16k_sup_5.pth"
    )
    assert files["t5"] == models_folder / "google/flan-t5-base"
    assert files["clip_vocabulary"] == resource_path("clip/bpe_simple_vocab_16e6.txt.gz")
    assert set(files) == set(model.files)
    state = state_of(model)
    assert state.is_installed
    assert state.missing_bytes == 0
    assert state.present_bytes == model.size_bytes


def test_the_own_folder_is_the_users_unless_the_environment_names_another(
    monkeypatch: pytest.MonkeyPatch, home_folder: Path
) -> None:
    monkeypatch.delenv("PRISMDESK_MODELS")
    assert own_folder() == home_folder / ".local/share/prismdesk/models"


@pytest.mark.parametrize(
    ("variable", "below"),
    [("HF_HUB_CACHE", ""), ("HF_HOME", "hub"), ("XDG_CACHE_HOME", "huggingface/hub")],
)
def test_a_hub_cache_is_found_where_the_environment_puts_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, below: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "cache"))
    path = put_file(tmp_path / "cache" / below / HUB_PLACE, "vae_16k")
    assert state_of(model_of(SMALL)).paths["vae"] == path


def test_the_main_revision_of_a_hub_cache_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    put_file(tmp_path / HUB_PLACE, "vae_16k")
    newer = put_file(tmp_path / HUB_PLACE.replace("abc", "xyz"), "vae_16k")
    refs = tmp_path / "models--jnwnlee--SelVA/refs"
    refs.mkdir()
    (refs / "main").write_text("xyz\n")
    assert state_of(model_of(SMALL)).paths["vae"] == newer


@pytest.mark.parametrize(
    "place",
    [
        "v1-16.pth",
        "ext_weights/v1-16.pth",
        "models/selva/v1-16.pth",
        "models/selva/ext_weights/v1-16.pth",
        "jnwnlee/SelVA/ext_weights/v1-16.pth",
        HUB_PLACE,
    ],
)
def test_added_folders_are_found_as_publishers_and_others_lay_them_out(
    tmp_path: Path, place: str
) -> None:
    folder = tmp_path / "elsewhere"
    path = put_file(folder / place, "vae_16k")
    use_folders(folder)
    assert state_of(model_of(SMALL)).paths["vae"] == path


def test_deeper_and_hidden_folders_are_left_alone(tmp_path: Path) -> None:
    put_file(tmp_path / "deep/a/b/c/d/v1-16.pth", "vae_16k")
    put_file(tmp_path / "deep/.trash/v1-16.pth", "vae_16k")
    use_folders(tmp_path / "deep")
    assert "vae" not in state_of(model_of(SMALL)).paths


def test_the_names_of_other_programs_are_known(tmp_path: Path) -> None:
    path = put_file(tmp_path / "comfy/generator_large_44k_sup_5.pth", "selva_large_44k")
    use_folders(tmp_path / "comfy")
    assert state_of(model_of("selva-large_44k")).paths["generator"] == path


def test_a_linked_file_counts_as_the_file(tmp_path: Path) -> None:
    real = put_file(tmp_path / "disk/blob", "vae_16k")
    (tmp_path / "added").mkdir()
    (tmp_path / "added/v1-16.pth").symlink_to(real)
    (tmp_path / "added/round").symlink_to(tmp_path / "added")
    use_folders(tmp_path / "added")
    assert state_of(model_of(SMALL)).paths["vae"] == tmp_path / "added/v1-16.pth"


def test_a_file_of_the_wrong_size_is_told_as_such(tmp_path: Path) -> None:
    path = put(tmp_path / "added/v1-16.pth", 1234)
    use_folders(tmp_path / "added")
    state = state_of(model_of(SMALL))
    assert [(one.file.id, one.path, one.size_bytes) for one in state.wrong] == [
        ("vae_16k", path, 1234)
    ]
    with pytest.raises(WeightsMissingError, match=r"v1-16\.pth is not it: 1234 bytes instead of"):
        files_of(model_of(SMALL))


def test_another_model_under_the_same_name_is_not_taken(tmp_path: Path) -> None:
    # The same architecture for smaller pictures: 2.4 MB less of 3.9 GB.
    put(tmp_path / "added/open_clip_pytorch_model.bin", 3946859524 - 473 * 1280 * 4)
    use_folders(tmp_path / "added")
    assert "clip" not in state_of(model_of(SMALL)).paths


def test_files_with_common_names_need_their_folder(tmp_path: Path) -> None:
    model = model_of(SMALL)
    for part in model.files["t5"].parts:
        put(tmp_path / "added/some-model" / part.file_name, part.size_bytes)
    use_folders(tmp_path / "added")
    assert "t5" not in state_of(model).paths
    (tmp_path / "added/some-model").rename(tmp_path / "added/my flan-t5-base")
    assert state_of(model).paths["t5"] == tmp_path / "added/my flan-t5-base"


def test_a_folder_with_parts_missing_says_which(models_folder: Path) -> None:
    model = model_of(SMALL)
    put_model(models_folder, model)
    (models_folder / "google/flan-t5-base/tokenizer.json").unlink()
    state = state_of(model)
    assert [file.file_name for file in state.missing] == ["tokenizer.json"]
    assert "t5" not in state.paths


def test_a_truncated_file_in_its_own_place_is_not_taken(models_folder: Path) -> None:
    model = model_of("selva-small_44k")
    put_model(models_folder, model)
    assert state_of(model).is_installed
    put(own_path(model.files["vocoder"]), 489041290)
    assert [one.file.id for one in state_of(model).wrong] == ["bigvgan_v2"]


def test_shared_files_count_for_every_model(models_folder: Path) -> None:
    put_model(models_folder, model_of(SMALL))
    first, second = states_of((model_of(SMALL), model_of("mmaudio-small_16k")))
    assert first.is_installed
    assert [file.id for file in second.missing] == ["mmaudio_small_16k", "synchformer"]


def test_the_stamp_changes_with_files_and_folders(models_folder: Path, tmp_path: Path) -> None:
    seen = {stamp()}
    assert stamp() in seen
    put_own(models_folder, model_of(SMALL).files["vae"])
    assert stamp() not in seen
    seen.add(stamp())
    put_file(tmp_path / "added/best_netG.pt", "best_netg")
    assert stamp() in seen
    use_folders(tmp_path / "added")
    assert stamp() not in seen
    seen.add(stamp())
    put(tmp_path / "added/best_netG.pt", 5)
    assert stamp() not in seen


def test_a_folder_is_walked_again_only_when_something_in_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "added"
    path = put_file(folder / "a/v1-16.pth", "vae_16k")
    for place in (folder / "a", folder):
        os.utime(place, ns=(1, 1))
    use_folders(folder)
    assert state_of(model_of(SMALL)).paths["vae"] == path
    with monkeypatch.context() as patched:
        patched.setattr(folder_index, "_walked", lambda *_: pytest.fail("walked again"))
        assert state_of(model_of(SMALL)).paths["vae"] == path
        put(path, 3)
        assert "vae" not in state_of(model_of(SMALL)).paths
    put_file(folder / "a/best_netG.pt", "best_netg")
    use_folders(folder)
    assert "vocoder" in state_of(model_of(SMALL)).paths


def test_a_change_within_the_same_tick_of_the_clock_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "added"
    folder.mkdir()
    before = folder.stat()
    use_folders(folder)
    assert "vae" not in state_of(model_of(SMALL)).paths
    put_file(folder / "v1-16.pth", "vae_16k")
    os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert "vae" in state_of(model_of(SMALL)).paths


def test_the_stamp_changes_when_a_custom_checkpoint_becomes_whole(models_folder: Path) -> None:
    put(models_folder / "mine/prismdesk-model.json", 2)
    before = stamp()
    put(models_folder / "mine/flan-t5-base/config.json", 2)
    assert stamp() != before


@pytest.mark.parametrize("text", ["{", '{"format": 2}', '{"folders": 3}', "[]", '"x"', "\x00"])
def test_damaged_choices_are_no_choices(text: str) -> None:
    path = choices_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    choices, is_damaged = read_checked_choices()
    assert is_damaged
    assert choices.folders == ()
    assert not state_of(model_of(SMALL)).is_installed


def test_a_folder_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    use_folders(tmp_path / "gone")
    assert len(state_of(model_of(SMALL)).missing) == 8


def test_the_preferred_form_of_a_file_is_taken_where_both_are(models_folder: Path) -> None:
    model = model_of("audiox-base")
    put_model(models_folder, model)
    folder = models_folder / "HKUSTAudio/AudioX"
    assert files_of(model)["model"] == folder / "model.ckpt"
    put(folder / "model.safetensors", model.files["model"].size_bytes // 2)
    assert files_of(model)["model"] == folder / "model.safetensors"
    (folder / "model.ckpt").unlink()
    assert state_of(model).is_installed


def test_a_file_that_two_repositories_hold_is_found_in_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    place = "models--HKUSTAudio--AudioX-MAF-MMDiT/snapshots/abc/synchformer_state_dict.pth"
    path = put_file(tmp_path / place, "audiox_synchformer")
    assert state_of(model_of("maf")).paths["sync"] == path
    assert state_of(model_of("maf-mmdit")).paths["sync"] == path


def test_variants_whose_files_share_names_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for variant, folder in (("base", "AudioX"), ("maf", "AudioX-MAF")):
        for role in ("config", "model"):
            file = model_of(variant, "audiox").files[role]
            put(tmp_path / "added" / folder / file.file_name, file.size_bytes)
    use_folders(tmp_path / "added")
    for variant, folder in (("base", "AudioX"), ("maf", "AudioX-MAF")):
        paths = state_of(model_of(variant, "audiox")).paths
        assert paths["config"] == tmp_path / "added" / folder / "config.json"
        assert paths["model"] == tmp_path / "added" / folder / "model.ckpt"
    assert not state_of(model_of("maf-mmdit")).paths


def test_one_t5_is_not_taken_for_another(tmp_path: Path) -> None:
    small, audiox = model_of(SMALL), model_of("audiox-base")
    for name, model in (("flan-t5-base", small), ("t5-base", audiox)):
        for part in model.files["t5"].parts:
            put(tmp_path / name / name / part.file_name, part.size_bytes)
    use_folders(tmp_path / "flan-t5-base")
    assert "t5" not in state_of(audiox).paths
    use_folders(tmp_path / "t5-base")
    assert "t5" not in state_of(small).paths
    assert state_of(audiox).paths["t5"] == tmp_path / "t5-base/t5-base"

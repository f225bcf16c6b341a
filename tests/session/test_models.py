from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.choices import choices_path, read_choices
from prismdesk.engines.weights.places import own_path, state_of
from prismdesk.engines.weights.removal import remove, remove_damaged
from prismdesk.errors import Cancelled, InputError, WorkError
from prismdesk.progress import never_cancelled
from prismdesk.session.models import (
    LicenceNotAcceptedError,
    accept_licence,
    add_folder,
    added_folders,
    forget_folder,
    get_model,
    is_accepted,
    list_models,
    model_problems,
    verify_model,
)
from tests.engines.weights.small_catalogue import small_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.engines.weights.download import GetProgress
    from prismdesk.engines.weights.model import Model
    from tests.engines.weights.hub_server import Hub

SMALL = "selva-small_16k"


@pytest.fixture
def a_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    with small_catalogue(monkeypatch, tmp_path / "own") as hub:
        yield hub


def ignore(progress: GetProgress) -> None:
    pass


def ignore_reading(name: str, fraction: float) -> None:
    pass


def fetched(model_id: str) -> Model:
    model = model_of(model_id)
    accept_licence(model)
    assert get_model(model, ignore, never_cancelled).is_installed
    return model


def test_nothing_is_fetched_before_the_terms_are_accepted(a_hub: Hub) -> None:
    with pytest.raises(LicenceNotAcceptedError, match="--accept-licence"):
        get_model(model_of(SMALL), ignore, never_cancelled)
    assert a_hub.asked == []


def test_accepting_and_fetching_installs_a_model(a_hub: Hub) -> None:
    model = fetched(SMALL)
    (listed,) = [one for one in list_models() if one.model.id == SMALL]
    assert listed.state.is_installed
    assert listed.is_accepted
    (entry,) = read_choices().accepted
    assert entry.model == SMALL
    assert entry.date.endswith("+00:00")
    assert {path for _, path, _ in a_hub.asked if "weights/gen" in path}
    assert len(a_hub.gets()) == len(list(model.leaves())) - 1


@pytest.mark.parametrize("variant", ["base", "maf", "maf-mmdit"])
def test_audiox_asks_once_for_each_model_and_keeps_the_answer(a_hub: Hub, variant: str) -> None:
    model = model_of(f"audiox-{variant}")
    with pytest.raises(LicenceNotAcceptedError):
        get_model(model, ignore, never_cancelled)
    assert a_hub.asked == []
    fetched(model.id)
    (entry,) = read_choices().accepted
    assert entry.model == model.id
    assert "CC BY-NC 4.0" in entry.licence
    others = [one for one in list_models() if one.model.id != model.id]
    assert not any(one.is_accepted for one in others)
    accept_licence(model)
    assert len(read_choices().accepted) == 1
    checks = verify_model(model, ignore_reading, never_cancelled)
    assert all(check.is_good for check in checks)


def test_audiox_shares_what_its_variants_have_in_common(a_hub: Hub) -> None:
    fetched("audiox-maf")
    a_hub.asked.clear()
    fetched("audiox-maf-mmdit")
    gets = [path for method, path, _ in a_hub.asked if method == "GET"]
    assert sorted(path.rpartition("/")[2] for path in gets) == [
        "VAE.ckpt",
        "config.json",
        "model.ckpt",
    ]


def test_asking_again_asks_nobody(a_hub: Hub) -> None:
    model = fetched(SMALL)
    a_hub.asked.clear()
    get_model(model, ignore, never_cancelled)
    accept_licence(model)
    assert a_hub.asked == []
    assert len(read_choices().accepted) == 1


def test_a_second_model_fetches_only_what_it_doesnt_share(a_hub: Hub) -> None:
    fetched(SMALL)
    a_hub.asked.clear()
    fetched("mmaudio-small_16k")
    gets = [path for method, path, _ in a_hub.asked if method == "GET"]
    assert sorted(path.rpartition("/")[2] for path in gets) == [
        "mmaudio_small_16k.pth",
        "synchformer_state_dict.pth",
    ]


def test_other_terms_have_to_be_accepted_anew(a_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(SMALL)
    accept_licence(model)
    assert is_accepted(model)
    assert not is_accepted(model_of("selva-small_44k"))
    path = choices_path()
    path.write_text(path.read_text().replace("CC BY-NC 4.0", "CC BY 4.0"))
    assert not is_accepted(model)


def test_cancelling_leaves_finished_files_in_place(a_hub: Hub) -> None:
    model = model_of(SMALL)
    accept_licence(model)
    seen: list[str] = []

    def watch(progress: GetProgress) -> None:
        seen.append(progress.file_name)

    with pytest.raises(Cancelled):
        get_model(model, watch, lambda: "video_enc_sup_5.pth" in seen)
    state = state_of(model)
    assert not state.is_installed
    assert "generator" in state.paths
    assert get_model(model, ignore, never_cancelled).is_installed


def test_verify_tells_right_from_wrong_from_missing(a_hub: Hub) -> None:
    model = fetched(SMALL)
    seen: list[float] = []
    checks = verify_model(model, lambda name, fraction: seen.append(fraction), never_cancelled)
    assert {check.outcome for check in checks} == {"right", "as fetched"}
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)
    for role in ("vae", "clip"):  # one has a published checksum, one only what was noted
        path = own_path(model.files[role])
        content = bytearray(path.read_bytes())
        content[7] ^= 1
        path.write_bytes(content)
    own_path(model.files["sync"]).unlink()
    checks = verify_model(model, ignore_reading, never_cancelled)
    bad = {check.file.id: check.outcome for check in checks if not check.is_good}
    assert bad == {"vae_16k": "wrong", "clip": "wrong", "video_enc": "missing"}


def test_verifying_can_be_cancelled(a_hub: Hub) -> None:
    model = fetched(SMALL)
    with pytest.raises(Cancelled):
        verify_model(model, ignore_reading, lambda: True)


def test_without_any_checksum_verify_says_so(a_hub: Hub, tmp_path: Path) -> None:
    model = fetched(SMALL)
    choices_path().unlink()
    checks = verify_model(model, ignore_reading, never_cancelled)
    assert {check.file.id for check in checks if check.outcome == "unknown"} == {
        "clip",
        "flan_t5_config",
        "flan_t5_tokenizer",
        "flan_t5_weights",
    }


def test_remove_keeps_what_other_models_need(a_hub: Hub, tmp_path: Path) -> None:
    selva, mmaudio = fetched(SMALL), fetched("mmaudio-small_16k")
    removal = remove(selva)
    assert state_of(mmaudio).is_installed
    assert sorted(path.name for path in removal.removed) == [
        "config.json",
        "generator_small_16k_sup_5.pth",
        "model.safetensors",
        "tokenizer.json",
        "video_enc_sup_5.pth",
    ]
    assert {needing for _, needing in removal.kept} == {("mmaudio-small_16k",)}
    assert removal.freed_bytes > 0
    assert not (tmp_path / "own/google").exists()
    remove(mmaudio)
    left = [path for path in (tmp_path / "own").rglob("*") if path.is_file()]
    assert [path.name for path in left] == [".fetching.lock"]


def test_remove_takes_what_a_stopped_fetch_left(a_hub: Hub, tmp_path: Path) -> None:
    model = model_of(SMALL)
    accept_licence(model)
    a_hub.stall_after_bytes = 5000
    seen: list[int] = []
    with pytest.raises(Cancelled):
        get_model(
            model,
            lambda progress: seen.append(progress.done_bytes),
            lambda: bool(seen) and seen[-1] >= 5000,
        )
    (partial,) = (tmp_path / "own").rglob("*.partial")
    assert remove(model).removed == (partial,)
    assert not partial.exists()


def test_remove_touches_no_added_folder(a_hub: Hub, tmp_path: Path) -> None:
    model = fetched(SMALL)
    (tmp_path / "own").rename(tmp_path / "elsewhere")
    added = add_folder(tmp_path / "elsewhere")
    assert [one.id for one in added.installed] == [SMALL]
    assert added.files == len(list(model.leaves())) - 1
    assert remove(model).removed == ()
    assert state_of(model).is_installed


def test_an_added_folder_is_kept_until_it_is_forgotten(a_hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "comfy"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub/v1-16.pth").write_bytes(a_hub.files["jnwnlee/SelVA/ext_weights/v1-16.pth"])
    add_folder(folder)
    assert add_folder(folder).files == 1
    assert added_folders() == (folder,)
    assert state_of(model_of(SMALL)).paths["vae"] == folder / "sub/v1-16.pth"
    assert forget_folder(folder)
    assert not forget_folder(folder)
    assert added_folders() == ()
    assert (folder / "sub/v1-16.pth").exists()


def test_a_folder_without_anything_usable_is_refused(a_hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"Nothing in .*empty .*prismdesk-model\.json"):
        add_folder(tmp_path / "empty")
    (tmp_path / "empty/v1-16.pth").write_bytes(b"half")
    with pytest.raises(InputError, match=r"v1-16\.pth has 4 bytes and can't be v1-16\.pth"):
        add_folder(tmp_path / "empty")
    with pytest.raises(InputError, match="is no folder"):
        add_folder(tmp_path / "nowhere")
    assert added_folders() == ()


def test_a_wrong_custom_checkpoint_is_refused(a_hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "prismdesk-model.json").write_text("{}")
    with pytest.raises(InputError, match="format: field required"):
        add_folder(tmp_path)
    assert added_folders() == ()


def test_a_damaged_file_of_choices_is_put_aside(a_hub: Hub) -> None:
    path = choices_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{ not json")
    assert any("damaged" in problem for problem in model_problems())
    accept_licence(model_of(SMALL))
    assert is_accepted(model_of(SMALL))
    assert path.with_name("models-damaged.json").read_text() == "{ not json"
    assert json.loads(path.read_text())["format"] == 1
    assert model_problems() == ()


def test_a_folder_that_vanished_is_told(a_hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "usb"
    folder.mkdir()
    (folder / "v1-16.pth").write_bytes(a_hub.files["jnwnlee/SelVA/ext_weights/v1-16.pth"])
    add_folder(folder)
    folder.rename(tmp_path / "unplugged")
    (problem,) = model_problems()
    assert f"models remove {folder}" in problem


def test_choices_that_cant_be_written_are_said(a_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    choices_path().parent.parent.mkdir(parents=True, exist_ok=True)
    choices_path().parent.write_text("in the way")
    with pytest.raises(WorkError, match=r"models\.json can't be written"):
        accept_licence(model_of(SMALL))


def test_what_was_broken_off_is_counted(a_hub: Hub) -> None:
    model = model_of(SMALL)
    accept_licence(model)
    seen: list[int] = []

    def watch(progress: GetProgress) -> None:
        seen.append(progress.done_bytes)

    a_hub.stall_after_bytes = 5_000
    with pytest.raises(Cancelled):
        get_model(model, watch, lambda: 5_000 in seen)
    (listed,) = [one for one in list_models() if one.model.id == SMALL]
    assert listed.partial_bytes == 5_000


def test_only_damaged_files_of_our_own_are_deleted(a_hub: Hub, tmp_path: Path) -> None:
    model = fetched(SMALL)
    generator, vae = (own_path(model.files[role]) for role in ("generator", "vae"))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    vae = vae.rename(elsewhere / vae.name)
    add_folder(elsewhere)
    for path in (generator, vae):
        path.write_bytes(b"?" + path.read_bytes()[1:])
    checks = verify_model(model, ignore_reading, never_cancelled)
    assert {check.path for check in checks if check.outcome == "wrong"} >= {generator}
    assert remove_damaged(checks) == (generator,)
    assert not generator.exists()
    assert vae.exists()

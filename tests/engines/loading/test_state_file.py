from __future__ import annotations

import io
import json
import os
import pickle
import struct
import zipfile
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from prismdesk.engines.errors import EngineError
from prismdesk.engines.loading.state_file import CheckpointError, read_state
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

TENSORS = {"a.weight": torch.arange(600.0).reshape(20, 30), "a.bias": torch.ones(20)}


class RunsCode:
    """Creates a file where the pickle is trusted."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.system, (f"touch {self._mark}",))


def saved_zip(path: Path, content: object = TENSORS) -> Path:
    torch.save(content, path)
    return path


def saved_old(path: Path, content: object = TENSORS) -> Path:
    torch.save(content, path, _use_new_zipfile_serialization=False)
    return path


def saved_safetensors(path: Path, content: dict[str, Tensor] | None = None) -> Path:
    save_file(TENSORS if content is None else content, path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        read_state(path)
    message = str(caught.value)
    assert path.name in message
    assert message.endswith(".")
    assert "\n" not in message
    return message


def repacked(source: Path, target: Path, compression: int, **changed: bytes) -> Path:
    """Write an archive's entries again, with other content under the last part of their names."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", compression) as new:
        for entry in old.infolist():
            content = changed.get(entry.filename.rpartition("/")[2], old.read(entry))
            new.writestr(entry.filename, content)
    return target


@pytest.mark.parametrize("save", [saved_zip, saved_old, saved_safetensors])
@pytest.mark.parametrize("name", ["x.pth", "x.safetensors", "x"])
def test_content_decides_what_a_file_is(tmp_path: Path, save: Any, name: str) -> None:
    state = read_state(save(tmp_path / name))

    assert {name: tensor.tolist() for name, tensor in state.items()} == {
        name: tensor.tolist() for name, tensor in TENSORS.items()
    }


@pytest.mark.parametrize("save", [saved_zip, saved_safetensors])
def test_tensors_are_mapped_to_the_file_and_not_copied(tmp_path: Path, save: Any) -> None:
    path = save(tmp_path / "x")

    state = read_state(path)

    assert str(path) in {mapped.path for mapped in psutil.Process().memory_maps()}
    assert state.keys() == TENSORS.keys()


@pytest.mark.parametrize("wrapper", ["generator", "state_dict", "model"])
def test_dictionaries_around_the_tensors_are_taken_off(tmp_path: Path, wrapper: str) -> None:
    path = saved_zip(tmp_path / "x.pt", {wrapper: TENSORS, "steps": 5, "optimizer": {"lr": 0.1}})

    assert read_state(path).keys() == TENSORS.keys()


@pytest.mark.parametrize("save", [saved_zip, saved_old, saved_safetensors])
def test_only_the_names_wanted_come_back(tmp_path: Path, save: Any) -> None:
    state = read_state(save(tmp_path / "x"), names=lambda name: name.endswith("bias"))

    assert list(state) == ["a.bias"]


def test_parameters_come_back_as_plain_tensors(tmp_path: Path) -> None:
    path = saved_zip(tmp_path / "x.pth", {"a": torch.nn.Parameter(torch.ones(2))})

    tensor = read_state(path)["a"]

    assert type(tensor) is Tensor
    assert not tensor.requires_grad


def test_asking_for_names_of_another_checkpoint_tells_what_it_is(tmp_path: Path) -> None:
    path = saved_safetensors(
        tmp_path / "x", {"sup_text_feat": torch.ones(1), "vfeat_extractor.cls_token": torch.ones(1)}
    )

    with pytest.raises(CheckpointError, match="it seems to be the video encoder of SelVA"):
        read_state(path, names=lambda name: name.startswith("decoder."))


@pytest.mark.parametrize("save", [saved_zip, saved_old])
def test_code_in_a_pickle_does_not_run_and_is_named(tmp_path: Path, save: Any) -> None:
    mark = tmp_path / "ran"
    path = save(tmp_path / "x.pth", {**TENSORS, "more": RunsCode(mark)})

    message = refusal(path)

    assert not mark.exists()
    assert "wants to run code" in message
    assert "system" in message


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_code_in_a_bare_pickle_does_not_run(tmp_path: Path, protocol: int) -> None:
    mark = tmp_path / "ran"
    path = tmp_path / "x.pth"
    path.write_bytes(pickle.dumps({"a": RunsCode(mark)}, protocol=protocol))

    refusal(path)

    assert not mark.exists()


@pytest.mark.parametrize("callable_name", ["builtins.eval", "torch.hub.load", "torch.load"])
def test_calls_by_name_are_refused(tmp_path: Path, callable_name: str) -> None:
    module, _, name = callable_name.rpartition(".")
    program = f"\x80\x02c{module}\n{name}\n(X\x01\x00\x00\x00atR.".encode("latin-1")
    path = repacked(
        saved_zip(tmp_path / "good"),
        tmp_path / "x.pth",
        zipfile.ZIP_STORED,
        **{"data.pkl": program},
    )

    assert f"({callable_name.removeprefix('builtins.')})" in refusal(path)


@pytest.mark.parametrize(
    "program",
    [
        b"",
        b"\x80\x02",
        b"\x80\x02}",
        b"\x80\x02.",
        b"\x80\x02K\x01.",
        b"\x80\x02(((((((.",
        b"\x80\x02X\xff\xff\xff\x7f.",
        b"\x80\x02U\x01a\x51.",
        b"\xff" * 40,
    ],
)
def test_broken_pickles_are_refused(tmp_path: Path, program: bytes) -> None:
    good = saved_zip(tmp_path / "good")
    path = repacked(good, tmp_path / "x.pth", zipfile.ZIP_STORED, **{"data.pkl": program})

    refusal(path)


def test_records_shorter_than_their_tensors_are_refused(tmp_path: Path) -> None:
    good = saved_zip(tmp_path / "good", {"a": torch.ones(3000)})
    path = repacked(good, tmp_path / "x.pth", zipfile.ZIP_STORED, **{"0": bytes(8)})

    assert "damaged" in refusal(path)


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.7, 0.98])
@pytest.mark.parametrize("save", [saved_zip, saved_old, saved_safetensors])
def test_files_cut_short_are_refused(tmp_path: Path, save: Any, kept: float) -> None:
    path = save(tmp_path / "x")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])

    assert "fetch it again" in refusal(path)


def test_safetensors_cut_short_tells_how_much_is_there(tmp_path: Path) -> None:
    path = saved_safetensors(tmp_path / "x")
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])

    assert f"{len(whole) - 100} of {len(whole)} bytes are there" in refusal(path)


@pytest.mark.parametrize("header_bytes", [2**20, 200_000_000, 2**62, 2**64 - 1])
def test_headers_of_an_impossible_length_are_refused(tmp_path: Path, header_bytes: int) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(struct.pack("<Q", header_bytes) + b'{"a":1}')

    assert "fetch it again" in refusal(path)


@pytest.mark.parametrize(
    "stated",
    [
        {"dtype": "F32", "shape": [4], "data_offsets": [0, 16000]},
        {"dtype": "F32", "shape": [4], "data_offsets": [16, 0]},
        {"dtype": "F32", "shape": [400], "data_offsets": [0, 16]},
        {"dtype": "F99", "shape": [4], "data_offsets": [0, 16]},
        {"dtype": "F32", "shape": [2**62, 2**62], "data_offsets": [0, 16]},
        {"dtype": "F32", "shape": [-4], "data_offsets": [0, 16]},
        {"dtype": "F32", "shape": [4], "data_offsets": "none"},
        7,
    ],
)
def test_headers_that_lie_are_refused(tmp_path: Path, stated: object) -> None:
    header = json.dumps({"a": stated}).encode()
    path = tmp_path / "x.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(16))

    assert "fetch it again" in refusal(path)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "empty"),
        (b"\n<!DOCTYPE html>\n<html><title>Sign in</title></html>", "web page"),
        (b"\xef\xbb\xbf<HTML></HTML>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n", "Git LFS"),
        (b"GGUF\x03\x00\x00\x00" + bytes(64), "GGUF"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"\x93NUMPY\x01\x00", "NumPy"),
        (b"\x1f\x8b\x08\x00", "packed archive"),
        (bytes(257) + b"ustar" + bytes(300), "packed archive"),
        (b'{"error": "Repository not found"}', "JSON"),
        (bytes(4096), "zeros"),
        (b"Entry not found", "text"),
        (b"\x01\x02\x03\x04" * 64, "no weight file"),
        (b"\x80", "fetch it again"),
        (b"PK\x03\x04", "fetch it again"),
    ],
)
def test_other_files_are_told_by_what_they_are(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "generator_small_16k_sup_5.pth"
    path.write_bytes(content)

    assert what in refusal(path)


def test_zip_archives_that_are_no_checkpoint_are_told_by_what_they_hold(tmp_path: Path) -> None:
    path = tmp_path / "x.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("release/readme.txt", "hello")
        archive.writestr("release/v1-16.pth", b"")

    assert "release/v1-16.pth" in refusal(path)
    assert "unpack it" in refusal(path)


def test_empty_zip_archives_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.pth"
    with zipfile.ZipFile(path, "w"):
        pass

    refusal(path)


def test_archives_packed_again_are_refused(tmp_path: Path) -> None:
    path = repacked(saved_zip(tmp_path / "good"), tmp_path / "x.pth", zipfile.ZIP_DEFLATED)

    assert "packed again" in refusal(path)


def test_programs_are_refused(tmp_path: Path) -> None:
    good = saved_zip(tmp_path / "good")
    path = tmp_path / "x.pt"
    path.write_bytes(good.read_bytes())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("good/constants.pkl", b"")

    assert "TorchScript" in refusal(path)


@pytest.mark.parametrize(
    "content", [[torch.ones(2)], {"a": 5}, {}, torch.ones(2), {3: torch.ones(2)}]
)
def test_checkpoints_without_named_tensors_are_refused(tmp_path: Path, content: object) -> None:
    assert "no tensors by name" in refusal(saved_zip(tmp_path / "x.pth", content))


def test_safetensors_without_tensors_is_refused(tmp_path: Path) -> None:
    assert "none of the tensors wanted" in refusal(saved_safetensors(tmp_path / "x", {}))


def test_missing_files_and_folders_are_named(tmp_path: Path) -> None:
    (tmp_path / "folder.pth").mkdir()

    assert "isn't there" in refusal(tmp_path / "nothing.pth")
    assert "is a folder" in refusal(tmp_path / "folder.pth")


def test_refusals_are_both_of_the_engine_and_of_the_input(tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        read_state(tmp_path / "nothing.pth")
    with pytest.raises(InputError):
        read_state(tmp_path / "nothing.pth")


def test_random_bytes_never_escape_as_anything_but_a_refusal(tmp_path: Path) -> None:
    generator = torch.Generator().manual_seed(5)
    whole = io.BytesIO()
    torch.save(TENSORS, whole)
    path = tmp_path / "x.pth"
    for _ in range(60):
        damaged = bytearray(whole.getvalue())
        for place in torch.randint(len(damaged), (40,), generator=generator).tolist():
            damaged[place] = int(torch.randint(256, (1,), generator=generator))
        path.write_bytes(damaged)
        try:
            state = read_state(path)
        except CheckpointError:
            continue
        assert all(isinstance(tensor, Tensor) for tensor in state.values())

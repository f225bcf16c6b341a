from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from prismdesk.cli import models as models_command
from prismdesk.cli.main import main
from prismdesk.engines.weights.catalogue import all_models, model_of
from prismdesk.engines.weights.places import state_of
from prismdesk.session.model_words import size_words
from tests.engines.weights.small_catalogue import small_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.engines.weights.hub_server import Hub

SMALL = "selva-small_16k"


@pytest.fixture
def a_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    with small_catalogue(monkeypatch, tmp_path / "own") as hub:
        yield hub


def test_list_json_has_an_object_for_every_model(
    a_hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in listed] == [model.id for model in all_models()]
    first = listed[0]
    assert first["family"] == "selva"
    assert first["variant"] == "small_16k"
    assert first["engine"] == "selva"
    assert first["licence_code"] == first["licence_weights"] == "unstated"
    assert first["commercial_use"] is False
    assert first["installed"] is False
    assert first["size_bytes"] == first["missing_bytes"] == model_of(SMALL).size_bytes
    assert "v1-16.pth" in first["missing"]
    assert a_hub.asked == []


@pytest.mark.parametrize("arguments", [["models"], ["models", "list"]])
def test_the_table_fits_a_terminal(
    a_hub: Hub, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len([line for line in lines if line.startswith("·")]) == len(all_models())
    assert max(map(len, lines)) <= 100


def test_show_says_who_allows_what_and_where(
    a_hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "show", "mmaudio-small_44k"]) == 0
    said = capsys.readouterr().out
    for words in (
        "CC BY-NC 4.0",
        "README of github.com/hkchengrex/MMAudio",
        "Stated: nowhere; no statement for the weights",
        "The strictest rules: non-commercial use only (CC BY-NC 4.0).",
        "region of   8 s",
        "synchformer_state_dict.pth",
        "huggingface.co/nvidia/bigvgan_v2_44khz_128band_512x: bigvgan_generator.pt",
        "sha256 ",
        "comes with PrismDesk",
    ):
        assert words in said
    assert max(map(len, said.splitlines())) <= 110


def test_show_json_names_every_file(a_hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "show", "small_16k", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [one["role"] for one in shown["files"]].count("t5") == 3
    licences = {one["id"]: one for one in shown["licences"]}
    assert not licences["selva_weights"]["is_stated"]
    assert all(licences[file["licence"]]["where"] for file in shown["files"])
    assert shown["hyper_parameters"]["rate_hz"] == 16000


def test_get_refuses_where_nobody_can_be_asked(
    a_hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["models", "get", SMALL]) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "--accept-licence" in said.err
    assert "CC BY-NC 4.0" in said.out
    assert a_hub.asked == []


def test_get_verify_remove(a_hub: Hub, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["models", "get", "small-16k", "--accept-licence"]) == 0
    said = capsys.readouterr()
    assert "SelVA small, 16 kHz is installed." in said.out
    assert "Fetching v1-16.pth …" in said.err
    assert state_of(model_of(SMALL)).is_installed
    assert main(["models", "get", SMALL]) == 0
    assert "installed already" in capsys.readouterr().out
    assert main(["models", "verify"]) == 0
    assert "ok           " in capsys.readouterr().out
    path = next((tmp_path / "own").rglob("v1-16.pth"))
    path.write_bytes(b"\0" * path.stat().st_size)
    assert main(["models", "verify", SMALL]) == 1
    assert f"WRONG        {path}" in capsys.readouterr().out
    assert main(["models", "remove", SMALL]) == 0
    assert "are free again" in capsys.readouterr().out
    assert not path.exists()
    assert main(["models", "remove", SMALL]) == 0
    assert "nothing to delete" in capsys.readouterr().out
    assert main(["models", "verify"]) == 0
    assert "nothing to verify" in capsys.readouterr().out


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("YES ", 0), ("", 130), ("n", 130)])
def test_a_terminal_is_asked(
    a_hub: Hub, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda prompt: answer)
    assert main(["models", "get", SMALL]) == code
    assert state_of(model_of(SMALL)).is_installed == (code == 0)


def test_audiox_is_asked_for_once_and_then_fetched_without_asking(
    a_hub: Hub, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return "y"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", answer)
    assert main(["models", "get", "maf"]) == 0
    said = capsys.readouterr().out
    assert "CC BY-NC 4.0" in said
    assert "The strictest rules: " in said
    assert "AudioX MAF is installed." in said
    assert main(["models", "remove", "audiox-maf"]) == 0
    assert main(["models", "get", "maf"]) == 0
    assert len(asked) == 1


def test_a_failed_fetch_is_one_sentence(a_hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    a_hub.statuses["jnwnlee/SelVA/ext_weights/v1-16.pth"] = 404
    assert main(["models", "get", SMALL, "--accept-licence"]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "prismdesk: v1-16.pth of jnwnlee/SelVA is no longer where it was published (404); get it "
        "elsewhere and name its folder with `prismdesk models add FOLDER`."
    ]


def test_a_cancelled_fetch_exits_130(a_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    a_hub.stall_after_bytes = 5000
    seen: list[int] = []
    shown = models_command._Shown.__call__

    def watch(self: models_command._Shown, now: object) -> None:
        seen.append(getattr(now, "done_bytes", 0))
        shown(self, now)  # type: ignore[arg-type]  # what is reported

    monkeypatch.setattr(models_command._Shown, "__call__", watch)
    monkeypatch.setattr(
        "prismdesk.cli.terminal.Interrupt.__call__", lambda self: bool(seen) and seen[-1] >= 5000
    )
    assert main(["models", "get", SMALL, "--accept-licence"]) == 130


def test_ctrl_c_keeps_what_was_fetched(a_hub: Hub, tmp_path: Path) -> None:
    a_hub.stall_after_bytes = 5000
    a_hub.says_size = False  # the command knows how large the published files are
    command = [sys.executable, "-m", "prismdesk", "models", "get", SMALL, "--accept-licence"]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "Fetching generator_small_16k_sup_5.pth …\n"
        deadline = time.monotonic() + 30
        while len(a_hub.gets()) == 0 and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert said == "prismdesk: Cancelled.\n"
    (partial,) = (tmp_path / "own").rglob("*.partial")
    assert partial.stat().st_size in (0, 5000)


def test_add_and_forget_a_folder(
    a_hub: Hub, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "comfy"
    folder.mkdir()
    (folder / "v1-16.pth").write_bytes(a_hub.files["jnwnlee/SelVA/ext_weights/v1-16.pth"])
    (folder / "best_netG.pt").write_bytes(b"half")
    assert main(["models", "add", str(folder)]) == 0
    said = capsys.readouterr()
    assert said.out == f"{folder} is used: 1 file in it.\n"
    assert "best_netG.pt has 4 bytes and can't be best_netG.pt" in said.err
    assert main(["models"]) == 0
    said_then = capsys.readouterr().out
    assert f"◐ {SMALL}" in said_then
    assert f"Also used: {folder}" in said_then
    assert main(["models", "remove", str(folder)]) == 0
    assert main(["models", "remove", str(folder)]) == 2
    assert "not a folder that was added" in capsys.readouterr().err


def test_broken_custom_checkpoints_are_told_beside_the_list(
    a_hub: Hub, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "own/mine"
    folder.mkdir(parents=True)
    (folder / "prismdesk-model.json").write_text("{}")
    assert main(["models", "list", "--json"]) == 0
    said = capsys.readouterr()
    assert len(json.loads(said.out)) == len(all_models())
    assert "format: field required" in said.err


@pytest.mark.parametrize("action", ["show", "get", "verify", "remove"])
def test_an_unknown_model_names_those_there_are(
    a_hub: Hub, capsys: pytest.CaptureFixture[str], action: str
) -> None:
    assert main(["models", action, "nonsense"]) == 2
    assert 'no model called "nonsense"; choose one of: selva-small_16k' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (2.42e6, "2.4 MB"),
        (629_134_576, "629 MB"),
        (999_960_000, "1.0 GB"),
        (7_243_335_100, "7.2 GB"),
        (11_309_606_763, "11 GB"),
    ],
)
def test_sizes_in_words(size_bytes: float, words: str) -> None:
    assert size_words(size_bytes) == words

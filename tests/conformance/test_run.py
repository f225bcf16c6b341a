from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch
from safetensors.torch import save_file

from tests.conformance.det_v1 import det_v1_state
from tests.conformance.run import main

if TYPE_CHECKING:
    from torch import Tensor

FOLDER = Path(__file__).parent
LENGTHS = FOLDER / "cases" / "selva.sequence--16k.safetensors"
CLIP_TEXT = FOLDER / "cases" / "selva.clip--text.safetensors"


def write_case(path: Path, tensors: dict[str, Tensor], **about: Any) -> Path:
    complete = {"config": {}, "filled": [], "call": {"op": "merged"}, "rtol": 1e-5, **about}
    save_file(tensors, path, metadata={"case": json.dumps(complete)})
    return path


def merged_linear_case(path: Path, *, off_by: float = 0.0) -> Path:
    """Write a case of its own sizes: y = x (W + 6/2 · B A)ᵀ, without bias, worked out here."""
    shapes = {"weight": (5, 7), "lora_A": (2, 7), "lora_B": (5, 2)}
    state = det_v1_state(shapes)
    weight = state["weight"].double() + 3.0 * state["lora_B"].double() @ state["lora_A"].double()
    x = torch.linspace(-1.0, 1.0, 21).reshape(3, 7)
    tensors = {
        "in.x": x,
        "out.weight": weight.float(),
        "out.y": (x.double() @ weight.T).float() + off_by,
    }
    return write_case(
        path,
        tensors,
        component="selva.lora_linear",
        config={
            "in_features": 7,
            "out_features": 5,
            "rank": 2,
            "alpha": 6.0,
            "rslora": False,
            "bias": False,
        },
        filled=[[name, list(shape)] for name, shape in shapes.items()],
    )


def lines_of(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_program_exits_with_one_where_an_output_is_out_of_tolerance(tmp_path: Path) -> None:
    command = [sys.executable, str(FOLDER / "run.py"), "--tolerance-scale", "1e-6"]

    outcome = subprocess.run(
        [*command, str(LENGTHS), str(CLIP_TEXT)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert outcome.returncode == 1, outcome.stderr
    assert outcome.stdout.splitlines()[-1] == "1 of 2 cases ok"


def test_same_cases_pass_at_their_own_tolerance() -> None:
    assert main([str(LENGTHS), str(CLIP_TEXT)]) == 0


def test_every_output_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(LENGTHS)]) == 0

    assert lines_of(capsys)[:-1] == [
        f"selva.sequence--16k  {output}  0  ok"
        for output in ("audio_samples", "clip_len", "latent_len", "sync_len", "sync_segments")
    ]


def test_a_case_elsewhere_of_other_sizes_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = merged_linear_case(tmp_path / "other sizes.safetensors")

    assert main([str(right)]) == 0
    assert lines_of(capsys)[-1] == "1 of 1 cases ok"


def test_a_wrong_expectation_fails_and_says_by_how_much(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = merged_linear_case(tmp_path / "wrong.safetensors", off_by=0.25)

    assert main([str(wrong)]) == 1

    weight, y, _ = lines_of(capsys)
    assert weight.endswith("ok")
    name, output, error, verdict = y.split("  ")
    assert (name, output, verdict) == ("wrong", "y", "FAIL")
    assert 0.01 < float(error) < 10.0


def test_a_wide_tolerance_lets_a_wrong_expectation_pass(tmp_path: Path) -> None:
    wrong = merged_linear_case(tmp_path / "wrong.safetensors", off_by=0.25)

    assert main(["--tolerance-scale", "1e7", str(wrong)]) == 0


def test_outputs_that_are_no_numbers_fail(tmp_path: Path) -> None:
    not_a_number = merged_linear_case(tmp_path / "nan.safetensors", off_by=math.nan)

    assert main(["--tolerance-scale", "1e7", str(not_a_number)]) == 1


def test_an_expected_output_that_does_not_come_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_case(
        tmp_path / "more.safetensors",
        {"in.duration": torch.tensor([8.0], dtype=torch.float64), "out.colour": torch.ones(1)},
        component="selva.sequence",
        call={"op": "lengths", "sampling_rate": 16000},
    )

    assert main([str(path)]) == 1
    assert "FAIL (not returned)" in lines_of(capsys)[0]


def test_an_output_of_another_shape_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_case(
        tmp_path / "shape.safetensors",
        {
            "in.duration": torch.tensor([8.0], dtype=torch.float64),
            "out.latent_len": torch.tensor([[250]]),
        },
        component="selva.sequence",
        call={"op": "lengths", "sampling_rate": 16000},
    )

    assert main([str(path)]) == 1
    assert "shape (1,) where (1, 1) is expected" in lines_of(capsys)[0]


def test_an_unknown_component_fails_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_case(
        tmp_path / "new.safetensors", {"out.x": torch.ones(1)}, component="selva.telepathy"
    )

    assert main([str(path)]) == 1
    assert "no component is called selva.telepathy" in lines_of(capsys)[0]


def test_a_case_without_outputs_is_no_success(tmp_path: Path) -> None:
    path = write_case(
        tmp_path / "none.safetensors",
        {"in.duration": torch.tensor([8.0], dtype=torch.float64)},
        component="selva.sequence",
        call={"op": "lengths", "sampling_rate": 16000},
    )

    assert main([str(path)]) == 1


@pytest.mark.parametrize("content", [None, b"", b"no safetensors file", bytes(100)])
def test_a_file_that_is_no_case_fails_and_the_others_are_checked(
    tmp_path: Path, content: bytes | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.safetensors"
    if content is not None:
        path.write_bytes(content)

    assert main([str(path), str(LENGTHS)]) == 1

    first, *_, last = lines_of(capsys)
    assert first.startswith("broken  -  -  FAIL (")
    assert last == "1 of 2 cases ok"


@pytest.mark.parametrize("metadata", [None, {"case": "{"}, {"case": "[]"}, {"case": "{}"}])
def test_tensors_without_a_description_fail(
    tmp_path: Path, metadata: dict[str, str] | None, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plain.safetensors"
    save_file({"out.x": torch.ones(1)}, path, metadata=metadata)

    assert main([str(path)]) == 1
    assert "holds no conformance case" in lines_of(capsys)[0]


def test_sizes_that_do_not_fit_the_tensors_fail(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_case(
        tmp_path / "misfit.safetensors",
        {"in.tokens": torch.zeros(1, 4, dtype=torch.int64), "out.hidden": torch.zeros(1, 4, 32)},
        component="selva.t5",
        call={"op": "encode"},
        config={"vocab_size": 60, "d_model": 32, "num_layers": 1, "num_heads": 4},
        filled=[["shared.weight", [60, 31]]],
    )

    assert main([str(path)]) == 1
    assert "CheckpointError: misfit doesn't fit the T5 text encoder" in lines_of(capsys)[0]

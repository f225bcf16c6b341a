"""Memory of the published checkpoints, from files of their sizes that hold nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
import torch

from prismdesk.engines.hosting.memory import (
    fitting_plan,
    ladder,
    needed_bytes,
)
from prismdesk.engines.hosting.network import Checkpoint
from prismdesk.engines.selva.memory_needs import RunSize, stage_needs
from prismdesk.engines.weights.published import published_models

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.hosting.memory import MemoryPlan

_CUDA = torch.device("cuda")
_GB = 10**9


def _checkpoint(folder: Path, model_id: str, precision: torch.dtype) -> Checkpoint:
    model = next(model for model in published_models() if model.id == model_id)
    files = {}
    for role, file in model.files.items():
        files[role] = folder / file.file_name
        if file.parts:
            files[role].mkdir()
            file, holder = file.parts[0], files[role] / "model.safetensors"
        else:
            holder = files[role]
        with holder.open("wb") as hollow:
            hollow.truncate(max(part.size_bytes for part in (file,)))
    return Checkpoint(model=model, files=files, device=_CUDA, precision=precision)


def _plan(
    folder: Path,
    model_id: str,
    free_gb: float,
    *,
    takes: int = 1,
    precision: torch.dtype = torch.bfloat16,
) -> MemoryPlan | None:
    size = RunSize(window_seconds=8.0, has_meaning=True, has_timing=True, has_known_sound=False)
    needs = stage_needs(_checkpoint(folder, model_id, precision), size)
    return fitting_plan(list(ladder(_CUDA, takes, "auto")), needs, int(free_gb * _GB))


@pytest.mark.parametrize(
    ("model_id", "free_gb"), [("mmaudio-large_44k_v2", 16), ("selva-small_16k", 8)]
)
def test_everything_stays_where_there_is_room(tmp_path: Path, model_id: str, free_gb: int) -> None:
    plan = _plan(tmp_path, model_id, free_gb)
    assert plan is not None
    assert not plan.is_offloading
    assert plan.notes == ()


@pytest.mark.parametrize(
    ("model_id", "free_gb"), [("mmaudio-large_44k", 5), ("selva-small_16k", 3)]
)
def test_less_room_offloads(tmp_path: Path, model_id: str, free_gb: int) -> None:
    plan = _plan(tmp_path, model_id, free_gb)
    assert plan is not None
    assert plan.is_offloading


def test_many_takes_are_made_singly_where_they_do_not_fit(tmp_path: Path) -> None:
    plan = _plan(tmp_path, "mmaudio-large_44k", 6, takes=40)
    assert plan is not None
    assert plan.takes_at_once == 1


def test_nothing_fits_half_a_gigabyte(tmp_path: Path) -> None:
    assert _plan(tmp_path, "selva-small_16k", 0.5) is None


def test_small_in_float32_fits_a_card_of_six_gigabytes(tmp_path: Path) -> None:
    checkpoint = _checkpoint(tmp_path, "selva-small_44k", torch.float32)
    first = next(ladder(_CUDA, 1, "auto"))
    size = RunSize(window_seconds=8.0, has_meaning=False, has_timing=True, has_known_sound=True)
    assert 3 * _GB < needed_bytes(first, stage_needs(checkpoint, size)) < 6 * _GB


@pytest.mark.parametrize("wish", ["keep", "offload"])
def test_the_users_wish_stands(wish: Literal["keep", "offload"]) -> None:
    for plan in ladder(_CUDA, 2, wish):
        assert plan.is_offloading == (wish == "offload")

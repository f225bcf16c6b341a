from __future__ import annotations

import os
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.training.determinism import repeatable

if TYPE_CHECKING:
    import pytest


def test_graphics_card_s_routines_are_chosen_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {})

    with repeatable(torch.device("cuda")):
        assert torch.are_deterministic_algorithms_enabled()
        assert torch.is_deterministic_algorithms_warn_only_enabled()
        assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"

    assert not torch.are_deterministic_algorithms_enabled()


def test_processor_s_routines_stay_as_they_are() -> None:
    with repeatable(torch.device("cpu")):
        assert not torch.are_deterministic_algorithms_enabled()

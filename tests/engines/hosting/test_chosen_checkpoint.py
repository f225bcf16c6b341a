from __future__ import annotations

import pytest
import torch

from prismdesk.engines.errors import UnsupportedError
from prismdesk.engines.hosting.chosen_checkpoint import chosen_checkpoint
from tests.engines.selva.asking import SELVA

pytestmark = pytest.mark.usefixtures("small_models")


def test_the_device_and_numbers_are_those_asked_for() -> None:
    checkpoint = chosen_checkpoint("selva", SELVA, device="cpu", precision="bf16")
    assert checkpoint.model.id == SELVA
    assert set(checkpoint.files) == set(checkpoint.model.files)
    assert (checkpoint.device.type, checkpoint.precision) == ("cpu", torch.bfloat16)
    assert chosen_checkpoint("selva", SELVA, device="cpu").precision == torch.float32


def test_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnsupportedError, match="no device"):
        chosen_checkpoint("selva", SELVA, device="cuda:77")

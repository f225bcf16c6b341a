from __future__ import annotations

import pytest
import torch

from prismdesk.engines.errors import UnsupportedError
from prismdesk.engines.hosting.device import choose_device, choose_precision, name_of


@pytest.mark.parametrize(("has_bf16", "expected"), [(True, "bf16"), (False, "fp16")])
def test_a_card_that_only_imitates_bf16_gets_fp16(
    has_bf16: bool, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def supports(including_emulation: bool = True) -> bool:
        return including_emulation or has_bf16

    monkeypatch.setattr(torch.cuda, "is_bf16_supported", supports)
    assert name_of(choose_precision("auto", torch.device("cuda"))) == expected


@pytest.mark.parametrize("device", ["cpu", "mps"])
def test_elsewhere_numbers_stay_whole_unless_asked(device: str) -> None:
    assert choose_precision("auto", torch.device(device)) == torch.float32
    assert choose_precision("fp16", torch.device(device)) == torch.float16


@pytest.mark.parametrize("wish", ["cuda:99", "tpu", "xpu"])
def test_a_device_that_is_not_there_is_told_with_what_to_choose(wish: str) -> None:
    with pytest.raises(UnsupportedError, match="choose auto"):
        choose_device(wish)

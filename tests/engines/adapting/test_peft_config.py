from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.peft_config import CONFIG_NAME, PeftScaling, read_peft_config

if TYPE_CHECKING:
    from pathlib import Path


def a_file(folder: Path, content: bytes) -> Path:
    path = folder / "planks" / CONFIG_NAME
    path.parent.mkdir()
    path.write_bytes(content)
    return path


def read(folder: Path, **said: Any) -> PeftScaling:
    config = {"peft_type": "LORA", "lora_alpha": 6} | said
    return read_peft_config(a_file(folder, json.dumps(config).encode()))


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(AdapterFileError) as caught:
        read_peft_config(a_file(folder, content))
    message = str(caught.value)
    assert message.startswith(f"planks/{CONFIG_NAME} ")
    assert "\n" not in message
    return message


def test_the_scale_is_read(tmp_path: Path) -> None:
    scaling = read(tmp_path, use_rslora=True, base_model_name_or_path="selva-small_16k")
    assert (scaling.alpha, scaling.rank_stabilised) == (6.0, True)
    assert scaling.base_name == "selva-small_16k"


def test_what_is_not_said_is_usual(tmp_path: Path) -> None:
    scaling = read(tmp_path, base_model_name_or_path=None, alpha_pattern=None)
    assert scaling == PeftScaling(alpha=6.0, alpha_pattern={}, rank_stabilised=False)


def test_alphas_by_name_count_for_the_layers_they_end(tmp_path: Path) -> None:
    scaling = read(tmp_path, alpha_pattern={"attn.qkv": 3, "blocks.1.w1": 4.5})
    assert scaling.alpha_of("blocks.0.attn.qkv") == 3.0
    assert scaling.alpha_of("attn.qkv") == 3.0
    assert scaling.alpha_of("blocks.1.w1") == 4.5
    assert scaling.alpha_of("blocks.0.my_attn.qkv") == 6.0
    assert scaling.alpha_of("blocks.0.attn.qkv.more") == 6.0


@pytest.mark.parametrize("alpha", [None, "8", True, 0, -2, float("inf"), float("nan"), [8]])
def test_an_alpha_that_scales_nothing_is_refused(tmp_path: Path, alpha: object) -> None:
    assert "lora_alpha" in refusal(tmp_path, json.dumps({"lora_alpha": alpha}).encode())


@pytest.mark.parametrize("pattern", ["(.*)qkv", "blocks.[0-3].w", "^attn", ""])
def test_alphas_by_expressions_are_refused(tmp_path: Path, pattern: str) -> None:
    said = {"lora_alpha": 6, "alpha_pattern": {pattern: 3}}
    assert "patterns" in refusal(tmp_path, json.dumps(said).encode())


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"peft_type": "IA3"}, "IA3"),
        ({"init_lora_weights": "pissa_niter_16"}, "pissa"),
        ({"init_lora_weights": "OLoRA"}, "olora"),
        ({"use_dora": True}, "use_dora"),
        ({"use_something_new": True}, "use_something_new"),
        ({"fan_in_fan_out": True}, "fan_in_fan_out"),
        ({"lora_bias": True}, "lora_bias"),
        ({"bias": "lora_only"}, "bias"),
        ({"modules_to_save": ["head"]}, "modules_to_save"),
        ({"layer_replication": [[0, 4]]}, "layer_replication"),
    ],
    ids=str,
)
def test_what_cannot_be_applied_is_refused_by_its_name(
    tmp_path: Path, said: dict[str, object], named: str
) -> None:
    assert named in refusal(tmp_path, json.dumps({"lora_alpha": 6} | said).encode())


def test_what_is_switched_off_stands_against_nothing(tmp_path: Path) -> None:
    off = {"use_dora": False, "bias": "none", "modules_to_save": None, "init_lora_weights": True}
    assert read(tmp_path, **off).alpha == 6.0


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "is damaged" in refusal(tmp_path, content)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    assert "too large" in refusal(tmp_path, b" " * 4_000_001)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(AdapterFileError, match=f"{CONFIG_NAME} can't be read"):
        read_peft_config(tmp_path / CONFIG_NAME)

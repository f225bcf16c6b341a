from __future__ import annotations

import json
import os
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import torch
from safetensors.torch import save_file

from prismdesk.engines.adapting.facts import AdapterFileError, content_sha256, facts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

LAYER = "joint_blocks.0.latent_block.attn.qkv"
FLAT = "lora_unet_joint_blocks_0_latent_block_attn_qkv"
A, B = torch.arange(32.0).reshape(4, 8) / 9, torch.arange(96.0).reshape(24, 4) / 7
OURS = {f"{LAYER}.lora_A.weight": A, f"{LAYER}.lora_B.weight": B, f"{LAYER}.alpha": torch.tensor(8)}
KOHYA = {
    f"{FLAT}.lora_down.weight": A,
    f"{FLAT}.lora_up.weight": B,
    f"{FLAT}.alpha": torch.tensor(2.0, dtype=torch.bfloat16),
}
PEFT = {
    f"base_model.model.{LAYER}.lora_A.weight": A,
    f"base_model.model.{LAYER}.lora_B.weight": B,
}
TORCH = {f"{LAYER}.lora_A": A, f"{LAYER}.lora_B": B}
PISSA = {**TORCH, f"{LAYER}.linear.weight": B @ A, f"{LAYER}.linear.bias": torch.zeros(24)}


def _safetensors(path: Path, tensors: dict[str, Tensor], **metadata: str) -> Path:
    save_file({name: one.clone().contiguous() for name, one in tensors.items()}, path, metadata)
    return path


def _peft(folder: Path, tensors: dict[str, Tensor] | None = None, **config: Any) -> Path:
    folder.mkdir(exist_ok=True)
    _safetensors(folder / "adapter_model.safetensors", tensors or PEFT)
    said = {"peft_type": "LORA", "r": 4, "lora_alpha": 6, "use_rslora": False} | config
    (folder / "adapter_config.json").write_text(json.dumps(said))
    return folder


def _torch(path: Path, content: object) -> Path:
    torch.save(content, path)
    return path


@pytest.mark.parametrize(
    ("make", "form", "kind", "alpha"),
    [
        (lambda d: _safetensors(d / "a.safetensors", OURS), "safetensors", "low-rank", 8.0),
        (lambda d: _safetensors(d / "a.safetensors", KOHYA), "kohya", "low-rank", 2.0),
        (lambda d: _peft(d / "a"), "peft", "low-rank", 6.0),
        (lambda d: _peft(d / "a") / "adapter_model.safetensors", "peft", "low-rank", 6.0),
        (
            lambda d: _torch(d / "a.pt", {"state_dict": PISSA, "meta": {"alpha": 16, "rank": 4}}),
            "torch",
            "residual-base",
            16.0,
        ),
        (lambda d: _torch(d / "a.pt", TORCH), "torch", "low-rank", None),
        (lambda d: _safetensors(d / "a.safetensors", TORCH), "safetensors", "low-rank", None),
        (
            lambda d: _safetensors(d / "a.safetensors", TORCH, ss_network_alpha="3.5"),
            "safetensors",
            "low-rank",
            3.5,
        ),
    ],
)
def test_every_form_is_told(
    tmp_path: Path, make: Callable[[Path], Path], form: str, kind: str, alpha: float | None
) -> None:
    facts = facts_of(make(tmp_path))
    assert (facts.format, facts.kind, facts.alpha) == (form, kind, alpha)
    assert (facts.rank, facts.layers, facts.family) == (4, (LAYER,), "selva")
    assert facts.is_alpha_stated is (alpha is not None)


def test_a_torch_file_says_what_it_was_trained_by(tmp_path: Path) -> None:
    meta = {"variant": "small_16k", "alpha": 32, "rank": 4, "use_rslora": True, "target": ["qkv"]}
    facts = facts_of(_torch(tmp_path / "a.pt", {"state_dict": TORCH, "meta": meta}))
    assert facts.base_model == "selva-small_16k"
    assert facts.rank_stabilised
    assert facts.training == {"alpha": 32, "rank": 4, "use_rslora": True, "target": ["qkv"]}


def test_an_alpha_of_0_says_nothing(tmp_path: Path) -> None:
    facts = facts_of(_torch(tmp_path / "a.pt", {"state_dict": TORCH, "meta": {"alpha": 0}}))
    assert not facts.is_alpha_stated


def test_metadata_of_modelspec_and_trainers_are_read(tmp_path: Path) -> None:
    facts = facts_of(
        _safetensors(
            tmp_path / "a.safetensors",
            OURS,
            **{
                "modelspec.title": "Old\x07 planks",
                "modelspec.license": "CC0-1.0",
                "modelspec.trigger_phrase": "planks",
                "modelspec.tags": "wood, , floor",
                "ss_output_name": "planks_v2",
            },
        )
    )
    assert (facts.title, facts.licence, facts.trigger) == ("Old planks", "CC0-1.0", "planks")
    assert facts.tags == ("wood", "floor")


def test_content_is_the_same_whatever_is_said_of_it(tmp_path: Path) -> None:
    one = _safetensors(tmp_path / "a.safetensors", OURS, title="a")
    other = _safetensors(tmp_path / "b.safetensors", dict(reversed(OURS.items())), x="y" * 999)
    changed = _safetensors(tmp_path / "c.safetensors", OURS | {f"{LAYER}.alpha": torch.tensor(9)})
    assert content_sha256(one) == content_sha256(other) != content_sha256(changed)


def test_alpha_counts_for_the_content_where_it_lies_beside_the_tensors(tmp_path: Path) -> None:
    assert content_sha256(_peft(tmp_path / "a")) == content_sha256(_peft(tmp_path / "b"))
    assert content_sha256(_peft(tmp_path / "a")) != content_sha256(
        _peft(tmp_path / "c", lora_alpha=7)
    )
    files = [
        _torch(tmp_path / f"{alpha}.pt", {"state_dict": TORCH, "meta": {"alpha": alpha}})
        for alpha in (4, 8)
    ]
    assert content_sha256(files[0]) != content_sha256(files[1])


def test_a_transposed_tensor_of_a_torch_file_is_read_as_it_is_meant(tmp_path: Path) -> None:
    one = _torch(tmp_path / "a.pt", TORCH)
    turned = _torch(tmp_path / "b.pt", TORCH | {f"{LAYER}.lora_B": B.T.contiguous().T})
    assert content_sha256(one) == content_sha256(turned)


_RUN = Path(tempfile.gettempdir()) / "prismdesk-adapter-was-run"


class _Evil:
    def __reduce__(self) -> tuple[Callable[..., object], tuple[str]]:
        return os.system, (f"touch {_RUN}",)


def _foreign(name: str) -> dict[str, Tensor]:
    return {f"{name}.lora_down.weight": A, f"{name}.lora_up.weight": B, f"{name}.alpha": A[0, 1]}


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda d: d / "nothing.safetensors", "isn't there"),
        (lambda d: _bytes(d, b""), "is empty"),
        (lambda d: _bytes(d, b"<!DOCTYPE html><html>"), "web page"),
        (lambda d: _bytes(d, b"version https://git-lfs.github.com/spec/v1\n"), "Git LFS pointer"),
        (lambda d: _bytes(d, b"GGUF\x03\0\0\0" + bytes(99)), "GGUF"),
        (lambda d: _bytes(d, b"\x80\x02}q\x00."), "older kind"),
        (lambda d: _torch(d / "a.pt", {"state_dict": {"a": _Evil()}}), "run code .*system"),
        (lambda d: _torch(d / "a.pt", TORCH | {"x": _Evil()}), "run code .*system"),
        (lambda d: _torch(d / "a.pt", [A]), "no tensors by name"),
        (lambda d: _safetensors(d / "a", {"conv_pre.weight_g": A}), "is the vocoder"),
        (lambda d: _safetensors(d / "a", {"some.weight": A}), "no adapter"),
        (lambda d: _safetensors(d / "a", OURS | {"x.weight": A}), "holds x.weight"),
        (
            lambda d: _safetensors(d / "a", _foreign("lora_unet_down_blocks_0_attentions_0_proj")),
            "made for Stable Diffusion",
        ),
        (lambda d: _safetensors(d / "a", _foreign("lora_unet_double_blocks_0_img")), "for Flux"),
        (
            lambda d: _safetensors(
                d / "a", _foreign("base_model.model.model.layers.0.self_attn.q_proj")
            ),
            "a language model",
        ),
        (lambda d: _safetensors(d / "a", _foreign("some.thing")), "another model .*some.thing"),
        (
            lambda d: _safetensors(d / "a", _foreign("x"), ss_base_model_version="sdxl_base_v1-0"),
            "Stable Diffusion XL",
        ),
        (lambda d: _safetensors(d / "a", OURS | {f"{LAYER}.dora_scale": A}), "DoRA"),
        (lambda d: _safetensors(d / "a", {f"{LAYER}.lora_A.weight": A}), "lacks the half B"),
        (
            lambda d: _safetensors(d / "a", OURS | {f"{LAYER}.lora_B.weight": B.T}),
            "don't fit each other",
        ),
        (
            lambda d: _safetensors(d / "a", OURS | {f"{LAYER}.alpha": torch.tensor(-1.0)}),
            "no number above 0",
        ),
        (
            lambda d: _safetensors(d / "a", OURS | {f"{LAYER}.lora_A.weight": A * torch.inf}),
            "no numbers",
        ),
        (
            lambda d: _safetensors(
                d / "a", OURS | {f"{LAYER}.lora_B.weight": (B / 0).nan_to_num(1).bfloat16() / 0}
            ),
            "no numbers",
        ),
        (lambda d: _safetensors(d / "a", OURS | {f"{LAYER}.lora_A.weight": A.int()}), "whole"),
        (
            lambda d: _torch(d / "a.pt", {"state_dict": TORCH, "meta": {"rank": 16, "alpha": 4}}),
            "says rank 16",
        ),
        (
            lambda d: _torch(d / "a.pt", {"state_dict": TORCH, "meta": {"alpha": -4}}),
            "alpha is -4",
        ),
        (lambda d: _peft(d / "a", use_dora=True), "use_dora"),
        (lambda d: _peft(d / "a", bias="all"), "bias"),
        (lambda d: _peft(d / "a", peft_type="IA3"), "IA3"),
        (lambda d: _peft(d / "a", init_lora_weights="pissa_niter_4"), "changed base"),
        (lambda d: _peft(d / "a", lora_alpha=None), "lora_alpha"),
        (lambda d: _peft(d / "a", alpha_pattern={"(.*)qkv": 3}), "patterns"),
        (lambda d: d, "lacks adapter_config.json"),
    ],
)
def test_what_is_no_adapter_is_refused_in_one_sentence(
    tmp_path: Path, make: Callable[[Path], Path], told: str
) -> None:
    with pytest.raises(AdapterFileError, match=told) as refused:
        facts_of(make(tmp_path))
    message = str(refused.value)
    assert message.endswith(".")
    assert ". " not in message.replace("e.g. ", "")
    assert not _RUN.exists()


def _bytes(folder: Path, data: bytes) -> Path:
    path = folder / "a.safetensors"
    path.write_bytes(data)
    return path


def _header(stated: object, data: bytes = b"") -> bytes:
    header = stated if isinstance(stated, bytes) else json.dumps(stated).encode()
    return len(header).to_bytes(8, "little") + header + data


def _place(first: int, last: int, *, dtype: str = "F32", shape: object = (1,)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": [first, last]}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (_header({"a": _place(0, 4)}, b"1234")[:20], "past its end"),
        (_header({"a": _place(0, 4)}, b"12"), "cut short: 2 of 4"),
        (_header({"a": _place(0, 4)}, b"123456"), "belong to no tensor"),
        (_header({"a": _place(0, 4), "b": _place(2, 6)}, b"123456"), "overlap"),
        (_header({"a": _place(0, 4), "b": _place(8, 12)}, b"1" * 12), "overlap or leave gaps"),
        (_header({"a": _place(0, 4, shape=[2**62, 4])}, b"1234"), "another size"),
        (_header({"a": _place(-4, 0)}, b"1234"), "whole number"),
        (_header({"a": _place(0, 4, shape=[1.0])}, b"1234"), "whole number"),
        (_header({"a": _place(0, 4, dtype="F8_E4M3", shape=[4])}, b"1234"), "type 'F8_E4M3'"),
        (_header(b'{"a": 1, "a": 2}'), "twice"),
        (_header({"a": 5}), "header can't be read"),
        (_header({"__metadata__": {"a": 5}}), "texts"),
        (_header(b"{" * 9000), "header can't be read"),
        ((2**63).to_bytes(8, "little") + b"{}", "past its end"),
    ],
)
def test_headers_are_believed_nothing(tmp_path: Path, data: bytes, told: str) -> None:
    with pytest.raises(AdapterFileError, match=told):
        facts_of(_bytes(tmp_path, data))


def test_an_archive_packed_again_or_with_doubles_is_refused(tmp_path: Path) -> None:
    good = _torch(tmp_path / "a.pt", TORCH)
    packed = tmp_path / "b.pt"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    with pytest.raises(AdapterFileError, match="damaged"):
        facts_of(packed)


def test_learned_words_are_told(tmp_path: Path) -> None:
    facts = facts_of(_safetensors(tmp_path / "w.safetensors", {"words.vectors": A}))
    assert (facts.kind, facts.is_alpha_stated, facts.layers) == ("words", True, ())

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch
from peft import (
    LoraConfig,
    get_peft_model,
    inject_adapter_in_model,
    set_peft_model_state_dict,
)
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.facts import facts_of
from prismdesk.engines.adapting.read import changed_bytes, read_adapter, read_tensors
from prismdesk.engines.adapting.write import AdapterDescription, write_adapter, write_tensors
from prismdesk.engines.nets.adapter_stack import AdapterStack
from prismdesk.engines.nets.low_rank import Adapter, LowRank

if TYPE_CHECKING:
    from pathlib import Path

ABOUT = AdapterDescription(
    title="Old planks",
    description="Steps on wood.",
    author="A. Foley",
    licence="CC0-1.0",
    sound_from="own recordings",
    trigger="planks",
    negative="music",
    tags=("wood", "steps"),
    strength=0.8,
    family="selva",
    base_model="selva-small_16k",
    base_sha256="ab" * 32,
    training={"steps": 2000, "lr": 1e-4, "seed": 42},
)
LINEAR, CONV = "fused_blocks.0.attn.qkv", "fused_blocks.0.linear1"


class _Net(nn.Module):
    """Layers under names of the generator's."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(5)
        block = nn.Module()
        block.attn = nn.Module()
        block.attn.qkv = nn.Linear(6, 10)
        block.linear1 = nn.Conv1d(6, 8, 3, padding=1)
        self.fused_blocks = nn.ModuleList([block])

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return self.get_submodule(LINEAR)(x), self.get_submodule(CONV)(x.mT)


def _adapter() -> Adapter:
    random = torch.Generator().manual_seed(3)

    def some(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=random)

    return Adapter(
        name="planks",
        layers={
            LINEAR: LowRank(down=some(2, 6), up=some(10, 2), scale=1.5),
            CONV: LowRank(down=some(4, 6, 3), up=some(8, 4, 1), scale=0.5),
        },
    )


def _merged(adapter: Adapter, strength: float = 1.0) -> dict[str, torch.Tensor]:
    net = _Net()
    AdapterStack(net).set([(adapter, strength)])
    return net.state_dict()


def _same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.allclose(one[name], other[name], atol=1e-6) for name in one)


@pytest.mark.parametrize("form", ["safetensors", "peft"])
def test_what_is_written_reads_back_with_all_that_is_known(tmp_path: Path, form: str) -> None:
    path = tmp_path / "planks.safetensors"
    write_adapter(path, _adapter(), description=ABOUT, form=form)  # type: ignore[arg-type]  # both are tried
    stored = read_adapter(path)
    assert _same(_merged(stored.adapter), _merged(_adapter()))
    facts = stored.facts
    assert (facts.title, facts.trigger, facts.negative) == ("Old planks", "planks", "music")
    assert (facts.tags, facts.strength) == (("wood", "steps"), 0.8)
    assert (facts.base_model, facts.base_sha256) == ("selva-small_16k", "ab" * 32)
    assert facts.sound_from == "own recordings"
    assert facts.training == {"steps": 2000, "lr": 1e-4, "seed": 42}
    assert (facts.rank, facts.alpha, facts.family) == (4, 2.0, "selva")
    assert facts.created_utc
    assert list(tmp_path.iterdir()) == [path]
    assert changed_bytes(path, 4) == 4 * (6 * 10 + 8 * 6 * 3)


def test_other_programs_find_their_keys(tmp_path: Path) -> None:
    path = tmp_path / "planks.safetensors"
    write_adapter(path, _adapter(), description=ABOUT)
    with safe_open(path, "pt") as file:
        said = file.metadata()
    assert said["modelspec.sai_model_spec"] == "1.0.0"
    assert said["modelspec.title"] == "Old planks"
    assert said["modelspec.architecture"] == "selva-small_16k/lora"
    assert said["modelspec.hash_sha256"].startswith("0x")
    assert (said["ss_network_dim"], said["ss_network_alpha"]) == ("4", "2")
    assert said["ss_learning_rate"] == "0.0001"


def test_peft_reads_the_folder_back(tmp_path: Path) -> None:
    folder = tmp_path / "planks"
    write_adapter(folder, _adapter(), description=ABOUT, form="peft")
    net = _Net()
    config = LoraConfig.from_pretrained(str(folder))
    inject_adapter_in_model(config, net)
    state = load_file(folder / "adapter_model.safetensors")
    result: Any = set_peft_model_state_dict(net, state)
    assert not result.unexpected_keys
    x = torch.randn(2, 5, 6, generator=torch.Generator().manual_seed(1))
    plain = _Net()
    AdapterStack(plain).set([(_adapter(), 1.0)])
    with torch.no_grad():
        for ours, theirs in zip(plain(x), net(x), strict=True):
            assert torch.allclose(ours, theirs, atol=1e-5)


def test_a_folder_that_peft_wrote_reads(tmp_path: Path) -> None:
    net = get_peft_model(
        _Net(),
        LoraConfig(r=2, lora_alpha=3, use_rslora=True, target_modules=["qkv", "linear1"]),
    )
    random = torch.Generator().manual_seed(2)
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if "lora_B" in name:
                parameter.copy_(torch.randn(parameter.shape, generator=random))
    net.save_pretrained(str(tmp_path / "theirs"))
    stored = read_adapter(tmp_path / "theirs")
    assert stored.facts.rank_stabilised
    x = torch.randn(2, 5, 6, generator=torch.Generator().manual_seed(1))
    plain = _Net()
    AdapterStack(plain).set([(stored.adapter, 1.0)])
    with torch.no_grad():
        for ours, theirs in zip(plain(x), net(x), strict=True):
            assert torch.allclose(ours, theirs, atol=1e-5)


def test_flattened_names_are_those_of_the_layers(tmp_path: Path) -> None:
    state: dict[str, torch.Tensor] = {}
    for name, layer in _adapter().layers.items():
        flat = f"lora_unet_{name.replace('.', '_')}"
        state |= {
            f"{flat}.lora_down.weight": layer.down,
            f"{flat}.lora_up.weight": layer.up,
            f"{flat}.alpha": torch.tensor(layer.scale * layer.rank),
        }
    save_file(state, tmp_path / "k.safetensors")
    assert _same(_merged(read_adapter(tmp_path / "k.safetensors").adapter), _merged(_adapter()))


def test_a_file_without_alpha_needs_one_from_the_user(tmp_path: Path) -> None:
    path = tmp_path / "bare.pt"
    layer = _adapter().layers[LINEAR]
    torch.save({f"{LINEAR}.lora_A": layer.down, f"{LINEAR}.lora_B": layer.up}, path)
    with pytest.raises(AdapterFileError, match=r"doesn't state its alpha.*rank, 2"):
        read_adapter(path)
    assert read_adapter(path, alpha=3.0).adapter.layers[LINEAR].scale == 1.5
    assert not facts_of(path).is_alpha_stated


def test_a_stated_alpha_counts_more_than_a_given_one(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    write_adapter(path, _adapter(), description=ABOUT)
    assert read_adapter(path, alpha=99.0).adapter.layers[LINEAR].scale == 1.5


def test_a_failed_write_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "planks.safetensors"
    write_adapter(path, _adapter(), description=ABOUT)
    before = path.read_bytes()

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", refuse)
    with pytest.raises(AdapterFileError, match="No space left"):
        write_adapter(path, _adapter(), description=AdapterDescription())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_words_are_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "words.safetensors"
    vectors = torch.randn(4, 8)
    write_tensors(path, {"words.vectors": vectors}, description=ABOUT, kind="words")
    stored = read_tensors(path)
    assert torch.equal(stored.tensors["words.vectors"], vectors)
    assert (stored.facts.kind, stored.facts.title) == ("words", "Old planks")
    with pytest.raises(AdapterFileError, match="choose a LoRA"):
        read_adapter(path)

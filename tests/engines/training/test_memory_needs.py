from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.contract import DeviceMemory
from prismdesk.engines.errors import OutOfMemoryError
from prismdesk.engines.nets.bigvgan import BigVgan
from prismdesk.engines.nets.bigvgan_config import BigVganConfig
from prismdesk.engines.training import memory_check
from prismdesk.engines.training.block_checkpointing import recompute_blocks
from prismdesk.engines.training.memory_needs import (
    GB,
    VocoderSize,
    advice,
    needed_bytes,
    refusal,
    trained_size,
    what_would_fit,
)
from prismdesk.engines.training.options import default_options, from_mapping
from prismdesk.engines.weights.catalogue import model_of

if TYPE_CHECKING:
    from torch import Tensor

DEFAULTS = default_options("selva")
VOCODER = default_options("selva", "vocoder")


@pytest.mark.parametrize(("batch", "published_gb"), [(1, 9), (4, 12), (8, 15), (16, 20)])
def test_large_model_takes_what_is_published(batch: int, published_gb: int) -> None:
    size = trained_size(model_of("mmaudio-large_44k"))
    options = from_mapping({"batch": batch}, start=DEFAULTS)

    assert needed_bytes(size, options) / GB == pytest.approx(published_gb, abs=1.0)


@pytest.mark.parametrize("variant", ["selva-small_16k", "selva-small_44k"])
def test_small_models_fit_cards_of_8_gb(variant: str) -> None:
    assert refusal(model_of(variant), DEFAULTS, int(7.2 * GB)) == ""


@pytest.mark.parametrize(
    "changes",
    [{"batch": 8}, {"rank": 128}, {"gradient_checkpointing": False}],
)
def test_more_work_takes_more(changes: dict[str, int]) -> None:
    size = trained_size(model_of("audiox-base"))
    less = from_mapping({"gradient_checkpointing": True}, start=default_options("audiox"))
    more = from_mapping(changes, start=less)

    assert needed_bytes(size, more) > needed_bytes(size, less)
    assert needed_bytes(size, less, is_half=False) > needed_bytes(size, less)


def test_refusal_says_what_would_fit() -> None:
    model = model_of("mmaudio-large_44k")
    options = from_mapping({"batch": 16}, start=DEFAULTS)

    sentence = refusal(model, options, 12 * GB)

    assert "about 20" in sentence
    assert "12.0 GB are free" in sentence
    assert "choose a batch of 4 with accumulation 4" in sentence
    fitting = what_would_fit(trained_size(model), options, 12 * GB)
    assert fitting is not None
    assert refusal(model, fitting, 12 * GB) == ""


def test_saving_memory_is_advised_where_a_smaller_batch_is_not_enough() -> None:
    size = trained_size(model_of("mmaudio-large_44k"))
    options = from_mapping({"batch": 1}, start=DEFAULTS)

    assert "gradient_checkpointing" in advice(size, options, int(8.5 * GB))
    assert "smaller model" in advice(size, options, 4 * GB)
    assert "close what else" in advice(size, options, 40 * GB)


def test_learned_words_take_what_an_adapter_does_but_for_what_learns() -> None:
    model, words = model_of("mmaudio-large_44k"), default_options("selva", "words")
    need = needed_bytes(trained_size(model, "words"), words)

    assert need == needed_bytes(trained_size(model), replace(words, rank=64))
    assert 0.95 < need / needed_bytes(trained_size(model), DEFAULTS) < 1.0
    assert refusal(model, words, 10 * GB).startswith(
        "Learning words for MMAudio large, 44.1 kHz with a batch of 4 takes about 11.3 GB of the "
        "graphics card, where 10.0 GB are free; choose a batch of 2 with accumulation 2"
    )


def test_a_vocoder_says_what_would_fit() -> None:
    model = model_of("mmaudio-large_44k")
    whole = replace(VOCODER, vocoder_scope="all")

    assert refusal(model, VOCODER, 12 * GB) == ""
    assert refusal(model, VOCODER, 5 * GB) == (
        "Tuning the vocoder of MMAudio large, 44.1 kHz with a batch of 2 takes about 10.1 GB of "
        "the graphics card, where 5.0 GB are free; choose saving memory switched on "
        "(gradient_checkpointing), which takes about 4.2 GB."
    )
    assert "tune the alphas alone (vocoder_scope)" in refusal(model, whole, 5 * GB)
    assert refusal(model, VOCODER, 3 * GB).endswith("or train on the processor.")
    smaller = model_of("mmaudio-small_44k")
    size = trained_size(model, "vocoder")
    assert trained_size(smaller, "vocoder") == size


@pytest.mark.parametrize(
    ("scope", "saves_memory"), [("alphas", False), ("all", False), ("alphas", True)]
)
def test_what_a_vocoder_keeps_is_as_estimated(scope: str, saves_memory: bool) -> None:
    config = BigVganConfig(
        num_mels=8,
        upsample_rates=(4, 4, 2),
        upsample_kernel_sizes=(8, 8, 4),
        upsample_initial_channel=64,
    )
    stages = (64 * 4 * 32, 64 * 16 * 16, 64 * 32 * 8)
    size = VocoderSize(
        numbers=0,
        beside_bytes=0,
        vectors=sum(stages),
        widest=max(stages),
        activations=18,
        in_block=6,
    )
    options = replace(VOCODER, vocoder_scope=scope, gradient_checkpointing=saves_memory, batch=1)
    estimated = needed_bytes(size, options) - needed_bytes(
        replace(size, vectors=0, widest=0), options
    )

    assert estimated == pytest.approx(kept_by(config, scope, saves_memory=saves_memory), rel=0.1)


def kept_by(config: BigVganConfig, scope: str, *, saves_memory: bool) -> int:
    """Return the bytes that a vocoder keeps until the way back, for one pair."""
    with torch.device("meta"):
        vocoder = BigVgan(config)
    vocoder.finish()
    vocoder.to_empty(device="cpu")
    for name, parameter in vocoder.named_parameters():
        parameter.data.zero_()
        parameter.requires_grad_(scope == "all" or name.endswith(".alpha"))
    own = {parameter.untyped_storage()._cdata for parameter in vocoder.parameters()}
    kept: dict[int, int] = {}
    most_in_block = 0

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage._cdata not in own:
            kept[storage._cdata] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        if saves_memory:
            widest = torch.zeros(1, 16, 64 * 16, requires_grad=True)
            held = vocoder.resblocks[5](widest, lambda snake, x: snake.plain(x))
            most_in_block = sum(kept.values())
            del held
            kept.clear()
            recompute_blocks(vocoder.resblocks)
        held = vocoder.plain(torch.zeros(1, config.num_mels, 64))
    return sum(kept.values()) + most_in_block


@pytest.mark.parametrize("method", ["lora", "words", "vocoder"])
def test_a_run_that_does_not_fit_is_refused_before_anything_is_loaded(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = DeviceMemory(device="a card", used_bytes=13 * GB, total_bytes=16 * GB)
    monkeypatch.setattr(memory_check, "device_memory", lambda _: memory)
    options = replace(default_options("selva", method), precision="fp32")
    model, card = model_of("mmaudio-large_44k"), torch.device("cuda")

    with pytest.raises(OutOfMemoryError, match=r"where 3\.0 GB are free; \w+") as refused:
        memory_check.check_memory(model, options, card)

    assert refused.value.free_bytes == 3 * GB
    memory_check.check_memory(model, options, torch.device("cpu"))

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.engines.nets.synchformer import (
    SynchformerConfig,
    cut_segments,
    synchformer_checkpoint,
)
from prismdesk.engines.selva.text_synchformer import (
    TextSynchformer,
    TextSynchformerConfig,
    text_synchformer_checkpoint,
)
from tests.engines.nets.test_synchformer import film, published_tensors

TINY = TextSynchformerConfig(
    img_size=32, embed_dim=24, depth=1, num_heads=3, text_dim=10, num_sup_tokens=2, xattn_depth=2
)


@pytest.fixture
def network() -> TextSynchformer:
    torch.manual_seed(0)
    network = TextSynchformer(TINY).requires_grad_(requires_grad=False).eval()
    for parameter in network.parameters():
        parameter.copy_(torch.randn_like(parameter) / max(1, parameter[0].numel()) ** 0.5)
    return network


def words(count: int, batch: int = 1) -> Tensor:
    return torch.randn(batch, count, TINY.text_dim)


def test_published_file_fills_the_network() -> None:
    state = published_tensors("selva.video-encoder.json")
    published = text_synchformer_checkpoint(TextSynchformerConfig())

    network = fill(
        published, state | {"other.weight": torch.empty(2)}, where="a.pth", device="meta"
    )

    unused = sum(
        t.numel() for n, t in state.items() if ".patch_embed." in n or n == "empty_string_feat"
    )
    assert sum(p.numel() for p in network.parameters()) == 134_838_656 - unused


def test_a_plain_synchformer_file_is_refused() -> None:
    state = published_tensors("selva.synchformer-visual.json")
    published = text_synchformer_checkpoint(TextSynchformerConfig())

    with pytest.raises(CheckpointError, match=r"a\.pth"):
        fill(published, state, where="a.pth", device="meta")


def test_a_plain_synchformer_refuses_the_file_of_selva() -> None:
    state = published_tensors("selva.video-encoder.json")
    published = synchformer_checkpoint(SynchformerConfig())

    with pytest.raises(CheckpointError, match=r"a\.pth is the video encoder of SelVA, not the"):
        fill(published, state, where="a.pth", device="meta")


def test_the_prompt_matters(network: TextSynchformer) -> None:
    frames = film(16)
    one, other = network.features(frames, words(3)), network.features(frames, words(3))

    assert (one - other).norm() > 1e-3 * one.norm()


def test_the_learned_tokens_are_seen(network: TextSynchformer) -> None:
    frames, text = film(16), words(3)
    with_them = network.features(frames, text)

    torch.testing.assert_close(
        network.features(
            frames, torch.cat([network.sup_text_feat[None], text], 1), prepends_learned=False
        ),
        with_them,
    )
    without = network.features(frames, text, prepends_learned=False)
    assert (without - with_them).norm() > 1e-3 * with_them.norm()


def test_masked_words_are_not_seen(network: TextSynchformer) -> None:
    frames, text = film(24, batch=2), words(4, batch=2)
    mask = torch.tensor([[1, 1, 0, 0], [1, 1, 1, 0]], dtype=torch.uint8)

    features = network.features(frames, text, mask)

    for item, count in enumerate((2, 3)):
        alone = network.features(frames[item, None], text[item, None, :count])
        torch.testing.assert_close(features[item, None], alone)
        masked_alone = network.features(frames[item, None], text[item, None], mask[item, None])
        torch.testing.assert_close(masked_alone, alone)


def test_kept_tokens_and_text_give_the_same_features(network: TextSynchformer) -> None:
    frames, text = film(40), words(3)
    whole = network.features(frames, text)

    kept = torch.cat([network.tokens(one[None]) for one in cut_segments(frames, TINY)[0]])
    prepared = network.text(text)
    joined = network.pool(network.attend(kept, prepared))

    torch.testing.assert_close(joined.flatten(0, 1)[None], whole)


def test_kept_tokens_may_be_of_another_type(network: TextSynchformer) -> None:
    tokens = torch.randn(2, 32, TINY.embed_dim)
    prepared = network.text(words(3))

    attended = network.attend(tokens.half(), prepared)

    assert attended.dtype == torch.float32
    torch.testing.assert_close(attended, network.attend(tokens, prepared), rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float16, 5e-3), (torch.bfloat16, 5e-2)])
def test_half_precision_is_close(
    network: TextSynchformer, dtype: torch.dtype, tolerance: float
) -> None:
    frames, text = film(24), words(3)
    exact = network.features(frames, text)

    rough = network.to(dtype).features(frames, text)

    assert rough.dtype == dtype
    assert (rough.float() - exact).norm() < tolerance * exact.norm()


def test_negative_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="TextSynchformer"):
        TextSynchformerConfig(xattn_depth=-1)

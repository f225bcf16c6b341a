from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.engines.nets.t5 import load_t5, t5_checkpoint
from prismdesk.engines.nets.t5_encoder import T5EncoderConfig
from prismdesk.engines.nets.tokenizer_faults import tokenizer_faults_named
from tests.conformance.case_file import read_case
from tests.conformance.manifest import manifest_state
from tests.conformance.test_cases import CASES

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

CASE = next(path for path in CASES if path.stem.startswith("selva.t5"))
WORDS = {"<pad>": 0, "</s>": 1, "<unk>": 2, "a": 3, "dog": 4, "barks": 5}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    case = read_case(CASE)
    stated = {**case.config, "is_encoder_decoder": True, "decoder_start_token_id": 0}
    (tmp_path / "config.json").write_text(json.dumps(stated))
    tokenizer = Tokenizer(WordLevel(WORDS, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", WORDS["</s>"])]
    )
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    decoder = {"decoder.block.0.x": torch.zeros(3), "lm_head.weight": torch.zeros(60, 32)}
    save_file({**case.state(), **decoder}, tmp_path / "model.safetensors")
    return tmp_path


def test_published_file_fills_the_encoder() -> None:
    published = manifest_state("selva.t5-flan-base-encoder")

    encoder = fill(t5_checkpoint(T5EncoderConfig()), published, where="x", device="meta")

    assert sum(part.numel() for part in encoder.parameters()) == sum(
        tensor.numel() for tensor in published.values()
    )


def test_ids_end_and_are_padded_to_the_longest(folder: Path) -> None:
    ids, mask = load_t5(folder).ids(["a dog barks", "a", ""])

    assert ids.tolist() == [[3, 4, 5, 1], [3, 1, 0, 0], [1, 0, 0, 0]]
    assert mask.dtype == torch.bool
    assert mask.sum(dim=1).tolist() == [4, 2, 1]


def test_prompts_are_cut_at_512_tokens_and_still_end(folder: Path) -> None:
    ids, _ = load_t5(folder).ids(["dog " * 600])

    assert ids.shape == (1, 512)
    assert ids[0, -2:].tolist() == [4, 1]


def test_prompts_may_be_cut_and_padded_to_one_length(folder: Path) -> None:
    encoder = load_t5(folder, fixed_tokens=3)

    ids, mask = encoder.ids(["a", "a dog barks"])

    assert ids.tolist() == [[3, 1, 0], [3, 4, 1]]
    assert mask.tolist() == [[True, True, False], [True, True, True]]
    assert encoder.encode(["a"])[0].shape == (1, 3, 32)


def test_files_that_name_no_feed_forward_layers_are_the_first_t5s(folder: Path) -> None:
    path = folder / "config.json"
    stated = json.loads(path.read_text())
    del stated["feed_forward_proj"]
    path.write_text(json.dumps(stated))

    with pytest.raises(CheckpointError, match=r"DenseReluDense\.wi\.weight"):
        load_t5(folder)
    state = read_case(CASE).state()
    gate = "DenseReluDense.wi_0"
    kept = {name: one for name, one in state.items() if "wi_1" not in name}
    plain = {name.replace(gate, "DenseReluDense.wi"): one for name, one in kept.items()}
    save_file(plain, folder / "model.safetensors")
    assert load_t5(folder).encoder.sizes.feed_forward_proj == "relu"


def test_padding_leaves_the_states_of_a_prompt_as_they_are(folder: Path) -> None:
    encoder = load_t5(folder)

    alone, _ = encoder.encode(["a dog"])
    beside_longer, mask = encoder.encode(["a dog", "a dog barks a dog"])

    assert mask[0].tolist() == [True] * 3 + [False] * 3
    torch.testing.assert_close(beside_longer[:1, :3], alone)


def test_pytorch_weights_give_the_same_states(folder: Path) -> None:
    of_safetensors, _ = load_t5(folder).encode(["a dog"])
    (folder / "model.safetensors").unlink()
    torch.save(read_case(CASE).state(), folder / "pytorch_model.bin")

    of_pickle, _ = load_t5(folder).encode(["a dog"])

    assert torch.equal(of_safetensors, of_pickle)


def test_files_that_name_the_table_after_the_encoder_are_taken(folder: Path) -> None:
    expected, _ = load_t5(folder).encode(["a dog"])
    state = read_case(CASE).state()
    state["encoder.embed_tokens.weight"] = state.pop("shared.weight")
    save_file(state, folder / "model.safetensors")

    assert torch.equal(load_t5(folder).encode(["a dog"])[0], expected)


def test_float16_is_kept_away_because_it_overflows(folder: Path) -> None:
    assert load_t5(folder, dtype=torch.float16).encode(["a"])[0].dtype == torch.float32
    assert load_t5(folder, dtype=torch.bfloat16).encode(["a"])[0].dtype == torch.bfloat16


@pytest.mark.parametrize("name", ["config.json", "tokenizer.json", "model.safetensors"])
def test_missing_and_broken_files_are_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"<!doctype html><html></html>")
    with pytest.raises(CheckpointError, match=name.replace(".", r"\.")):
        load_t5(folder)
    (folder / name).unlink()
    with pytest.raises(CheckpointError, match=name.replace(".", r"\.")):
        load_t5(folder)


def test_tokenizers_that_give_up_at_work_are_refused(folder: Path) -> None:
    path = folder / "tokenizer.json"
    stated = json.loads(path.read_text())
    del stated["model"]["vocab"]["<unk>"]
    path.write_text(json.dumps(stated))
    encoder = load_t5(folder)

    assert encoder.ids(["a dog"])[0].tolist() == [[3, 4, 1]]
    with pytest.raises(CheckpointError, match=r"tokenizer\.json is no tokenizer that works"):
        encoder.ids(["a cat"])


def test_other_interruptions_pass_through() -> None:
    with pytest.raises(KeyboardInterrupt), tokenizer_faults_named("x"):
        raise KeyboardInterrupt


def test_panics_of_the_library_are_refusals() -> None:
    class PanicException(BaseException):
        pass

    with pytest.raises(CheckpointError, match="x is no tokenizer"), tokenizer_faults_named("x"):
        raise PanicException


def test_config_that_holds_no_object_is_named(folder: Path) -> None:
    (folder / "config.json").write_text("[1]")

    with pytest.raises(CheckpointError, match=r"config\.json"):
        load_t5(folder)


def test_tokens_beyond_the_table_are_refused(folder: Path) -> None:
    encoder = load_t5(folder).encoder

    with pytest.raises(ValueError, match="vocabulary of 60"):
        encoder(torch.tensor([[60]]), torch.ones(1, 1, dtype=torch.bool))


def test_table_is_held_once(folder: Path) -> None:
    state = read_case(CASE).state()
    state["encoder.embed_tokens.weight"] = state["shared.weight"].clone()
    save_file(state, folder / "model.safetensors")

    names = load_t5(folder).encoder.state_dict()

    tables: list[Tensor] = [one for one in names.values() if one.shape == (60, 32)]
    assert len(tables) == 1

"""Learned words and tuned vocoders in whole runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from prismdesk.engines.adapting.facts import content_sha256
from prismdesk.engines.adapting.learned_words import LearnedWords, read_words, with_words
from prismdesk.engines.adapting.write import AdapterDescription, write_tensors
from prismdesk.engines.audiox.engine import AudioxEngine
from prismdesk.engines.errors import AdapterRefusedError
from prismdesk.engines.selva.engine import SelvaEngine
from prismdesk.engines.selva.networks import GENERATOR, VOCODER
from prismdesk.engines.weights.identity import sha256_of
from tests.engines.adapting.adapters import an_adapter_file, checkpoint_of, on_run
from tests.engines.audiox.asking import BASE, asked
from tests.engines.selva.asking import SELVA, a_request, ignore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    import numpy.typing as npt

    from prismdesk.engines.request import AdapterOnRun

pytestmark = pytest.mark.usefixtures("small_models")


def words_file(path: Path, *, seed: int = 1, place: str = "suffix", width: int = 0) -> Path:
    tokens_width = GENERATOR.load(checkpoint_of(SELVA)).config.text_dim
    random = torch.Generator().manual_seed(seed)
    vectors = 5.0 * torch.randn(3, width or tokens_width, generator=random)
    about = AdapterDescription(family="selva", training={"words_place": place})
    write_tensors(path, {"words.vectors": vectors}, description=about, kind="words")
    return path


def vocoder_file(path: Path, *, seed: int = 1, **about: Any) -> Path:
    checkpoint = checkpoint_of(SELVA)
    random = torch.Generator().manual_seed(seed)
    tensors = {
        name: tensor.detach() + 0.5 * torch.randn(tensor.shape, generator=random)
        for name, tensor in VOCODER.load(checkpoint).named_parameters()
        if name.endswith(".alpha")
    }
    told = {"family": "selva", "base_sha256": sha256_of(checkpoint.files["generator"]), **about}
    write_tensors(path, tensors, description=AdapterDescription(**told), kind="vocoder")
    return path


def _sound(engine: SelvaEngine, *adapters: AdapterOnRun) -> npt.NDArray[np.float32]:
    return engine.run(a_request(adapters=adapters), ignore, lambda: False).sounds[0].audio


@pytest.mark.parametrize("make", [words_file, vocoder_file])
def test_presets_are_switched_and_every_bit_comes_back(
    tmp_path: Path, make: Callable[..., Path]
) -> None:
    first, second = make(tmp_path / "a.safetensors"), make(tmp_path / "b.safetensors", seed=2)
    engine = SelvaEngine()
    plain = _sound(engine)
    one = _sound(engine, on_run(first))
    half = _sound(engine, on_run(first, 0.5))
    both = (on_run(first), on_run(second, -0.5, name="b"))
    stacked = _sound(engine, *both)
    np.testing.assert_array_equal(_sound(engine, *both[::-1]), stacked)
    np.testing.assert_array_equal(_sound(engine, on_run(first, 0.0)), plain)
    np.testing.assert_array_equal(_sound(engine, on_run(first)), one)
    np.testing.assert_array_equal(_sound(engine), plain)
    np.testing.assert_array_equal(_sound(SelvaEngine(), *both), stacked)
    assert len({sound.tobytes() for sound in (plain, one, half, stacked)}) == 4


def test_words_vocoder_and_adapter_work_together(tmp_path: Path) -> None:
    kinds = (
        on_run(words_file(tmp_path / "words.safetensors"), name="words"),
        on_run(vocoder_file(tmp_path / "vocoder.safetensors"), name="vocoder"),
        on_run(an_adapter_file(tmp_path / "planks.safetensors", SELVA)),
    )
    engine = SelvaEngine()
    all_three = _sound(engine, *kinds)
    for left_out in range(3):
        some = [one for place, one in enumerate(kinds) if place != left_out]
        assert not np.array_equal(_sound(engine, *some), all_three)
    np.testing.assert_array_equal(_sound(engine, *kinds), all_three)


def test_strength_is_the_share_of_the_way_to_the_words() -> None:
    states = torch.arange(24.0).reshape(1, 6, 4)
    vectors = torch.full((2, 4), 100.0)
    suffix, prefix = (LearnedWords(vectors=vectors, place=place) for place in ("suffix", "prefix"))
    assert torch.equal(with_words(states, [(suffix, 0.0)]), states)
    whole = with_words(states, [(suffix, 1.0)])
    assert torch.equal(whole[:, -2:], vectors[None])
    assert torch.equal(whole[:, :-2], states[:, :-2])
    half = with_words(states, [(suffix, 0.5)])
    assert torch.equal(half, (states + whole) / 2)
    before = with_words(states, [(prefix, 1.0)])
    assert torch.equal(before[:, 1:3], vectors[None])
    assert torch.equal(before[:, 0], states[:, 0])


def test_where_words_stand_is_part_of_what_they_are(tmp_path: Path) -> None:
    suffix = words_file(tmp_path / "a.safetensors")
    prefix = words_file(tmp_path / "b.safetensors", place="prefix")
    assert (read_words(suffix).place, read_words(prefix).place) == ("suffix", "prefix")
    assert content_sha256(suffix) != content_sha256(prefix)
    engine = SelvaEngine()
    assert not np.array_equal(_sound(engine, on_run(suffix)), _sound(engine, on_run(prefix)))


def test_words_of_another_width_are_refused(tmp_path: Path) -> None:
    path = words_file(tmp_path / "a.safetensors", width=7)
    with pytest.raises(AdapterRefusedError, match="7 numbers wide"):
        _sound(SelvaEngine(), on_run(path))


def test_a_list_that_is_no_words_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    tensors = {"words.vectors": torch.zeros(17, 4)}
    write_tensors(path, tensors, description=AdapterDescription(), kind="words")
    with pytest.raises(AdapterRefusedError, match="1 to 16 learned words"):
        read_words(path)


def test_a_vocoder_for_other_weights_is_refused(tmp_path: Path) -> None:
    unknown = vocoder_file(tmp_path / "a.safetensors", base_sha256="")
    with pytest.raises(AdapterRefusedError, match="doesn't say for which weights"):
        _sound(SelvaEngine(), on_run(unknown))
    other = vocoder_file(tmp_path / "b.safetensors", base_sha256="ab" * 32)
    with pytest.raises(AdapterRefusedError, match="has other weights"):
        _sound(SelvaEngine(), on_run(other))


@pytest.mark.parametrize("make", [words_file, vocoder_file])
def test_audiox_refuses_what_it_cannot_be_given(tmp_path: Path, make: Callable[..., Path]) -> None:
    path = make(tmp_path / "a.safetensors")
    request = asked(variant=BASE, adapters=(on_run(path),))
    with pytest.raises(AdapterRefusedError, match="AudioX"):
        AudioxEngine().run(request, ignore, lambda: False)

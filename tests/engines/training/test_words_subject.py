from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.training.draws import Draws
from prismdesk.engines.training.encoded_set import EncodedPair
from prismdesk.engines.training.optimising import Optimiser
from prismdesk.engines.training.options import OptionError
from prismdesk.engines.training.words_subject import WordsStart, WordsSubject, words_start
from tests.engines.selva.generator.tiny import CONFIG, tiny_generator
from tests.engines.training.tiny import BASE, tiny_options, tiny_tensors, write_tiny_set

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.training.options import TrainingOptions


def _options(**given: object) -> TrainingOptions:
    return tiny_options("selva", method="words", **given)


def _subject(options: TrainingOptions, vectors: torch.Tensor, longest: float) -> WordsSubject:
    return WordsSubject(tiny_generator(), options, BASE, WordsStart(vectors, longest))


def _pair(*, has_words: bool = True) -> EncodedPair:
    tensors = tiny_tensors("selva", 1)
    if not has_words:
        del tensors["text"]
    return EncodedPair(key="one", family="selva", prompt="", tensors=tensors)


@pytest.mark.parametrize("has_words", [True, False])
@pytest.mark.parametrize("place", ["suffix", "prefix"])
def test_vectors_learn_and_the_network_stays(place: str, has_words: bool) -> None:
    options = _options(words_place=place, words_count=2)
    subject = _subject(options, torch.randn(2, CONFIG.text_dim), 1e6)
    before = {name: one.clone() for name, one in subject.network.state_dict().items()}
    optimiser = Optimiser(subject.groups(), options, subject.betas)
    vectors = next(iter(subject.groups()[0].parameters.values()))
    began = vectors.detach().clone()
    subject.loss([_pair(has_words=has_words)], Draws(options, 3)).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    assert vectors.grad is not None
    assert bool((vectors.grad.abs().sum(1) > 0).all())
    optimiser.step(3)
    subject.after_step()
    assert not torch.equal(vectors, began)
    after = subject.network.state_dict()
    assert all(torch.equal(after[name], one) for name, one in before.items())


def test_what_is_measured_before_the_first_step_is_the_base() -> None:
    options = _options(words_count=2)
    far, near = (
        _subject(options, amount * torch.ones(2, CONFIG.text_dim), 1e6) for amount in (50.0, 0.0)
    )
    losses = [_measured(one, options) for one in (far, near)]
    assert losses[0] == losses[1]
    for subject in (far, near):
        subject.after_step()
    assert _measured(far, options) != losses[0]
    assert _measured(far, options) != _measured(near, options)


def _measured(subject: WordsSubject, options: TrainingOptions) -> float:
    with torch.no_grad():
        return float(subject.loss([_pair()], Draws(options, 0, times=torch.tensor([0.5]))))


def test_a_vector_that_became_too_long_is_shortened() -> None:
    vectors = torch.zeros(2, CONFIG.text_dim)
    vectors[0, 0], vectors[1, 1] = 8.0, 1.0
    subject = _subject(_options(words_count=2), vectors, 2.0)
    subject.after_step()
    learned = next(iter(subject.groups()[0].parameters.values()))
    assert learned.norm(dim=1).tolist() == pytest.approx([2.0, 1.0])


def test_words_begin_as_what_stands_there_on_average(tmp_path: Path) -> None:
    pairs = write_tiny_set(tmp_path, "selva")
    options = _options(words_count=3)
    start = words_start(tiny_generator(), pairs, options, lambda _: 5)
    states = torch.stack([pairs.pair(one).tensors["text"] for one in pairs.training])
    torch.testing.assert_close(start.vectors, states[:, -3:].mean(0))
    expected = 1.5 * float(states[:, :5].norm(dim=2).mean())
    assert start.longest_norm == pytest.approx(expected, rel=1e-5)


def test_more_words_than_places_are_refused(tmp_path: Path) -> None:
    pairs = write_tiny_set(tmp_path, "selva")
    with pytest.raises(OptionError, match="learn fewer words"):
        words_start(tiny_generator(), pairs, _options(words_count=9), lambda _: 5)

"""Learned words (R. Gal et al., "An Image is Worth One Word", 2022) among the states of a prompt.

They stand in the place of states of the prompt, after it or before it, and a strength says how far
the states there go over to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.facts import facts_of
from prismdesk.engines.adapting.parts import MOST_WORDS, WORDS, words_place
from prismdesk.engines.adapting.read import read_tensors

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.request import AdapterOnRun


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedWords:
    """Vectors and where they stand.

    Attributes:
        vectors: [K, width].
        place: "suffix", in the last K places of the prompt's states, or "prefix", in the places 1
            to K, after the one that every prompt begins with.
    """

    vectors: Tensor
    place: str


def places_of(count: int, tokens: int, place: str) -> slice:
    """Return which of a prompt's states so many words stand in for."""
    return slice(1, 1 + count) if place == "prefix" else slice(tokens - count, tokens)


def with_words(states: Tensor, learned: Iterable[tuple[LearnedWords, float]]) -> Tensor:
    """Return states [B, tokens, width] that went over to learned words by their strengths.

    What several words change in one place adds up; a strength of 0 changes not a bit.
    """
    changed = states
    for words, strength in learned:
        if strength == 0.0:
            continue
        vectors = words.vectors.to(states)
        places = places_of(len(vectors), states.shape[1], words.place)
        changed = changed.clone()
        changed[:, places] += strength * (vectors - states[:, places])
    return changed


def read_words(path: Path) -> LearnedWords:
    """Return the words in a file.

    Raises:
        AdapterFileError: it can't be used, or holds something else.
    """
    stored = read_tensors(path)
    vectors = stored.tensors.get(WORDS)
    if vectors is None or vectors.dim() != 2 or not 1 <= len(vectors) <= MOST_WORDS:
        raise AdapterFileError(
            f"{path.name} holds no list of 1 to {MOST_WORDS} learned words; choose another file."
        )
    return LearnedWords(vectors=vectors.float(), place=words_place(stored.facts.metadata))


def words_on_run(adapters: Iterable[AdapterOnRun], width: int) -> list[tuple[LearnedWords, float]]:
    """Return the learned words among a run's presets with their strengths, in their own order.

    Raises:
        AdapterRefusedError: they are for states of another width.
    """
    found = []
    chosen = [one for one in adapters if facts_of(one.path).kind == "words"]
    for one in sorted(chosen, key=lambda one: (one.sha256, one.strength)):
        words = read_words(one.path)
        if words.vectors.shape[1] != width:
            raise AdapterFileError(
                f"The words in {one.path.name} are {words.vectors.shape[1]} numbers wide, and this "
                f"model's {width}; choose a preset for this model."
            )
        found.append((words, one.strength))
    return found

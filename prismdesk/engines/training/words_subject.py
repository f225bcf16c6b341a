"""Learned words for SelVA's and MMAudio's generator: the network stays, a few vectors learn.

R. Gal et al., "An Image is Worth One Word: Personalizing Text-to-Image Generation using Textual
Inversion", 2022; here the vectors stand among the states that the text tower made of the prompt.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import torch
from torch import nn

from prismdesk.engines.adapting.learned_words import LearnedWords, places_of
from prismdesk.engines.adapting.parts import WORDS
from prismdesk.engines.adapting.write import write_tensors
from prismdesk.engines.training.adapter_file import description_of, disk_errors_as_they_are
from prismdesk.engines.training.block_checkpointing import recompute_blocks
from prismdesk.engines.training.encoded_set import TEXT
from prismdesk.engines.training.options import OptionError
from prismdesk.engines.training.selva_batches import conditions_of, flow_loss, told_with_words
from prismdesk.engines.training.subject import LearnedGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.selva.generator.conditions import Conditions
    from prismdesk.engines.selva.generator.network import Generator
    from prismdesk.engines.training.draws import Draws
    from prismdesk.engines.training.encoded_set import EncodedPair, EncodedSet
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.subject import BaseModel

_MOST_NORM = 1.5
"""How long a vector may grow, of the mean length of the states of real words."""

_START, _LIMIT = "start", "longest_norm"


@dataclass(frozen=True, slots=True)
class WordsStart:
    """What the words begin as.

    Attributes:
        vectors: [K, width].
        longest_norm: what none of them may be longer than.
    """

    vectors: Tensor
    longest_norm: float


class WordsSubject:
    """A generator whose weights stay, and words that learn.

    Before its first step nothing is learned, so what is measured and heard then is the base.

    Args:
        network: the generator, filled.
        options: of the run.
        base: what the generator is.
        start: what the words begin as; see ``words_start``.

    Raises:
        OptionError: there are more words than the prompt has places.
    """

    family = "selva"
    betas = (0.9, 0.999)

    def __init__(
        self, network: Generator, options: TrainingOptions, base: BaseModel, start: WordsStart
    ) -> None:
        network.requires_grad_(requires_grad=False)
        network.eval()
        self.network = network
        self.options = options
        self.base = base
        self.device = next(network.parameters()).device
        types = {parameter.dtype for parameter in network.parameters()}
        self._is_half = torch.bfloat16 in types
        self._start = start
        self._vectors = nn.Parameter(start.vectors.float().to(self.device).clone())
        self._has_learned = False
        if options.gradient_checkpointing:
            recompute_blocks(chain(network.joint_blocks, network.fused_blocks))

    def groups(self) -> list[LearnedGroup]:
        """Return the vectors."""
        return [LearnedGroup(parameters={WORDS: self._vectors})]

    def loss(self, pairs: Sequence[EncodedPair], draws: Draws) -> Tensor:
        """Return the mean loss of a batch, []; see ``TrainingSubject``."""
        has_words = self._has_learned or draws.is_training
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self._is_half):
            return flow_loss(self.network, pairs, self._told(pairs, has_words=has_words), draws)

    def conditions(self, pairs: Sequence[EncodedPair]) -> Conditions:
        """Return what is told of each pair, with the words as they are now."""
        return self._told(pairs, has_words=self._has_learned)

    def _told(self, pairs: Sequence[EncodedPair], *, has_words: bool) -> Conditions:
        words = LearnedWords(vectors=self._vectors, place=self.options.words_place)
        return told_with_words(
            self.network, conditions_of(self.network, pairs), [(words, 1.0)] if has_words else []
        )

    def after_step(self) -> None:
        """Shorten vectors that became longer than real words are."""
        self._has_learned = True
        with torch.no_grad():
            norms = self._vectors.norm(dim=1, keepdim=True)
            self._vectors.mul_((self._start.longest_norm / norms).clamp(max=1.0))

    def fixed(self) -> dict[str, Tensor]:
        """Return what the words began as, and how long they may be."""
        return {
            _START: self._start.vectors,
            _LIMIT: torch.tensor(self._start.longest_norm, dtype=torch.float64),
        }

    def restore_fixed(self, tensors: Mapping[str, Tensor]) -> None:
        """Take back what ``fixed`` returned."""
        self._start = WordsStart(tensors[_START], float(tensors[_LIMIT]))
        self._has_learned = True

    def write(self, path: Path, *, step: int) -> None:
        """Write the words.

        Raises:
            OSError: the disk gave up.
        """
        about = description_of(self.family, self.base, self.options, step=step)
        with disk_errors_as_they_are():
            write_tensors(path, {WORDS: self._vectors}, description=about, kind="words")

    def move_to(self, device: torch.device) -> None:
        """Bring network and words to a device."""
        self.network.to(device)
        self._vectors.data = self._vectors.data.to(device)
        self.device = device


def words_start(
    network: Generator,
    pairs: EncodedSet,
    options: TrainingOptions,
    tokens_of: Callable[[str], int],
) -> WordsStart:
    """Return words that begin as what stands in their places on average over the set.

    Args:
        network: the generator, whose empty prompt stands for pairs without words.
        pairs: of the run.
        options: how many words, and where they stand.
        tokens_of: how many places of its states a prompt fills.

    Raises:
        OptionError: there are more words than the prompt has places.
        EncodedSetError: a pair can't be used.
    """
    tokens = network.empty_string_feat.shape[0]
    count = options.words_count
    if count >= tokens:
        raise OptionError(
            f"The option 'words_count' of training is {count}, and prompts of this model have "
            f"{tokens} places, the first of which is taken; learn fewer words."
        )
    places = places_of(count, tokens, options.words_place)
    empty = network.empty_string_feat.detach().float().cpu()
    total, norms = torch.zeros(count, empty.shape[1]), []
    for entry in pairs.training:
        pair = pairs.pair(entry)
        states = pair.tensors.get(TEXT, empty).float()
        total += states[places]
        norms.append(states[: max(1, tokens_of(pair.prompt))].norm(dim=1).mean())
    longest = _MOST_NORM * float(torch.stack(norms).mean())
    return WordsStart(total / len(norms), longest)

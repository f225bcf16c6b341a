"""Doubts about a pair's words, and about whose its sound is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prismdesk.project.model import ProjectUse
from prismdesk.session.preset_licences import uses_by_name
from prismdesk.session.training_checks_doubt import LEAVE_OUT, REMOVE, Doubt, keep
from prismdesk.session.training_sets_licences import licences_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.adapters.training_set import TrainingPair, TrainingSet

MOST_TOKENS = 77
"""That the text encoder of the models reads, its two marks included; the rest is cut off."""

_WORD = re.compile(r"[a-z]+|[0-9]|[^\sa-z0-9]")
_LETTERS_PER_TOKEN = 8


def doubts_of_prompt(training_set: TrainingSet, pair: TrainingPair) -> Iterator[Doubt]:
    """Yield doubts about the words that a pair is trained with."""
    words = training_set.words_of(pair)
    own = pair.prompt.strip() or training_set.prompt.strip()
    if not own and not training_set.trigger.strip():
        yield Doubt(
            "prompt",
            "No words say what it sounds like.",
            remedies=(("name as prompt", f"Call it “{spoken(pair.name)}”"), keep("prompt")),
        )
    elif (count := token_count(words)) > MOST_TOKENS:
        yield Doubt(
            "prompt",
            f"Its prompt is about {count} tokens long; the model reads {MOST_TOKENS}.",
            remedies=(("shorten prompt", "Keep what the model reads"), keep("prompt")),
        )


def doubts_of_licence(training_set: TrainingSet, pair: TrainingPair) -> Iterator[Doubt]:
    """Yield doubts about under which terms a pair's sound may be used."""
    if not pair.licence.strip():
        same = tuple(
            (f"licence:{one}", f"It is {one} as others are") for one in licences_of(training_set)
        )
        yield Doubt(
            "licence",
            "Nothing says under which licence its sound is.",
            remedies=(
                *same,
                ("licence:own recording", "It is my own recording"),
                LEAVE_OUT,
                keep("licence"),
            ),
        )
    elif ProjectUse.COMMERCIAL not in uses_by_name(pair.licence):
        yield Doubt(
            "licence",
            f"{pair.licence} doesn't let what is made with it be sold.",
            remedies=(keep("licence"), LEAVE_OUT, REMOVE),
        )
    if pair.source.made_by:
        yield Doubt(
            "model",
            f"It was made by a model ({pair.source.made_by}), whose faults would be learned too.",
            remedies=(keep("model"), LEAVE_OUT, REMOVE),
        )


def token_count(words: str) -> int:
    """Return about how many tokens words are, the two marks around them included."""
    parts = _WORD.findall(words.lower())
    return 2 + sum(-(-len(part.encode()) // _LETTERS_PER_TOKEN) for part in parts)


def spoken(name: str) -> str:
    """Return a file's or region's name as words: without digits, dashes and underscores."""
    return " ".join(re.sub(r"[\d_\-–.]+", " ", name).split()) or name


def shortened(words: str) -> str:
    """Return the beginning of words that the model reads, whole words only."""
    kept = words.split()
    while kept and token_count(" ".join(kept)) > MOST_TOKENS:
        kept.pop()
    return " ".join(kept).rstrip(",;")

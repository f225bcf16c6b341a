"""The prompts' features: CLIP's states for the generator, T5's for SelVA's video encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.adapting.learned_words import with_words, words_on_run
from prismdesk.engines.contract import Phase
from prismdesk.engines.selva.networks import CLIP_TEXT, CLIP_WORDS, T5

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.selva.run_state import RunState

STAGE = "words"


def prompt_states(run: RunState) -> Tensor:
    """Return CLIP's states of the request's prompt with the words that its presets have learned.

    Raises:
        AdapterRefusedError: words are for another model.
    """
    states = clip_states(run, run.request.prompt)
    return with_words(states, words_on_run(run.request.adapters, states.shape[2]))


def clip_states(run: RunState, text: str) -> Tensor:
    """Return CLIP's states of a prompt, float32 [1, tokens, width], on the CPU."""
    about = {"text": text, **run.about_encoder("clip"), "words": run.sha256_of("clip_vocabulary")}
    found = run.features.get("clip-text", about)
    if found is None:
        run.monitor.at(Phase.ANALYSING, 0, 1)
        with (
            run.using(CLIP_WORDS) as words,
            run.using(CLIP_TEXT) as tower,
        ):
            ids = words.ids([text], context_length=tower.sizes.context_length)
            found = {"states": tower.encode(ids).float().cpu().numpy()}
        run.features.put("clip-text", about, found)
    return torch.from_numpy(found["states"])


def t5_states(run: RunState, text: str) -> Tensor:
    """Return T5's states of a prompt, float32 [1, tokens, width], on the CPU."""
    about = {"text": text, **run.about_encoder("t5")}
    found = run.features.get("t5", about)
    if found is None:
        run.monitor.at(Phase.ANALYSING, 0, 1)
        with run.using(T5) as encoder:
            hidden, _ = encoder.encode([text])
            found = {"states": hidden.float().cpu().numpy()}
        run.features.put("t5", about, found)
    return torch.from_numpy(found["states"])

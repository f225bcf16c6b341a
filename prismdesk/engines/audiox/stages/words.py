"""The tokens of the prompts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.audiox.networks import WORDS
from prismdesk.engines.contract import Phase

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.audiox.run_state import RunState

STAGE = "words"


def word_tokens(run: RunState, text: str) -> Tensor:
    """Return the tokens of a prompt, float32 [1, tokens, width], on the CPU."""
    about = {
        "text": text,
        **run.about_encoder("t5"),
        "conditioner": run.sha256_of("config"),
        # Only a projection, which most models haven't got, lies in the model's own file.
        "model": run.sha256_of("model") if run.files.parts_of_words else "",
    }
    found = run.features.get("words", about)
    if found is None:
        run.monitor.at(Phase.ANALYSING, 0, 1)
        with run.using(WORDS) as words:
            hidden, mask = words.t5.encode([text])
            found = {"tokens": words.prompt.encode(hidden, mask).tokens.float().cpu().numpy()}
        run.features.put("words", about, found)
    return torch.from_numpy(found["tokens"])

"""Words as AudioX is told them: the states of T5's encoder, padding zeroed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from torch import Tensor, nn

from prismdesk.engines.audiox.conditioner_config import TextPromptConfig
from prismdesk.engines.audiox.conditioning.tokens import Tokens
from prismdesk.engines.loading.published import Published

if TYPE_CHECKING:
    from prismdesk.engines.audiox.conditioner_config import ConditionerConfig

T5_BASE_DIM = 768


class TextPrompt(nn.Module):
    """States of T5 to tokens of the width that the model wants.

    T5 itself stands apart: its weights aren't in the checkpoint of the model.

    Args:
        config: what ``config.json`` says.
        output_dim: width of the tokens.
        t5_dim: width of T5's states.
    """

    def __init__(
        self, config: TextPromptConfig, *, output_dim: int, t5_dim: int = T5_BASE_DIM
    ) -> None:
        super().__init__()
        is_projected = config.project_out or t5_dim != output_dim
        self.config = config
        self.proj_out = nn.Linear(t5_dim, output_dim) if is_projected else nn.Identity()

    def encode(self, hidden: Tensor, mask: Tensor) -> Tokens:
        """Return the tokens; those of padding are zero.

        Args:
            hidden: T5's last states [B, L, D] of prompts padded to ``config.max_length``.
            mask: [B, L], true where there is a token.
        """
        if isinstance(self.proj_out, nn.Linear):
            hidden = self.proj_out(hidden.to(self.proj_out.weight))
        kept = mask.to(hidden)
        tokens = hidden * kept.unsqueeze(-1)
        return Tokens(tokens, kept)


def text_prompt_checkpoint(
    conditioner: ConditionerConfig, *, t5_dim: int = T5_BASE_DIM
) -> Published[TextPrompt]:
    """Return how the words' part of a checkpoint, mostly empty, fills its conditioner.

    Raises:
        ValueError: the conditioner isn't one of words.
    """
    options = conditioner.options
    if not isinstance(options, TextPromptConfig):
        raise ValueError(f"{conditioner.id} is no conditioner of words")  # noqa: TRY004  (its id)
    return Published(
        what="text conditioner of AudioX",
        build=partial(TextPrompt, options, output_dim=conditioner.output_dim, t5_dim=t5_dim),
    )

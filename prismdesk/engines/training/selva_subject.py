"""SelVA's and MMAudio's generator with an adapter in it, trained by flow matching."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from prismdesk.engines.training.low_rank_subject import LowRankSubject
from prismdesk.engines.training.options import usual_targets
from prismdesk.engines.training.selva_batches import conditions_of, flow_loss

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from torch import Tensor, nn

    from prismdesk.engines.selva.generator.conditions import Conditions
    from prismdesk.engines.selva.generator.network import Generator
    from prismdesk.engines.training.draws import Draws
    from prismdesk.engines.training.encoded_set import EncodedPair
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.subject import BaseModel


class SelvaSubject(LowRankSubject["Generator"]):
    """The generator and its adapter.

    Args:
        network: the generator, filled.
        options: of the run.
        base: what the generator is.
    """

    family = "selva"
    betas = (0.9, 0.999)

    def __init__(self, network: Generator, options: TrainingOptions, base: BaseModel) -> None:
        super().__init__(network, options.targets or usual_targets("selva"), options, base)

    def _blocks(self) -> Iterable[nn.Module]:
        return chain(self.network.joint_blocks, self.network.fused_blocks)

    def _loss(self, pairs: Sequence[EncodedPair], draws: Draws) -> Tensor:
        return flow_loss(
            self.network,
            pairs,
            self.conditions(pairs),
            draws,
            condition_drop=self.options.condition_drop,
        )

    def conditions(self, pairs: Sequence[EncodedPair]) -> Conditions:
        """Return what is told of each pair; the generator's empty rows where one lacks it."""
        return conditions_of(self.network, pairs)

"""The encoders of the picture's movement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.nets.synchformer import SynchformerConfig, synchformer_checkpoint
from prismdesk.engines.selva.text_synchformer import (
    TextSynchformerConfig,
    text_synchformer_checkpoint,
)

if TYPE_CHECKING:
    from torch import Tensor

    from tests.conformance.case_file import Case


def _synchformer(case: Case) -> dict[str, Tensor]:
    published = synchformer_checkpoint(SynchformerConfig(**case.config))
    network = fill(published, case.state(), where=case.name)
    return {"features": network.features(_film(case))}


def _text_synchformer(case: Case) -> dict[str, Tensor]:
    published = text_synchformer_checkpoint(TextSynchformerConfig(**case.config))
    network = fill(published, case.state(), where=case.name)
    features = network.features(
        _film(case),
        case.inputs["text"],
        case.inputs.get("text_mask"),
        prepends_learned=bool(case.call.get("prepend_sup", True)),
    )
    return {"features": features}


def _film(case: Case) -> Tensor:
    return case.inputs["video"].movedim(-1, 2).float() / 255 * 2 - 1


RUNNERS = {"selva.synchformer": _synchformer, "selva.text_synchformer": _text_synchformer}

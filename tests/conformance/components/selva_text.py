"""CLIP's towers and T5's encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.nets.clip import ClipConfig, clip_image_checkpoint, clip_text_checkpoint
from prismdesk.engines.nets.t5 import t5_checkpoint
from prismdesk.engines.nets.t5_encoder import T5EncoderConfig

if TYPE_CHECKING:
    from torch import Tensor

    from tests.conformance.case_file import Case


def _clip(case: Case) -> dict[str, Tensor]:
    config = ClipConfig.from_mapping(case.config)
    if case.operation == "image":
        image_tower = fill(clip_image_checkpoint(config), case.state(), where=case.name)
        return {"features": image_tower.encode(case.inputs["image"])}
    if case.operation == "text":
        text_tower = fill(clip_text_checkpoint(config), case.state(), where=case.name)
        return {"features": text_tower.encode(case.inputs["tokens"])}
    raise LookupError(f"no operation {case.operation} of {case.component}")


def _t5(case: Case) -> dict[str, Tensor]:
    if case.operation != "encode":
        raise LookupError(f"no operation {case.operation} of {case.component}")
    encoder = fill(
        t5_checkpoint(T5EncoderConfig.from_mapping(case.config)), case.state(), where=case.name
    )
    mask = case.inputs["mask"].bool()
    hidden = encoder(case.inputs["tokens"], mask)
    if case.call.get("zero_padding", True):
        hidden = hidden * mask.unsqueeze(-1)
    return {"hidden": hidden}


RUNNERS = {"selva.clip": _clip, "selva.t5": _t5}

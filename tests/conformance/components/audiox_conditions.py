"""AudioX's conditioners of words and picture, the fusing block, and their assembly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.audiox.checkpoint import without_prefix
from prismdesk.engines.audiox.conditioning.assembly import conditioning_inputs
from prismdesk.engines.audiox.conditioning.maf import Maf, maf_checkpoint
from prismdesk.engines.audiox.conditioning.text_prompt import text_prompt_checkpoint
from prismdesk.engines.audiox.conditioning.tokens import Tokens
from prismdesk.engines.audiox.conditioning.video_prompt import video_prompt_checkpoint
from prismdesk.engines.audiox.config import read_assembly, read_conditioner, read_maf
from prismdesk.engines.loading.filling import fill
from prismdesk.engines.nets.clip_vision import ClipVisionConfig
from prismdesk.engines.nets.t5 import t5_checkpoint
from prismdesk.engines.nets.t5_encoder import T5EncoderConfig

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.audiox.config import ConditionerConfig, MafConfig
    from tests.conformance.case_file import Case

_OUTPUTS = {
    "cross_attn_cond": "cross_tokens",
    "cross_attn_mask": "cross_mask",
    "global_cond": "global_",
    "input_concat_cond": "input_concat",
    "prepend_cond": "prepend",
    "prepend_cond_mask": "prepend_mask",
}


# What a case leaves out of its T5's sizes, as the first T5's small model has them.
_T5_LEFT_OUT = {
    "d_model": 512,
    "num_layers": 6,
    "num_heads": 8,
    "feed_forward_proj": "relu",
}


def t5_sizes(case: Case) -> T5EncoderConfig:
    """Return the sizes of the T5 that a case was computed with."""
    return T5EncoderConfig.from_mapping(_T5_LEFT_OUT | case.config["t5_config"])


def _text_prompt(case: Case) -> dict[str, Tensor]:
    _check_operation(case, "encode")
    conditioner, state = _only_conditioner(case)
    t5 = fill(
        t5_checkpoint(t5_sizes(case)),
        case.state(),
        where=case.name,
    )
    prompt = fill(
        text_prompt_checkpoint(conditioner, t5_dim=t5.sizes.d_model), state, where=case.name
    )
    mask = case.inputs["attention_mask"].bool()
    return _outputs(prompt.encode(t5(case.inputs["input_ids"], mask), mask))


def _video_prompt(case: Case) -> dict[str, Tensor]:
    _check_operation(case, "encode")
    conditioner, state = _only_conditioner(case)
    clip = ClipVisionConfig.from_mapping(case.config["clip_config"])
    prompt = fill(video_prompt_checkpoint(conditioner, clip=clip), state, where=case.name)
    return _outputs(prompt.encode(case.inputs["frames"], case.inputs.get("sync")))


def _maf(case: Case) -> dict[str, Tensor]:
    _check_operation(case, "forward")
    slots = ("slot_v", "slot_t", "slot_a")
    fused = _filled_maf(case, read_maf(case.config))(*(case.inputs[slot] for slot in slots))
    return dict(zip(slots, fused, strict=True))


def _assemble(case: Case) -> dict[str, Tensor]:
    _check_operation(case, "conditioning_inputs")
    config = read_assembly(case.config)
    names = {name.rpartition(".")[0] for name in case.inputs}
    groups = {
        name: Tokens(case.inputs[f"{name}.tokens"], case.inputs[f"{name}.mask"]) for name in names
    }
    maf = None if config.gate is None else _filled_maf(case, config.gate)
    inputs = conditioning_inputs(config, groups, maf)
    given = {name: getattr(inputs, attribute) for name, attribute in _OUTPUTS.items()}
    return {name: tensor for name, tensor in given.items() if tensor is not None}


def _only_conditioner(case: Case) -> tuple[ConditionerConfig, dict[str, Tensor]]:
    """Return the case's one conditioner and its tensors under its own names."""
    (stated,) = case.config["configs"]
    conditioner = read_conditioner(stated, cond_dim=case.config["cond_dim"])
    prefix = f"conditioner.conditioners.{conditioner.id}."
    return conditioner, without_prefix(case.state(), prefix)


def _filled_maf(case: Case, config: MafConfig) -> Maf:
    state = without_prefix(case.state(), "maf_block.")
    return fill(maf_checkpoint(config), state, where=case.name)


def _outputs(group: Tokens) -> dict[str, Tensor]:
    return {"tokens": group.tokens, "mask": group.mask}


def _check_operation(case: Case, operation: str) -> None:
    if case.operation != operation:
        raise LookupError(f"no operation {case.operation} of {case.component}")


RUNNERS = {
    "audiox.text_prompt": _text_prompt,
    "audiox.video_prompt": _video_prompt,
    "audiox.maf": _maf,
    "audiox.assemble": _assemble,
}

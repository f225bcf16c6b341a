"""AudioX's autoencoder, and the prompts that are sounds or numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.audiox.autoencoder import oobleck_of
from prismdesk.engines.audiox.autoencoder_config import read_autoencoder
from prismdesk.engines.audiox.conditioner_config import EncodedPromptConfig, read_conditioner
from prismdesk.engines.audiox.conditioning.audio_prompt import (
    AudioPrompt,
    audio_prompt_checkpoint,
    prompt_autoencoder_state,
)
from prismdesk.engines.audiox.conditioning.blanked_span import BlankedSpan
from prismdesk.engines.audiox.conditioning.numbers import number_checkpoint
from prismdesk.engines.audiox.conditioning.prompt_mel import mel_prompt_checkpoint
from prismdesk.engines.loading.filling import fill
from prismdesk.engines.nets.oobleck import oobleck_checkpoint, oobleck_encoder_checkpoint
from prismdesk.engines.nets.oobleck_pieces import decode_chunked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from prismdesk.engines.audiox.conditioner_config import ConditionerConfig
    from prismdesk.engines.audiox.conditioning.tokens import Tokens
    from tests.conformance.case_file import Case


def _without_prefix(case: Case, prefix: str) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in case.state().items()
        if name.startswith(prefix)
    }


def _oobleck(case: Case) -> dict[str, Tensor]:
    config = oobleck_of(read_autoencoder(case.config["pretransform"], where=case.name))
    state = _without_prefix(case, "pretransform.model.")
    network = fill(oobleck_checkpoint(config), state, where=case.name)
    if case.operation == "encode":
        posterior = network.encoder.posterior(case.inputs["audio"])
        latents = network.encode(case.inputs["audio"], case.inputs.get("noise"))
        return {"latents": latents, "mean": posterior.mean}
    if case.operation == "kl":
        kl, latents = network.kl(case.inputs["audio"], case.inputs.get("noise"))
        return {"kl": kl, "latents": latents}
    latents = case.inputs["latents"]
    if case.operation == "decode":
        return {"audio": network.decode(latents)}
    chunks = {
        ours: int(case.call[theirs])
        for ours, theirs in (("chunk_frames", "chunk_size"), ("overlap_frames", "overlap"))
        if theirs in case.call
    }
    return {"audio": decode_chunked(network.decoder, latents, **chunks)}


def _conditioner(case: Case) -> tuple[ConditionerConfig, dict[str, Tensor]]:
    config = read_conditioner(
        case.config["configs"][0], cond_dim=case.config["cond_dim"], where=case.name
    )
    return config, _without_prefix(case, f"conditioner.conditioners.{config.id}.")


def _spans(case: Case) -> Sequence[BlankedSpan] | None:
    given = case.inputs.get("mask_spans")
    return None if given is None else [BlankedSpan(*span) for span in given.tolist()]


def _audio_prompt(case: Case) -> dict[str, Tensor]:
    config, state = _conditioner(case)
    audio, spans = case.inputs["audio"], _spans(case)
    if not isinstance(config.options, EncodedPromptConfig):
        mel = fill(mel_prompt_checkpoint(config), state, where=case.name)
        return _named(mel.encode(audio, spans=spans))
    encoder = fill(
        oobleck_encoder_checkpoint(oobleck_of(config.options.autoencoder)),
        prompt_autoencoder_state(state),
        where=case.name,
    )
    prompt = fill(audio_prompt_checkpoint(config), state, where=case.name)
    noise = case.inputs.get("noise")
    if isinstance(prompt, AudioPrompt):
        return _named(prompt.encode(audio, encoder, noise=noise))
    return _named(prompt.encode(audio, encoder, spans=spans, noise=noise))


def _number(case: Case) -> dict[str, Tensor]:
    config, state = _conditioner(case)
    prompt = fill(number_checkpoint(config), state, where=case.name)
    return _named(prompt.encode(case.inputs["values"]))


def _named(tokens: Tokens) -> dict[str, Tensor]:
    return {"tokens": tokens.tokens, "mask": tokens.mask}


RUNNERS: dict[str, Callable[[Case], dict[str, Tensor]]] = {
    "audiox.oobleck": _oobleck,
    "audiox.audio_prompt": _audio_prompt,
    "audiox.number": _number,
    "audiox.int": _number,
}

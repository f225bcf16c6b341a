"""A whole model of AudioX: prompts to tokens, context, sampling, decoding."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import torch

from prismdesk.engines.audiox.audio_io import fitted
from prismdesk.engines.audiox.autoencoder import oobleck_of
from prismdesk.engines.audiox.checkpoint import (
    AUTOENCODER,
    DENOISER,
    FUSION,
    conditioner_part,
    parts_of,
)
from prismdesk.engines.audiox.conditioner_config import (
    EncodedPromptConfig,
    MelPromptConfig,
    TextPromptConfig,
    VideoPromptConfig,
)
from prismdesk.engines.audiox.conditioning.assembly import conditioning_inputs
from prismdesk.engines.audiox.conditioning.audio_prompt import (
    AudioPrompt,
    audio_prompt_checkpoint,
    prompt_autoencoder_state,
)
from prismdesk.engines.audiox.conditioning.blanked_span import BlankedSpan
from prismdesk.engines.audiox.conditioning.maf import maf_checkpoint
from prismdesk.engines.audiox.conditioning.numbers import number_checkpoint
from prismdesk.engines.audiox.conditioning.prompt_mel import mel_prompt_checkpoint
from prismdesk.engines.audiox.conditioning.text_prompt import text_prompt_checkpoint
from prismdesk.engines.audiox.conditioning.video_prompt import video_prompt_checkpoint
from prismdesk.engines.audiox.config import read_config
from prismdesk.engines.audiox.denoiser.checkpoint import denoiser_checkpoint
from prismdesk.engines.audiox.denoiser.guidance import GuidedDenoiser
from prismdesk.engines.audiox.denoiser.v_denoiser import VDenoiser
from prismdesk.engines.audiox.masks import KeepBlend, keep_by_step, moved, region_mask
from prismdesk.engines.loading.filling import fill
from prismdesk.engines.nets.clip_vision import ClipVisionConfig
from prismdesk.engines.nets.oobleck import oobleck_checkpoint, oobleck_encoder_checkpoint
from prismdesk.engines.nets.t5 import is_of_encoder, t5_checkpoint
from prismdesk.engines.sampling.samplers.sample import sample
from prismdesk.engines.sampling.sigmas import polyexponential_sigmas
from prismdesk.engines.sampling.step_noise import GivenNoise
from tests.conformance.components.audiox_conditions import t5_sizes
from tests.conformance.components.audiox_sigmas import mask_arguments

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.audiox.conditioner_config import ConditionerConfig
    from prismdesk.engines.audiox.conditioning.tokens import Tokens
    from prismdesk.engines.audiox.config import AudioxConfig
    from prismdesk.engines.loading.published import Published
    from prismdesk.engines.nets.oobleck import Oobleck
    from tests.conformance.case_file import Case
    from tests.conformance.components import Runner

ModuleT = TypeVar("ModuleT", bound=torch.nn.Module)


class _Model:
    """The networks of a case, filled when they are asked for."""

    def __init__(self, case: Case) -> None:
        if case.operation != "generate":
            raise LookupError(f"no operation {case.operation} of {case.component}")
        self.case = case
        self.config: AudioxConfig = read_config(case.config, where=case.name)
        state = case.state()
        self._t5_state = {name: one for name, one in state.items() if is_of_encoder(name)}
        own = {name: one for name, one in state.items() if not is_of_encoder(name)}
        self._parts = parts_of(own, self.config, where=case.name)

    def _filled(self, part: str, published: Published[ModuleT]) -> ModuleT:
        return fill(published, self._parts[part], where=self.case.name)

    def oobleck(self) -> Oobleck:
        published = oobleck_checkpoint(oobleck_of(self.config.pretransform))
        return self._filled(AUTOENCODER, published)

    def tokens_of(self, one: ConditionerConfig) -> Tokens:
        options = one.options
        if isinstance(options, TextPromptConfig):
            return self._words(one)
        if isinstance(options, VideoPromptConfig):
            return self._picture(one, options)
        if isinstance(options, MelPromptConfig):
            return self._spectrum(one)
        if isinstance(options, EncodedPromptConfig):
            return self._encoded(one, options)
        number = self._filled(conditioner_part(one.id), number_checkpoint(one))
        return number.encode(self.case.inputs[one.id])

    def _words(self, one: ConditionerConfig) -> Tokens:
        t5 = fill(
            t5_checkpoint(t5_sizes(self.case)),
            self._t5_state,
            where=self.case.name,
        )
        published = text_prompt_checkpoint(one, t5_dim=t5.sizes.d_model)
        prompt = self._filled(conditioner_part(one.id), published)
        mask = self.case.inputs["text_attention_mask"].bool()
        return prompt.encode(t5(self.case.inputs["text_input_ids"], mask), mask)

    def _picture(self, one: ConditionerConfig, options: VideoPromptConfig) -> Tokens:
        clip = ClipVisionConfig.from_mapping(self.case.config["clip_config"])
        prompt = self._filled(conditioner_part(one.id), video_prompt_checkpoint(one, clip=clip))
        frames = self.case.inputs.get("video_frames")
        if frames is None:
            return prompt.empty(self._batch)
        sync = self.case.inputs.get("video_sync") if options.has_sync else None
        return prompt.encode(frames, sync)

    def _spectrum(self, one: ConditionerConfig) -> Tokens:
        prompt = self._filled(conditioner_part(one.id), mel_prompt_checkpoint(one))
        return prompt.encode(self._sound(10 * self.config.sample_rate_hz), spans=self._spans)

    def _encoded(self, one: ConditionerConfig, options: EncodedPromptConfig) -> Tokens:
        part = conditioner_part(one.id)
        encoder = fill(
            oobleck_encoder_checkpoint(oobleck_of(options.autoencoder)),
            prompt_autoencoder_state(self._parts[part]),
            where=self.case.name,
        )
        prompt = self._filled(part, audio_prompt_checkpoint(one))
        sound = self._sound(prompt.latent_frames * options.autoencoder.downsampling_ratio)
        noise = self.case.inputs.get("audio_prompt_noise")
        if isinstance(prompt, AudioPrompt):
            return prompt.encode(sound, encoder, noise=noise)
        return prompt.encode(sound, encoder, spans=self._spans, noise=noise)

    def _sound(self, samples: int) -> Tensor:
        given = self.case.inputs.get("audio_prompt")
        return torch.zeros(self._batch, 2, samples) if given is None else given

    @property
    def _spans(self) -> list[BlankedSpan] | None:
        given = self.case.inputs.get("mask_spans")
        return None if given is None else [BlankedSpan(*span) for span in given.tolist()]

    @property
    def _batch(self) -> int:
        return self.case.inputs["noise"].shape[0]

    def denoiser(self, length: int) -> VDenoiser:
        config = self.config
        used = [one for one in config.conditioners if one.id in config.assembly.ids]
        groups = {one.id: self.tokens_of(one) for one in used}
        maf = None
        if config.gate is not None:
            maf = self._filled(FUSION, maf_checkpoint(config.gate))
        return VDenoiser(
            GuidedDenoiser.of(
                self._filled(DENOISER, denoiser_checkpoint(config.diffusion)),
                conditioning_inputs(config, groups, maf),
                length,
                cfg_scale=self.case.call.get("cfg_scale", 1.0),
                scale_phi=self.case.call.get("scale_phi", 0.0),
            )
        )


def _generate(case: Case) -> dict[str, Tensor]:
    model, call, given = _Model(case), case.call, case.inputs
    oobleck, noise = model.oobleck(), given["noise"]
    length = noise.shape[-1]
    highest, known, blend = call["sigma_max"], None, None
    if "init_audio" in given:
        config = model.config
        sound = fitted(given["init_audio"], config.sample_size_samples, config.audio_channels)
        known = oobleck.encode(sound, given.get("init_noise"))
        if "mask_args" not in call:
            highest = call.get("init_noise_level", 1.0)
    sigmas = polyexponential_sigmas(call["steps"], call["sigma_min"], highest)
    start = noise * sigmas[0]
    if known is not None and "mask_args" in call:
        arguments = mask_arguments(call["mask_args"])
        blend = KeepBlend(
            known=moved(known, arguments),
            keep=keep_by_step(region_mask(length, arguments), call["steps"]),
            noise=GivenNoise(given["inpaint_noise"]),
        )
        start = blend.start(noise, float(sigmas[0]))
    elif known is not None:
        start = start + known
    latents = sample(
        call["sampler_type"],
        model.denoiser(length),
        start,
        sigmas,
        step_noise=GivenNoise(given["step_noise"]) if "step_noise" in given else None,
        blend=blend,
    )
    return {"latents": latents, "audio": oobleck.decode(latents)}


RUNNERS: dict[str, Runner] = {"audiox.generate": _generate}

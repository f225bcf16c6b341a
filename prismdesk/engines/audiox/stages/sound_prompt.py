"""The tokens of the sound that the model listens to, of every window."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import torch

from prismdesk.engines.audiox.conditioner_config import EncodedPromptConfig, MelPromptConfig
from prismdesk.engines.audiox.conditioning.audio_prompt import AudioPrompt
from prismdesk.engines.audiox.networks import AUDIO_PROMPT, MEL_PROMPT, prompt_encoder
from prismdesk.engines.audiox.prompt_sound import PROMPT_SECONDS, prompt_sound
from prismdesk.engines.contract import Phase

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.audiox.run_state import RunState
    from prismdesk.engines.hosting.surroundings import Surroundings
    from prismdesk.engines.sound import AudioBlock

STAGE = "sound prompt"


def sound_tokens(run: RunState, around: Surroundings) -> list[Tensor]:
    """Return the tokens of each window, float32 [1 or takes, tokens, width], on the CPU.

    They are of each take where a part that follows its seed is blanked.
    """
    run.monitor.begin(STAGE, Phase.ANALYSING)
    made: list[Tensor] = []
    for index, window in enumerate(run.windows):
        sound = prompt_sound(run, around, window, samples=_samples(run))
        if isinstance(run.files.sound_options, MelPromptConfig):
            made.append(_spectrum_tokens(run, sound))
        else:
            made.append(_encoded_tokens(run, sound, index))
        run.monitor.at(Phase.ANALYSING, index + 1, len(run.windows))
    return made


def has_empty_feature(options: EncodedPromptConfig | MelPromptConfig) -> bool:
    """Whether the model learned what no sound prompt is; the others hear silence."""
    return isinstance(options, EncodedPromptConfig) and options.latent_seq_len is None


def _samples(run: RunState) -> int:
    """How long a prompt is: ten seconds, unless the model wants another number of frames."""
    config, options = run.config, run.files.sound_options
    samples = round(PROMPT_SECONDS * config.sample_rate_hz)
    if isinstance(options, EncodedPromptConfig) and options.latent_seq_len is not None:
        ratio = options.autoencoder.downsampling_ratio
        if samples // ratio != options.latent_seq_len:
            return options.latent_seq_len * ratio
    return samples


def _spectrum_tokens(run: RunState, sound: AudioBlock | None) -> Tensor:
    samples = _samples(run)
    wave = torch.zeros(1, 1, samples) if sound is None else torch.from_numpy(sound)[None]
    with run.using(MEL_PROMPT) as prompt:
        spans = None
        if run.settings.mel_span == "published":
            spans = prompt.draw_spans(samples, run.seeds)
        takes = 1 if spans is None else len(spans)
        wave = wave.to(run.checkpoint.device).expand(takes, -1, -1)
        return prompt.encode(wave, spans=spans).tokens.float().cpu()


def _encoded_tokens(run: RunState, sound: AudioBlock | None, index: int) -> Tensor:
    if sound is None and has_empty_feature(run.files.sound_options):
        return run.files.learned(run.files.sound, "empty_audio_feat")
    about: dict[str, object] = {
        "sound": "none" if sound is None else hashlib.sha256(sound.tobytes()).hexdigest(),
        "samples": _samples(run),
        **run.about_encoder("model"),
    }
    found = run.features.get("sound-prompt", about)
    if found is None:
        found = {"tokens": _encode(run, sound, index).float().cpu().numpy()}
        run.features.put("sound-prompt", about, found)
    return torch.from_numpy(np.asarray(found["tokens"]))


def _encode(run: RunState, sound: AudioBlock | None, index: int) -> Tensor:
    windows, device = len(run.windows), run.checkpoint.device

    def tell(share: float) -> None:
        run.monitor.at(Phase.ANALYSING, index, windows, share=(index + share) / windows)

    with run.using(AUDIO_PROMPT) as prompt:
        wave = torch.zeros(1, 1, _samples(run)) if sound is None else torch.from_numpy(sound)[None]
        with run.using(prompt_encoder(run.checkpoint)) as encoder:
            if isinstance(prompt, AudioPrompt):
                return prompt.encode(
                    wave.to(device), encoder, progress=tell, cancelled=run.monitor.cancelled
                ).tokens
            return prompt.encode(
                wave.to(device),
                encoder,
                # What it blanks, if it does, goes by the request's seed alone: takes share it.
                spans=prompt.draw_spans(wave.shape[2], run.seeds[:1]),
                progress=tell,
                cancelled=run.monitor.cancelled,
            ).tokens

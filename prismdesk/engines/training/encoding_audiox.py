"""From a pair to what AudioX is trained with: latents, and what the denoiser is told of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import torch

from prismdesk.engines.audiox.model_files import files_of
from prismdesk.engines.audiox.offer import ENGINE_ID
from prismdesk.engines.audiox.planning import plan_run
from prismdesk.engines.audiox.run_state import RunState
from prismdesk.engines.audiox.stages.fusing import StretchTokens, fused
from prismdesk.engines.audiox.stages.known_sound import sound_latents
from prismdesk.engines.audiox.stages.picture import movement_features, picture_tokens
from prismdesk.engines.audiox.stages.sound_prompt import sound_tokens
from prismdesk.engines.audiox.stages.words import word_tokens
from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.hosting.chosen_checkpoint import chosen_checkpoint
from prismdesk.engines.hosting.surroundings import read_surroundings
from prismdesk.engines.joining.resampling import resample
from prismdesk.engines.request import Request
from prismdesk.engines.training.encoded_set import (
    CONTEXT,
    GAP,
    LATENT_MEAN,
    LATENT_STD,
    REAL_FRAMES,
)
from prismdesk.engines.training.encoding_stages import EncodingStage, digest
from prismdesk.engines.training.gap_choice import gap_of
from prismdesk.engines.training.pair_input import PairInputError

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.sound import AudioBlock
    from prismdesk.engines.training.encoding_host import EncodingHost
    from prismdesk.engines.training.pair_input import PairInput, PairWindow

GAP_VERSIONS = 3
"""How many versions of a pair hear its own sound with a gap, besides the one that hears none."""

_TINY = 1e-6


@dataclass(frozen=True, kw_only=True)
class AudioxJob:
    """One window of a pair on its way.

    Attributes:
        run: of the engine's kind, over the window.
        sound: of the window, (2, samples), as long as it is real.
        real_frames: latent frames that hold sound.
        sounds: tokens of the sound prompt, of each version.
        tensors: what there is so far.
    """

    run: RunState
    sound: AudioBlock
    real_frames: int
    sounds: list[list[Tensor]] = field(default_factory=list)
    tensors: dict[str, Tensor] = field(default_factory=dict)

    def wave(self) -> AudioBlock:
        """Return the sound as it was encoded, (2, samples) at the model's rate."""
        stretch = self.run.stretch
        return resample(
            self.sound,
            stretch.project_rate_hz,
            stretch.model_rate_hz,
            length_samples=stretch.latent_frames * stretch.samples_per_frame,
            cancelled=self.run.monitor.cancelled,
        )

    def gaps(self) -> list[np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        """Return where sound is missing, in latent frames, of each version that hears any."""
        frames = self.run.stretch.latent_frames
        if self.real_frames < 2:
            return []
        versions = range(1, GAP_VERSIONS + 1)
        return [gap_of(frames, self.real_frames, version) for version in versions]


class AudioxEncoder:
    """Encodes windows of pairs for a model of AudioX.

    AudioX takes in the whole picture, so masks of pairs are left aside.

    Args:
        model_id: whose networks do it.
        host: of the work.
    """

    family = ENGINE_ID

    def __init__(self, model_id: str, host: EncodingHost) -> None:
        self._model_id = model_id
        self._host = host

    def natural_seconds(self) -> float:
        """How long a window is: as long as what the model was trained with."""
        checkpoint = chosen_checkpoint(ENGINE_ID, self._model_id, device=self._host.machine.device)
        config = files_of(checkpoint).config
        samples = config.latent_frames * config.pretransform.downsampling_ratio
        return samples / config.sample_rate_hz

    def begin(self, pair: PairInput, window: PairWindow) -> AudioxJob:
        """Return the job of a window; nothing is worked out yet.

        Raises:
            PairInputError: the picture's features were worked out for other models.
        """
        if pair.worked_out is not None:
            raise PairInputError(
                f"The pair {pair.key} has features of SelVA or MMAudio in place of its film, which "
                "AudioX can't use; add the film itself, or choose another base."
            )
        end = window.start_samples + window.length_samples
        samples = pair.sound.shape[1]
        context = np.zeros((2, max(samples, end)), np.float32)
        context[:, :samples] = _stereo(np.nan_to_num(pair.sound, posinf=0.0, neginf=0.0))
        request = Request(
            task=EngineTask.GENERATE,
            context=context,
            valid=np.ones(context.shape[1], bool),
            rate_hz=pair.rate_hz,
            region_start_samples=window.start_samples,
            region_end_samples=end,
            prompt=pair.prompt,
            picture=pair.picture,
            variant=self._model_id,
            machine=self._host.machine,
        )
        run = self._host.begin(RunState, request, plan_run(request))
        if len(run.windows) != 1:
            raise ValueError("a pair's window is one window of the model")
        seconds = window.real_samples / pair.rate_hz
        real = max(1, ceil(seconds * run.stretch.latent_rate_hz - _TINY))
        real_part = slice(window.start_samples, window.start_samples + window.real_samples)
        return AudioxJob(
            run=run,
            sound=context[:, real_part],
            real_frames=min(real, run.stretch.latent_frames),
        )

    def roles(self, job: AudioxJob) -> list[str]:
        """The files that decide what is encoded."""
        sync = ["sync"] if job.run.files.sync_path is not None else []
        return ["config", "model", "t5", *sync]

    def about(self, job: AudioxJob) -> dict[str, object]:
        """All that decides what is encoded besides the files, as JSON values."""
        run = job.run
        told: dict[str, object] = {
            "sound": digest(job.sound),
            "rate_hz": run.stretch.project_rate_hz,
            "frames": run.stretch.latent_frames,
            "prompt": run.request.prompt,
            "gaps": [digest(gap) for gap in job.gaps()],
        }
        if run.picture is not None:
            times = np.asarray(run.picture.frame_times_seconds, np.float64)
            told["picture"] = [run.picture.key, digest(times), run.stretch.start_seconds]
        return told

    @property
    def stages(self) -> tuple[EncodingStage[AudioxJob], ...]:
        """In order; each needs one large network."""
        return (
            EncodingStage("words", 1.0, _encode_words),
            EncodingStage("what happens when", 10.0, _encode_movement),
            EncodingStage("what the picture shows", 6.0, _encode_picture),
            EncodingStage("sound", 4.0, _encode_sound),
            EncodingStage("sound with gaps", 4.0, _encode_sound_prompts),
            EncodingStage("all that the model is told", 2.0, _encode_context),
        )


def _encode_words(job: AudioxJob) -> None:
    word_tokens(job.run, job.run.request.prompt)


def _encode_movement(job: AudioxJob) -> None:
    movement_features(job.run)


def _encode_picture(job: AudioxJob) -> None:
    picture_tokens(job.run)


def _encode_sound(job: AudioxJob) -> None:
    latents = sound_latents(job.run, job.sound)
    job.tensors[LATENT_MEAN] = latents.mean[0]
    job.tensors[LATENT_STD] = latents.deviation[0]
    job.tensors[REAL_FRAMES] = torch.tensor(job.real_frames)


def _encode_sound_prompts(job: AudioxJob) -> None:
    """The first version hears nothing, as when sound is generated; the others hear a gap."""
    stretch = job.run.stretch
    gaps = [np.ones(stretch.latent_frames, bool), *job.gaps()]
    job.sounds.clear()
    for version, gap in enumerate(gaps):
        run = job.run if version == 0 else _hearing(job.run, gap, version)
        around = read_surroundings(run.request, stretch, run.settings.placement, model_channels=2)
        job.sounds.append(sound_tokens(run, around))
    job.tensors[GAP] = torch.from_numpy(np.stack(gaps))


def _hearing(
    run: RunState, gap: np.ndarray[tuple[int], np.dtype[np.bool_]], version: int
) -> RunState:
    """Return the same run asked to fill a gap in the sound that there is."""
    stretch, request = run.stretch, run.request
    edges = np.arange(1, len(gap) + 1) / stretch.latent_rate_hz * stretch.project_rate_hz
    samples = np.arange(request.context.shape[1]) - stretch.start_samples
    frames = np.clip(np.searchsorted(edges, samples, "right"), 0, len(gap) - 1)
    missing = gap[frames]
    first = int(np.argmax(missing[stretch.start_samples :])) + stretch.start_samples
    asked = replace(
        request,
        task=EngineTask.INPAINT,
        valid=~missing,
        region_start_samples=first,
        region_end_samples=first + 1,
        seed=version,
    )
    return replace(run, request=asked)


def _encode_context(job: AudioxJob) -> None:
    words = word_tokens(job.run, job.run.request.prompt)
    pictures = picture_tokens(job.run)
    told = [
        fused(job.run, StretchTokens(words=words, unwanted=None, pictures=pictures, sounds=sounds))
        for sounds in job.sounds
    ]
    job.tensors[CONTEXT] = torch.cat([of_windows[0].context for of_windows in told])


def _stereo(sound: AudioBlock) -> AudioBlock:
    """Return two channels: one is repeated, more than two are mixed to their mean."""
    if len(sound) == 2:
        return sound
    return np.repeat(sound.mean(axis=0, keepdims=True), 2, axis=0)

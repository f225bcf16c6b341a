"""The picture as AudioX is told it: what CLIP sees, over time, and how it moves.

Ten seconds of film become 128 tokens: CLIP's states of every patch, a transformer over time, and
a projection of runs of numbers. Where the model has it, the Synchformer's features of movement
are projected in the same way and added.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from prismdesk.engines.audiox.conditioner_config import VideoPromptConfig
from prismdesk.engines.audiox.conditioning.temporal_transformer import TemporalTransformer
from prismdesk.engines.audiox.conditioning.tokens import Tokens
from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.loading.published import Published
from prismdesk.engines.nets.clip_names import names_of_library
from prismdesk.engines.nets.clip_vision import ClipVisionConfig, ClipVisionTower
from prismdesk.progress import ignore_progress, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.engines.audiox.conditioner_config import ConditionerConfig
    from prismdesk.progress import FractionDone, IsCancelled

CLIP_VIT_B_32 = ClipVisionConfig()
"""The tower of every published model."""

PICTURE_DIM = 768
SYNC_FEATURES = 240
"""Features of movement in ten seconds: 30 segments of 8."""

_TOWER = "visual_encoder_model"
_CLIP_HEAD_DIM = 64

# A few on a CPU, so that it stops soon when told to; elsewhere all ten seconds of a film.
_FRAMES_AT_ONCE = {"cpu": 2}
_POSITIONS_AT_ONCE = {"cpu": 2}
_AT_ONCE_ELSEWHERE = 64
_CLIPS_SHARE = 0.7
"""How much of the work is CLIP's; the rest is that of the transformer over time."""


class VideoPrompt(nn.Module):
    """Frames, and features of movement where it has them, to tokens [B, tokens, 768].

    Args:
        config: what ``config.json`` says.
        output_dim: the width that it says; where it isn't 768 the file holds a projection to it
            that nothing reads.
        clip: sizes of the tower.
    """

    def __init__(
        self, config: VideoPromptConfig, *, output_dim: int, clip: ClipVisionConfig = CLIP_VIT_B_32
    ) -> None:
        super().__init__()
        if clip.hidden_size != PICTURE_DIM:
            raise ValueError(f"a CLIP of width {clip.hidden_size}, not {PICTURE_DIM}")
        self.config = config
        self.visual_encoder_model = ClipVisionTower(clip)
        self.Temp_pos_embedding = nn.Parameter(torch.zeros(1, config.frames, PICTURE_DIM))
        self.Temp_transformer = TemporalTransformer(PICTURE_DIM)
        self.proj = nn.Linear(config.frames * clip.positions, config.out_features)
        self.empty_visual_feat = nn.Parameter(torch.zeros(1, config.out_features, PICTURE_DIM))
        if config.has_sync:
            self.proj_sync = nn.Linear(SYNC_FEATURES, config.out_features)
            self.sync_weight = nn.Parameter(torch.zeros(()))
        if output_dim != PICTURE_DIM:
            self.proj_out = nn.Linear(PICTURE_DIM, output_dim)

    def encode(
        self,
        frames: Tensor,
        sync: Tensor | None = None,
        *,
        report: FractionDone = ignore_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> Tokens:
        """Return the tokens of a film.

        A film whose frames are all zero is none: it gets the learned empty tokens, and its
        movement is left aside.

        Args:
            frames: [B, T, 3, side, side] RGB in 0…255, of any type, T frames for 10 seconds.
            sync: [B, 240, 768] for a model that has it; zeros if None.
            report: told the share of the work that is done.
            cancelled: asked between a few frames and the next.

        Raises:
            ValueError: shapes that the model can't take.
            Cancelled: as told.
        """
        if frames.dim() != 5 or frames.shape[1] != self.config.frames:
            raise ValueError(f"frames {tuple(frames.shape)}, not {self.config.frames} of each film")
        if sync is not None and not self.config.has_sync:
            raise ValueError("features of movement for a model that has no place for them")
        is_film = (frames != 0).flatten(1).any(dim=1).to(self.empty_visual_feat.device)
        tokens = self.empty_visual_feat.repeat(len(frames), 1, 1)
        if is_film.any():
            films = frames[is_film.to(frames.device)]
            seen = self._of_frames(films, report, cancelled)
            if self.config.has_sync:
                seen = seen + self._of_movement(
                    None if sync is None else sync[is_film.to(sync.device)]
                )
            tokens[is_film] = seen
        report(1.0)
        return Tokens(tokens, torch.ones(len(frames), 1, device=tokens.device))

    def empty(self, batch: int) -> Tokens:
        """Return the tokens of no picture, [batch, tokens, 768]; no encoder has to run."""
        tokens = self.empty_visual_feat.repeat(batch, 1, 1)
        return Tokens(tokens, torch.ones(batch, 1, device=tokens.device))

    def _of_frames(self, films: Tensor, report: FractionDone, cancelled: IsCancelled) -> Tensor:
        """Return the tokens of films [B, T, 3, side, side], without movement."""
        rest = 1.0 - _CLIPS_SHARE
        states = self._states(films, lambda done: report(_CLIPS_SHARE * done), cancelled)
        return self._over_time(states, lambda done: report(_CLIPS_SHARE + rest * done), cancelled)

    def _states(self, frames: Tensor, report: FractionDone, cancelled: IsCancelled) -> Tensor:
        """Return what CLIP sees in films [B, T, 3, side, side]: [B, T, positions, 768]."""
        batch, count = frames.shape[:2]
        device = self.empty_visual_feat.device
        at_once = _FRAMES_AT_ONCE.get(device.type, _AT_ONCE_ELSEWHERE)
        parts, done = [], 0
        for some in torch.split(frames.flatten(0, 1), at_once):
            raise_if_cancelled(cancelled)
            parts.append(self.visual_encoder_model.states(some.to(device).float() / 255))
            done += len(some)
            report(done / (batch * count))
        states = torch.cat(parts)
        return states.view(batch, count, states.shape[1], PICTURE_DIM)

    def _over_time(self, states: Tensor, report: FractionDone, cancelled: IsCancelled) -> Tensor:
        """Return the tokens of such states, [B, tokens, 768]."""
        batch, count, positions, _ = states.shape
        over_time = states.transpose(1, 2).flatten(0, 1) + self.Temp_pos_embedding
        at_once = _POSITIONS_AT_ONCE.get(over_time.device.type, _AT_ONCE_ELSEWHERE)
        parts, done = [], 0
        for some in torch.split(over_time, at_once):
            raise_if_cancelled(cancelled)
            parts.append(self.Temp_transformer(some))
            done += len(some)
            report(done / len(over_time))
        moved = torch.cat(parts).view(batch, positions, count, PICTURE_DIM)
        return _projected_runs(self.proj, moved.transpose(1, 2))

    def _of_movement(self, sync: Tensor | None) -> Tensor:
        """Return [B, tokens, 768]; without features the bias is what remains."""
        weight = self.proj_sync.weight
        if sync is None:
            sync = weight.new_zeros(1, SYNC_FEATURES, PICTURE_DIM)
        if sync.shape[1:] != (SYNC_FEATURES, PICTURE_DIM):
            raise ValueError(f"features of movement {tuple(sync.shape)}, not 240 of 768")
        return self.sync_weight * _projected_runs(self.proj_sync, sync.to(weight))


def _projected_runs(projection: nn.Linear, states: Tensor) -> Tensor:
    """Project runs of consecutive numbers, whatever they mean, and cut what comes out alike.

    [B, ..., 768] to [B, out, 768]: the numbers of an item are taken in the order in which they
    lie, in 768 runs, and each run becomes ``out`` numbers. Nothing is transposed: the models
    were trained so.
    """
    runs = states.reshape(len(states) * PICTURE_DIM, projection.in_features)
    projected: Tensor = projection(runs)
    return projected.view(len(states), projection.out_features, PICTURE_DIM)


def video_prompt_checkpoint(
    conditioner: ConditionerConfig, *, clip: ClipVisionConfig = CLIP_VIT_B_32
) -> Published[VideoPrompt]:
    """Return how the picture's part of a checkpoint fills its conditioner.

    Raises:
        ValueError: the conditioner isn't one of the picture.
    """
    options = conditioner.options
    if not isinstance(options, VideoPromptConfig):
        raise ValueError(f"{conditioner.id} is no conditioner of the picture")  # noqa: TRY004  (its id)
    return Published(
        what="picture conditioner of AudioX",
        build=partial(VideoPrompt, options, output_dim=conditioner.output_dim, clip=clip),
        translate=partial(names_of_library, _TOWER),
    )


def clip_of(state: Mapping[str, Tensor], *, where: str) -> ClipVisionConfig:
    """Return the sizes of the tower that a part holds: only its tensors tell them.

    Args:
        state: the tensors of the picture's part, under its own names.
        where: the file, for messages.

    Raises:
        CheckpointError: the tensors aren't those of a tower.
    """
    tower = f"{_TOWER}.vision_model."
    layer = f"{tower}encoder.layers."
    try:
        width, _, patch_px, _ = state[f"{tower}embeddings.patch_embedding.weight"].shape
        places, _ = state[f"{tower}embeddings.position_embedding.weight"].shape
        inner, _ = state[f"{layer}0.mlp.fc1.weight"].shape
        projected, _ = state[f"{_TOWER}.visual_projection.weight"].shape
        layers = {
            name.removeprefix(layer).split(".")[0] for name in state if name.startswith(layer)
        }
        return ClipVisionConfig(
            hidden_size=width,
            intermediate_size=inner,
            projection_dim=projected,
            num_hidden_layers=len(layers),
            num_attention_heads=width // _CLIP_HEAD_DIM,
            image_size=math.isqrt(max(0, places - 1)) * patch_px,
            patch_size=patch_px,
        )
    except (KeyError, ValueError) as error:
        raise CheckpointError(
            f"{where} holds no CLIP that AudioX could look through; fetch it again."
        ) from error

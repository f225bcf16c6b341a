"""The generator: from a noisy latent, a time and conditions to a velocity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from prismdesk.engines.nets.channel_last import SequenceConv, SequenceLinear
from prismdesk.engines.nets.fusable import FusableNetwork
from prismdesk.engines.nets.gated_mlp import GatedConvMlp, GatedMlp
from prismdesk.engines.nets.rotary import rotary_angles
from prismdesk.engines.selva.generator.blocks import (
    FusedBlock,
    JointBlock,
    Rotation,
    Streams,
    modulated,
)
from prismdesk.engines.selva.generator.conditions import Conditions, Prepared, stretched
from prismdesk.engines.selva.generator.time_embedding import TimeEmbedding
from prismdesk.engines.selva.lengths import SYNC_FEATURES_PER_SEGMENT

if TYPE_CHECKING:
    from prismdesk.engines.selva.generator.config import GeneratorConfig


class FinalLayer(nn.Module):
    """The way out: the latent stream, modulated by the overall condition, to a velocity."""

    def __init__(self, dim: int, latent_dim: int) -> None:
        super().__init__()
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), SequenceLinear(dim, 2 * dim))
        self.conv = SequenceConv(dim, latent_dim, 7)

    def forward(self, x: Tensor, activated: Tensor) -> Tensor:
        """Map [B, L, D] to [B, L, C]; ``activated`` is silu of the overall condition [B, 1, D]."""
        shift, scale = self.adaLN_modulation[1](activated).chunk(2, dim=-1)
        velocity: Tensor = self.conv(modulated(x, shift, scale))
        return velocity


class Generator(FusableNetwork):
    """The flow transformer of MMAudio (Cheng et al., 2025) and SelVA.

    Modules and parameters have the names of the published files. After ``finish`` projections
    that read the same are one, and their parameters still stand under their own names, so that
    adapters find them; results differ by rounding alone. Train adapters after ``unfuse``.
    """

    def __init__(self, config: GeneratorConfig, *, fused: bool = True) -> None:
        super().__init__(fused=fused)
        self.config = config
        dim, heads = config.hidden_dim, config.num_heads
        activation = nn.SiLU if config.is_v2 else nn.SELU
        between = (nn.SiLU(),) if config.is_v2 else ()
        self.audio_input_proj = nn.Sequential(
            SequenceConv(config.latent_dim, dim, 7), activation(), GatedConvMlp(dim, 7)
        )
        self.clip_input_proj = nn.Sequential(
            SequenceLinear(config.clip_dim, dim), *between, GatedConvMlp(dim, 3)
        )
        self.sync_input_proj = nn.Sequential(
            SequenceConv(config.sync_dim, dim, 7), activation(), GatedConvMlp(dim, 3)
        )
        self.text_input_proj = nn.Sequential(
            SequenceLinear(config.text_dim, dim), *between, GatedMlp(dim)
        )
        self.clip_cond_proj = nn.Linear(dim, dim)
        self.text_cond_proj = nn.Linear(dim, dim)
        self.global_cond_mlp = GatedMlp(dim)
        self.t_embed = TimeEmbedding(dim, config.time_features, config.time_scale)
        self.joint_blocks = nn.ModuleList(
            JointBlock(dim, heads, is_last=j == config.joint_depth - 1)
            for j in range(config.joint_depth)
        )
        self.fused_blocks = nn.ModuleList(FusedBlock(dim, heads) for _ in range(config.fused_depth))
        self.final_layer = FinalLayer(dim, config.latent_dim)
        self._add_rows(config)

    def _add_rows(self, config: GeneratorConfig) -> None:
        """Add what isn't a layer: statistics, empty rows and places inside a segment."""
        places = SYNC_FEATURES_PER_SEGMENT
        self.latent_mean = nn.Parameter(torch.zeros(1, 1, config.latent_dim))
        self.latent_std = nn.Parameter(torch.ones(1, 1, config.latent_dim))
        self.empty_string_feat = nn.Parameter(torch.zeros(config.text_tokens, config.text_dim))
        self.empty_clip_feat = nn.Parameter(torch.zeros(1, config.clip_dim))
        self.empty_sync_feat = nn.Parameter(torch.zeros(1, config.sync_dim))
        self.sync_pos_emb = nn.Parameter(torch.zeros(1, 1, places, config.sync_dim))

    def prepare(self, conditions: Conditions, *, latent_frames: int) -> Prepared:
        """Work out what depends neither on the latent nor on time; once per generation.

        Raises:
            ValueError: a feature's shape is not what the conditions or the network say.
        """
        clip, sync, text = self._filled(conditions)
        clip = self.clip_input_proj(clip)
        text = self.text_input_proj(text)
        segments = sync.reshape(sync.shape[0], -1, *self.sync_pos_emb.shape[2:]) + self.sync_pos_emb
        sync = stretched(self.sync_input_proj(segments.flatten(1, 2)), latent_frames)
        overall = self.clip_cond_proj(clip.mean(1, keepdim=True)) + self.text_cond_proj(
            text.mean(1, keepdim=True)
        )
        return Prepared(
            clip=clip,
            text=text,
            sync=sync,
            overall=self.global_cond_mlp(overall),
            rotation=self._rotation(latent_frames, clip.shape[1], text.shape[1]),
        )

    def velocity(self, latent: Tensor, t: Tensor, prepared: Prepared) -> Tensor:
        """Return where the latent moves: [B, L, C] -> [B, L, C].

        Args:
            latent: on the way from noise (t = 0) to sound (t = 1), in the network's type.
            t: time of each, [B], float32.
            prepared: of as many latents, of the same length.
        """
        rotation = prepared.rotation
        x: Tensor = self.audio_input_proj(latent)
        condition = self.t_embed(t).unsqueeze(1) + prepared.overall
        overall, per_frame = functional.silu(condition), functional.silu(condition + prepared.sync)
        streams = Streams(x, prepared.clip, prepared.text)
        for index, joint in enumerate(self.joint_blocks):
            turning = rotation.joint[index] if self.is_fused else None
            streams = joint(streams, per_frame, overall, rotation, turning)
        x = streams.latent
        for index, fused in enumerate(self.fused_blocks):
            turning = rotation.fused[index] if self.is_fused else None
            x = fused(x, per_frame, rotation.latent, turning)
        velocity: Tensor = self.final_layer(x, overall)
        return velocity

    @property
    def dtype(self) -> torch.dtype:
        """The type it works in."""
        return self.empty_clip_feat.dtype

    def normalise(self, z: Tensor) -> Tensor:
        """Return a latent [B, L, C] of the autoencoder as the flow knows it."""
        return (z - self.latent_mean) / self.latent_std

    def unnormalise(self, x: Tensor) -> Tensor:
        """Return a latent [B, L, C] of the flow as the autoencoder knows it."""
        return x * self.latent_std + self.latent_mean

    def _filled(self, conditions: Conditions) -> tuple[Tensor, Tensor, Tensor]:
        """Return clip, sync and text [B, N, width] in the network's type, none of them absent."""
        c = self.config
        wanted = (
            ("clip", conditions.clip, self.empty_clip_feat, conditions.clip_frames, c.clip_dim),
            ("sync", conditions.sync, self.empty_sync_feat, conditions.sync_frames, c.sync_dim),
            ("text", conditions.text, self.empty_string_feat, c.text_tokens, c.text_dim),
        )
        if conditions.sync_frames % SYNC_FEATURES_PER_SEGMENT or conditions.sync_frames < 1:
            raise ValueError(f"{conditions.sync_frames} synchronisation features aren't segments")
        filled = []
        for name, given, empty, frames, width in wanted:
            shape = (conditions.batch, frames, width)
            if given is not None and given.shape != shape:
                raise ValueError(f"{name} features {tuple(given.shape)} where {shape} are needed")
            features = empty.expand(shape) if given is None else given.to(empty)
            filled.append(features)
        return filled[0], filled[1], filled[2]

    def _rotation(self, latent_frames: int, clip_frames: int, text_tokens: int) -> Rotation:
        device, head_dim = self.latent_mean.device, self.config.head_dim
        latent = rotary_angles(latent_frames, head_dim, 1.0, device)
        clip = rotary_angles(clip_frames, head_dim, latent_frames / clip_frames, device)
        if not self.is_fused:
            return Rotation(latent, clip, latent.new_empty(0), latent.new_empty(0))
        joint = []
        for block in self.joint_blocks:
            assert isinstance(block, JointBlock)
            joint.append(block.turning(latent, clip, text_tokens))
        fused = []
        for block in self.fused_blocks:
            assert isinstance(block, FusedBlock)
            fused.append(block.attn.turning(latent, latent_frames))
        return Rotation(
            latent,
            clip,
            torch.stack(joint),
            torch.stack(fused) if fused else latent.new_empty(0),
        )

"""Hyper-parameters of the generator, and those of the published checkpoints."""

from __future__ import annotations

from dataclasses import dataclass, fields

_V1_TIME_FEATURES = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorConfig:
    """What decides the shapes of a generator.

    Attributes:
        latent_dim: channels of the latent, C.
        hidden_dim: width of every stream, D.
        depth: joint and fused blocks together.
        fused_depth: blocks at the end that see the latent stream alone.
        num_heads: heads of attention; D / heads is even.
        clip_dim: width of the picture's CLIP features.
        sync_dim: width of the synchronisation features.
        text_dim: width of the prompt's CLIP states.
        text_tokens: positions of the prompt.
        is_v2: the second version: SiLU everywhere, another time embedding.
    """

    latent_dim: int
    hidden_dim: int
    depth: int
    fused_depth: int
    num_heads: int
    clip_dim: int = 1024
    sync_dim: int = 768
    text_dim: int = 1024
    text_tokens: int = 77
    is_v2: bool = False

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "is_v2":
                continue
            if isinstance(value, bool) or not isinstance(value, int):
                raise ValueError(  # noqa: TRY004  (a value of a file like any other)
                    f"{field.name} must be a whole number, not {value!r}"
                )
            if value < (0 if field.name == "fused_depth" else 1):
                raise ValueError(f"{field.name} can't be {value}")
        if self.fused_depth >= self.depth:
            raise ValueError(
                f"of {self.depth} blocks {self.fused_depth} are fused; at least one must be joint"
            )
        if self.hidden_dim % (2 * self.num_heads):
            raise ValueError(
                f"a width of {self.hidden_dim} doesn't split into {self.num_heads} heads of an "
                "even width"
            )
        if self.hidden_dim % 2:
            raise ValueError(f"the time embedding needs an even width, not {self.hidden_dim}")

    @property
    def joint_depth(self) -> int:
        """Blocks that see latent, picture and text together."""
        return self.depth - self.fused_depth

    @property
    def head_dim(self) -> int:
        """Channels of one head."""
        return self.hidden_dim // self.num_heads

    @property
    def time_features(self) -> int:
        """Sinusoids of the time embedding."""
        return self.hidden_dim if self.is_v2 else _V1_TIME_FEATURES

    @property
    def time_scale(self) -> float:
        """What the angular frequencies of the time embedding are multiplied by."""
        return 10000.0 if self.is_v2 else 1.0


def _published(
    latent_dim: int, hidden_dim: int, depth: int, fused_depth: int, *, is_v2: bool = False
) -> GeneratorConfig:
    return GeneratorConfig(
        latent_dim=latent_dim,
        hidden_dim=hidden_dim,
        depth=depth,
        fused_depth=fused_depth,
        num_heads=hidden_dim // 64,
        is_v2=is_v2,
    )


PUBLISHED_GENERATORS: dict[str, GeneratorConfig] = {
    "small_16k": _published(20, 448, 12, 8),
    "small_44k": _published(40, 448, 12, 8),
    "medium_44k": _published(40, 896, 12, 8),
    "large_44k": _published(40, 896, 21, 14),
    "large_44k_v2": _published(40, 896, 21, 14, is_v2=True),
}
"""The configurations of the published checkpoints of SelVA and MMAudio, by variant."""

"""Hyper-parameters of the two denoisers, out of what the model's configuration states."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.engines.audiox.denoiser_config import DenoiserConfig

_LEAST_ROTATED = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class OuterConfig:
    """What both denoisers have; names are those of the file.

    Attributes:
        io_channels: channels of the latents.
        patch_size: latent frames in one token.
        embed_dim: width of the tokens, D.
        cond_token_dim: width of the context; 0 for a denoiser without one.
        project_cond_tokens: the context is brought to D, else it keeps its width.
        global_cond_dim: width of the global condition; 0 for none.
        project_global_cond: the global condition is brought to D.
        input_concat_dim: channels that join the latents.
        prepend_cond_dim: width of conditions put in front as tokens; 0 for none.
        depth: layers.
        num_heads: what the file calls so; see each denoiser.
    """

    io_channels: int
    patch_size: int
    embed_dim: int
    cond_token_dim: int
    project_cond_tokens: bool
    global_cond_dim: int
    project_global_cond: bool
    input_concat_dim: int
    prepend_cond_dim: int
    depth: int
    num_heads: int

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        for name in ("io_channels", "patch_size", "embed_dim", "depth", "num_heads"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} can't be {getattr(self, name)}")
        if self.embed_dim % self.num_heads:
            raise ValueError(f"a width of {self.embed_dim} doesn't split by {self.num_heads}")

    @property
    def input_channels(self) -> int:
        """Channels that enter: the latents' and those that join them."""
        return self.io_channels + self.input_concat_dim


@dataclass(frozen=True, slots=True, kw_only=True)
class DitConfig(OuterConfig):
    """The diffusion transformer; ``num_heads`` is the number of heads.

    Attributes:
        global_cond_type: "prepend": time is a token in front; "adaLN": it scales, shifts and
            gates every layer.
    """

    global_cond_type: str

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        OuterConfig.__post_init__(self)
        if self.rotated > self.head_dim or self.rotated % 2:
            raise ValueError(f"heads of {self.head_dim} channels can't be rotated")
        if self.cond_token_dim and (
            self.context_dim % self.head_dim or self.num_heads % max(1, self.context_heads)
        ):
            raise ValueError(
                f"a context of {self.context_dim} channels doesn't go with {self.num_heads} heads "
                f"of {self.head_dim}"
            )

    @property
    def head_dim(self) -> int:
        """Channels of a head."""
        return self.embed_dim // self.num_heads

    @property
    def rotated(self) -> int:
        """Leading channels of a head that are turned by their places."""
        return max(self.head_dim // 2, _LEAST_ROTATED)

    @property
    def context_dim(self) -> int:
        """Width of the context that the layers see."""
        return self.embed_dim if self.project_cond_tokens else self.cond_token_dim

    @property
    def context_heads(self) -> int:
        """Heads of keys and values; each serves as many consecutive ones of the queries."""
        return self.context_dim // self.head_dim

    @property
    def has_time_token(self) -> bool:
        """Whether time is a token in front."""
        return self.global_cond_type == "prepend"


@dataclass(frozen=True, slots=True, kw_only=True)
class MmditConfig(OuterConfig):
    """The transformer modulated token by token; ``num_heads`` is the *width* of a head.

    Attributes:
        latent_seq_len: tokens, that of the time included; no other number is possible.
        mlp_ratio: nominal width of the feed-forward layers over D.
        kernel_size: of the convolutions along time; 1 for linear layers.
    """

    latent_seq_len: int
    mlp_ratio: float
    kernel_size: int

    def __post_init__(self) -> None:
        """Refuse what no network can be built from."""
        OuterConfig.__post_init__(self)
        if self.num_heads % 2:
            raise ValueError(f"heads of {self.num_heads} channels can't be rotated")
        if self.latent_seq_len < 2:
            raise ValueError(f"{self.latent_seq_len} tokens leave none for the latents")

    @property
    def head_dim(self) -> int:
        """Channels of a head."""
        return self.num_heads

    @property
    def heads(self) -> int:
        """How many heads there are."""
        return self.embed_dim // self.num_heads

    @property
    def latent_frames(self) -> int:
        """The one length that is possible."""
        return (self.latent_seq_len - 1) * self.patch_size

    @property
    def hidden(self) -> int:
        """Nominal width of the feed-forward layers."""
        return int(self.embed_dim * self.mlp_ratio)


def network_config(config: DenoiserConfig) -> DitConfig | MmditConfig:
    """Return the hyper-parameters that a model's configuration states."""
    kind = MmditConfig if config.kind == "mmdit" else DitConfig
    names = {field.name for field in fields(kind)}
    given = {name.removeprefix("_"): value for name, value in config.arguments.items()}
    return kind(**{name: value for name, value in given.items() if name in names})

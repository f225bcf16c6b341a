"""What ``config.json`` says about the denoiser, and about how its conditions are put together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prismdesk.engines.audiox.config_fields import Fields

if TYPE_CHECKING:
    from collections.abc import Mapping

KINDS = ("dit", "mmdit")

MMDIT_CONTEXT_TOKENS = 384
"""Tokens of the context that an mmdit takes, no more and no fewer."""

_ROTATED_AT_LEAST = 32
_MOST_LAYERS = 256
_OF_BOTH = (
    "io_channels",
    "patch_size",
    "embed_dim",
    "cond_token_dim",
    "project_cond_tokens",
    "global_cond_dim",
    "project_global_cond",
    "input_concat_dim",
    "prepend_cond_dim",
    "depth",
    "num_heads",
    "transformer_type",
    "global_cond_type",
)
_OF_MMDIT = ("fusion_depth", "_latent_seq_len", "mlp_ratio", "kernel_size")
_WITHOUT_EFFECT = ("video_fps", "attn_kwargs", "rotary_pos_emb")


@dataclass(frozen=True, slots=True, kw_only=True)
class DenoiserConfig:
    """A denoiser: "dit" or "mmdit", and its arguments under their published names.

    ``arguments`` holds every argument that has an effect, defaults filled in and checked.
    """

    kind: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MafConfig:
    """The block that fuses the tokens of words, picture and sound.

    Attributes:
        dim: width of the tokens.
        num_experts_per_modality: learned queries for each of the three.
        num_heads: heads of all its attention.
        num_fusion_layers: layers over the experts.
    """

    dim: int = 768
    num_experts_per_modality: int = 64
    num_heads: int = 12
    num_fusion_layers: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AssemblyConfig:
    """Which conditioner's tokens go where; the names are those of the file."""

    cross_attention_cond_ids: tuple[str, ...] = ()
    global_cond_ids: tuple[str, ...] = ()
    input_concat_ids: tuple[str, ...] = ()
    prepend_cond_ids: tuple[str, ...] = ()
    gate: MafConfig | None = None

    @property
    def ids(self) -> frozenset[str]:
        """Every conditioner that is used."""
        return frozenset(
            self.cross_attention_cond_ids
            + self.global_cond_ids
            + self.input_concat_ids
            + self.prepend_cond_ids
        )


def read_denoiser(values: Mapping[str, object], *, where: str = "the config") -> DenoiserConfig:
    """Return what a ``diffusion`` object states about the network.

    Raises:
        ConfigError: a field is missing, impossible, or asks for what isn't supported.
    """
    return denoiser_of(Fields(values, where=where))


def denoiser_of(fields: Fields) -> DenoiserConfig:
    """Return what a ``diffusion`` object states about the network."""
    kind = fields.choice("type", KINDS)
    if fields.choice("diffusion_objective", ("v", "rectified_flow"), "v") != "v":
        fields.refuse("diffusion_objective", "must be v: no other objective is supported")
    inner = fields.section("config")
    _refuse_options(inner, kind)
    arguments: dict[str, Any] = {
        "io_channels": inner.count("io_channels", 32),
        "patch_size": inner.count("patch_size", 1, most=1024),
        "embed_dim": inner.count("embed_dim", 768),
        "cond_token_dim": inner.count("cond_token_dim", 0, least=0),
        "project_cond_tokens": inner.flag("project_cond_tokens", default=True),
        "global_cond_dim": inner.count("global_cond_dim", 0, least=0),
        "project_global_cond": inner.flag("project_global_cond", default=True),
        "input_concat_dim": inner.count("input_concat_dim", 0, least=0),
        "prepend_cond_dim": inner.count("prepend_cond_dim", 0, least=0),
        "depth": inner.count("depth", 12, most=_MOST_LAYERS),
        "num_heads": inner.count("num_heads", 8),
        "transformer_type": "continuous_transformer",
        "global_cond_type": inner.choice("global_cond_type", ("prepend", "adaLN"), "prepend"),
    }
    _check_global(inner, arguments)
    if kind == "mmdit":
        arguments |= _mmdit(inner, arguments)
    else:
        _check_dit(inner, arguments)
    return DenoiserConfig(kind=kind, arguments=arguments)


def read_assembly(values: Mapping[str, object], *, where: str = "the config") -> AssemblyConfig:
    """Return what a ``diffusion`` object states about how conditions are put together.

    Raises:
        ConfigError: a field is impossible, or asks for what isn't supported.
    """
    return assembly_of(Fields(values, where=where))


def assembly_of(fields: Fields) -> AssemblyConfig:
    """Return what a ``diffusion`` object states about how conditions are put together."""
    crossed = fields.names("cross_attention_cond_ids")
    gate = _gate(fields)
    if gate is not None and len(crossed) != 3:
        fields.refuse("cross_attention_cond_ids", f"must name 3 groups to fuse, not {len(crossed)}")
    return AssemblyConfig(
        cross_attention_cond_ids=crossed,
        global_cond_ids=fields.names("global_cond_ids"),
        input_concat_ids=fields.names("input_concat_ids"),
        prepend_cond_ids=fields.names("prepend_cond_ids"),
        gate=gate,
    )


def read_maf(values: Mapping[str, object], *, where: str = "the config") -> MafConfig:
    """Return what ``gate_type_config`` states.

    Raises:
        ConfigError: a field is impossible.
    """
    return _maf(Fields(values, where=where))


def _gate(fields: Fields) -> MafConfig | None:
    """Return the fusing block; a gate of another type than MAF does nothing."""
    is_on = fields.flag("gate", default=False)
    if not is_on or fields.text("gate_type", "sparse_gated") != "MAF":
        return None
    return _maf(fields.section_or_empty("gate_type_config"))


def _maf(fields: Fields) -> MafConfig:
    config = MafConfig(
        dim=fields.count("dim", 768),
        num_experts_per_modality=fields.count("num_experts_per_modality", 64),
        num_heads=fields.count("num_heads", 12),
        num_fusion_layers=fields.count("num_fusion_layers", 4, most=_MOST_LAYERS),
    )
    if config.dim % config.num_heads:
        fields.refuse("num_heads", f"must divide {config.dim}, which {config.num_heads} doesn't")
    return config


def _refuse_options(inner: Fields, kind: str) -> None:
    inner.choice("transformer_type", ["continuous_transformer"], "x-transformers")
    known = _OF_BOTH + _WITHOUT_EFFECT + (_OF_MMDIT if kind == "mmdit" else ())
    inner.refuse_options_besides(known)
    inner.section_or_empty("attn_kwargs").refuse_options_besides(())
    if not inner.flag("rotary_pos_emb", default=True):
        inner.refuse("rotary_pos_emb", "must be true: no other positions are supported")


def _check_global(inner: Fields, arguments: Mapping[str, Any]) -> None:
    width, wanted = arguments["global_cond_dim"], arguments["embed_dim"]
    if width and not arguments["project_global_cond"] and width != wanted:
        inner.refuse(
            "global_cond_dim", f"must be {wanted}, the width, where it isn't projected, not {width}"
        )


def _check_dit(inner: Fields, arguments: Mapping[str, Any]) -> None:
    width, heads = arguments["embed_dim"], arguments["num_heads"]
    if width % heads:
        inner.refuse("num_heads", f"must divide the width {width}, which {heads} doesn't")
    head_width = width // heads
    if head_width < _ROTATED_AT_LEAST or max(head_width // 2, _ROTATED_AT_LEAST) % 2:
        inner.refuse("num_heads", f"makes heads of {head_width} channels, which can't be rotated")
    tokens = width if arguments["project_cond_tokens"] else arguments["cond_token_dim"]
    if arguments["cond_token_dim"] and (
        tokens < head_width or tokens % head_width or heads % (tokens // head_width)
    ):
        inner.refuse(
            "cond_token_dim",
            f"makes conditions of {tokens} channels, which don't go with {heads} heads of "
            f"{head_width}",
        )


def _mmdit(inner: Fields, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments that only this kind has; its heads are ``num_heads`` channels wide."""
    width, head_width = arguments["embed_dim"], arguments["num_heads"]
    if width % head_width or head_width % 2:
        inner.refuse(
            "num_heads", f"must be even and divide the width {width}, which {head_width} doesn't"
        )
    if arguments["global_cond_type"] != "prepend":
        inner.refuse("global_cond_type", "must be prepend in an mmdit")
    if arguments["prepend_cond_dim"]:
        inner.refuse("prepend_cond_dim", "isn't supported in an mmdit")
    if not arguments["cond_token_dim"]:
        inner.refuse("cond_token_dim", "must be above 0 in an mmdit")
    kernel_size = inner.count("kernel_size", 3, most=63)
    if kernel_size % 2 == 0:
        inner.refuse("kernel_size", f"must be odd, not {kernel_size}")
    return {
        "fusion_depth": inner.count("fusion_depth", 0, least=0),
        "_latent_seq_len": inner.count("_latent_seq_len", 237, least=2),
        "mlp_ratio": inner.number("mlp_ratio", 4.0, least=0.01, most=64),
        "kernel_size": kernel_size,
    }

"""What ``config.json`` says about each conditioner: what turns one kind of prompt into tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from prismdesk.engines.audiox.autoencoder_config import AutoencoderConfig, autoencoder_of
from prismdesk.engines.audiox.config_fields import Fields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PICTURE_SECONDS = 10
"""How much of a film the tokens of the picture stand for, always."""

TEXT_TYPE = "t5"
PICTURE_TYPES = ("clip", "clip-with-sync-w-empty-feat")
SOUND_TYPES = ("audio_autoencoder", "audio_autoencoder_v2", "mel_spec")
NUMBER_TYPES = ("number", "int")

_PICTURE_TOKENS = 128
_LONGEST_ID = 40

UNPROJECTED_WIDTH = 768
"""Width of the tokens of a picture and of a mel spectrogram, whatever the configuration wants."""

EMPTY_SOUND_TOKENS = 215
"""Latent frames of 10 seconds: the only length that the first version of a sound prompt takes."""

REDUCED_SOUND_TOKENS = 128
"""Tokens that the second version makes of a sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPromptConfig:
    """Words through T5.

    Attributes:
        t5_model_name: which T5 it was trained with.
        max_length: tokens that every prompt is cut or padded to.
        project_out: a projection follows even where the widths agree.
    """

    t5_model_name: str
    max_length: int
    project_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoPromptConfig:
    """A film through CLIP and, where it has one, through the Synchformer.

    Attributes:
        video_fps: frames per second that CLIP looks at.
        out_features: tokens that come out.
        has_sync: features of movement are added.
    """

    video_fps: int
    out_features: int
    has_sync: bool

    @property
    def frames(self) -> int:
        """Frames that CLIP looks at."""
        return PICTURE_SECONDS * self.video_fps


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedPromptConfig:
    """A sound through an autoencoder of its own.

    Attributes:
        autoencoder: that one.
        latent_seq_len: latent frames it must give, where the tokens are reduced over time; None
            in the first version, whose empty feature fixes the length.
        mask_ratio_start: least share of the waveform that is zeroed at random.
        mask_ratio_end: largest share; nothing is zeroed where it isn't above the least.
    """

    autoencoder: AutoencoderConfig
    latent_seq_len: int | None = None
    mask_ratio_start: float = 0.0
    mask_ratio_end: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MelPromptConfig:
    """A sound as a mel spectrogram; the names are those of the file, lengths are in samples."""

    n_fft: int
    hop_length: int
    win_length: int
    n_mel_channels: int
    target_sample_rate: int
    mask_ratio_start: float
    mask_ratio_end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberConfig:
    """A number between two others; whole ones have a row of a table each."""

    min_val: float
    max_val: float
    is_whole: bool


ConditionerOptions = (
    TextPromptConfig | VideoPromptConfig | EncodedPromptConfig | MelPromptConfig | NumberConfig
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionerConfig:
    """One conditioner.

    Attributes:
        id: its name in requests and in the weight file.
        type: what it is, as the file calls it.
        output_dim: width that the configuration wants of its tokens.
        config: its fields as the file has them.
        options: the same, checked, with defaults filled in.
    """

    id: str
    type: str
    output_dim: int
    config: Mapping[str, Any]
    options: ConditionerOptions

    @property
    def token_width(self) -> int:
        """Width of its tokens: that of its own network where no projection follows."""
        is_projected = not isinstance(self.options, VideoPromptConfig | MelPromptConfig)
        return self.output_dim if is_projected else UNPROJECTED_WIDTH

    @property
    def token_count(self) -> int | None:
        """How many tokens it always gives; None if that goes with the length of the prompt."""
        options = self.options
        if isinstance(options, TextPromptConfig):
            return options.max_length
        if isinstance(options, VideoPromptConfig):
            return options.out_features
        if isinstance(options, EncodedPromptConfig):
            return EMPTY_SOUND_TOKENS if options.latent_seq_len is None else REDUCED_SOUND_TOKENS
        return 1 if isinstance(options, NumberConfig) else None


def read_conditioner(
    values: Mapping[str, object], *, cond_dim: int, where: str = "the config"
) -> ConditionerConfig:
    """Return what one entry of ``conditioning.configs`` states.

    Raises:
        ConfigError: a field is missing, impossible, or asks for what isn't supported.
    """
    return conditioner_of(Fields(values, where=where), cond_dim=cond_dim)


def conditioner_of(fields: Fields, *, cond_dim: int) -> ConditionerConfig:
    """Return what one entry states, with its place in the file for messages."""
    name = fields.text("id")
    if "." in name or not name.isprintable() or len(name) > _LONGEST_ID:
        fields.refuse("id", "is no name that a weight file can use")
    type_ = fields.choice("type", tuple(_READERS))
    inner = fields.section_or_empty("config")
    return ConditionerConfig(
        id=name,
        type=type_,
        output_dim=inner.count("output_dim", cond_dim),
        config=dict(inner.values),
        options=_READERS[type_](inner),
    )


def _text(fields: Fields) -> TextPromptConfig:
    return TextPromptConfig(
        t5_model_name=fields.text("t5_model_name", "t5-base"),
        max_length=fields.count("max_length", 128, most=4096),
        project_out=fields.flag("project_out", default=False),
    )


def _picture(fields: Fields) -> VideoPromptConfig:
    return _video(fields, has_sync=False)


def _picture_with_sync(fields: Fields) -> VideoPromptConfig:
    return _video(fields, has_sync=True)


def _video(fields: Fields, *, has_sync: bool) -> VideoPromptConfig:
    fields.choice("clip_model_name", ["clip-vit-base-patch32"], "clip-vit-base-patch32")
    tokens = fields.count("out_features", _PICTURE_TOKENS) if has_sync else _PICTURE_TOKENS
    return VideoPromptConfig(
        video_fps=fields.count("video_fps", 5, most=120), out_features=tokens, has_sync=has_sync
    )


def _encoded(fields: Fields) -> EncodedPromptConfig:
    return EncodedPromptConfig(autoencoder=autoencoder_of(fields.section("pretransform_config")))


def _encoded_v2(fields: Fields) -> EncodedPromptConfig:
    return EncodedPromptConfig(
        autoencoder=autoencoder_of(fields.section("pretransform_config")),
        latent_seq_len=fields.count("latent_seq_len", 237),
        mask_ratio_start=fields.number("mask_ratio_start", 0.0, least=0, most=1),
        mask_ratio_end=fields.number("mask_ratio_end", 0.0, least=0, most=1),
    )


def _mel(fields: Fields) -> MelPromptConfig:
    fields.choice("mel_spec_type", ["mel_features"], "mel_features")
    n_fft = fields.count("n_fft", 1024)
    return MelPromptConfig(
        n_fft=n_fft,
        hop_length=fields.count("hop_length", 256),
        win_length=fields.count("win_length", 1024, most=n_fft),
        n_mel_channels=fields.count("n_mel_channels", 100),
        target_sample_rate=fields.count("target_sample_rate", 24_000, most=1_000_000),
        mask_ratio_start=fields.number("mask_ratio_start", 0.7, least=0, most=1),
        mask_ratio_end=fields.number("mask_ratio_end", 1.0, least=0, most=1),
    )


def _number(fields: Fields) -> NumberConfig:
    low, high = fields.number("min_val", 0.0), fields.number("max_val", 1.0)
    if not high > low:
        fields.refuse("max_val", f"must be above min_val, which is {low:g}")
    return NumberConfig(min_val=low, max_val=high, is_whole=False)


def _whole_number(fields: Fields) -> NumberConfig:
    low = fields.count("min_val", 0, least=0)
    if low:
        fields.refuse("min_val", f"must be 0 for whole numbers, not {low}")
    return NumberConfig(min_val=0, max_val=fields.count("max_val", 512), is_whole=True)


_READERS: dict[str, Callable[[Fields], ConditionerOptions]] = {
    TEXT_TYPE: _text,
    "clip": _picture,
    "clip-with-sync-w-empty-feat": _picture_with_sync,
    "audio_autoencoder": _encoded,
    "audio_autoencoder_v2": _encoded_v2,
    "mel_spec": _mel,
    "number": _number,
    "int": _whole_number,
}

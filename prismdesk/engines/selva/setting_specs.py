"""Every setting of SelVA and MMAudio, with what it does: plain data."""

from __future__ import annotations

from prismdesk.engines.capabilities import SettingSpec
from prismdesk.engines.hosting.setting_specs import (
    PRECISION,
    STOP_AT_STEP,
    STRENGTH,
    long_regions,
    placement,
    window_overlap,
)

CLIP_PICTURES = ("published", "empty", "picture")
SYNC_GEOMETRIES = ("published", "squash", "crop")
RESIZES = ("published", "decoder", "node")
NEGATIVES = ("published", "stored")
WORK_LENGTHS = ("region", "natural")

_SAMPLING = (
    SettingSpec(
        name="steps",
        label="Steps",
        help="Steps from noise to sound; 25 is what the models were published with.",
        default=25,
        minimum=1,
        maximum=200,
    ),
    SettingSpec(
        name="guidance",
        label="Guidance",
        help=(
            "How closely the sound follows prompt and picture: 4.5 as published, 3 to 7 are "
            "useful; below 1 the negative prompt is left out and each step costs half."
        ),
        default=4.5,
        minimum=0.0,
        maximum=20.0,
    ),
    STRENGTH,
    STOP_AT_STEP,
)

_PICTURE = (
    SettingSpec(
        name="clip_picture",
        label="Picture meaning",
        help=(
            "Whether the generator sees what the picture shows (CLIP): published gives MMAudio the "
            "picture and SelVA none; picture gives it to both, as the ComfyUI nodes do; empty to "
            "neither."
        ),
        default="published",
        choices=CLIP_PICTURES,
        is_advanced=True,
    ),
    SettingSpec(
        name="sync_geometry",
        label="Picture shape",
        help=(
            "How a frame becomes the square that timing is read from: published squashes for SelVA "
            "and crops the middle for MMAudio; crop never sees the left and right edges."
        ),
        default="published",
        choices=SYNC_GEOMETRIES,
        is_advanced=True,
    ),
    SettingSpec(
        name="resize",
        label="Resizing",
        help=(
            "published uses the original bicubic with antialiasing on whole frames; decoder scales "
            "frames while they are read, which takes less memory for large films and differs by a "
            "level or two; node uses the ComfyUI nodes' plain bicubic and their "
            "choice of frames."
        ),
        default="published",
        choices=RESIZES,
        is_advanced=True,
    ),
    SettingSpec(
        name="mask_strength",
        label="Mask strength",
        help="How fully the picture outside the mask is turned grey: 1 hides it, 0 shows all.",
        default=1.0,
        minimum=0.0,
        maximum=1.0,
        is_advanced=True,
    ),
    SettingSpec(
        name="mask_clip",
        label="Mask picture meaning",
        help="Lays the picture mask over what CLIP sees.",
        default=True,
        is_advanced=True,
    ),
    SettingSpec(
        name="mask_sync",
        label="Mask timing",
        help="Lays the picture mask over what timing is read from.",
        default=True,
        is_advanced=True,
    ),
)

_LENGTH = (
    long_regions(beyond="8 s"),
    window_overlap(most_seconds=6.4),
    SettingSpec(
        name="work_length",
        label="Work length",
        help=(
            "region makes just the sound asked for; natural always works on 8 s, the length the "
            "models were trained at, with picture and sound from around a shorter region."
        ),
        default="region",
        choices=WORK_LENGTHS,
        is_advanced=True,
    ),
)

_JOINING = (
    SettingSpec(
        name="feather_frames",
        label="Feather",
        help="Over how many latent frames (23 to 32 ms each) kept sound gives way to new sound.",
        default=3,
        minimum=0,
        maximum=8,
        is_advanced=True,
    ),
    SettingSpec(
        name="jumps",
        label="Harmonising jumps",
        help="How often inpainting goes back and forth once more to join new and kept sound.",
        default=0,
        minimum=0,
        maximum=3,
        is_advanced=True,
    ),
    placement(
        "Where the mono sound goes on a track of several channels: auto follows the balance of "
        "the sound around, else the centre where the track has one, else left and right."
    ),
)

_MODEL = (
    SettingSpec(
        name="negative",
        label="Empty negative prompt",
        help=(
            "What an empty negative prompt means: published reads the empty text; stored takes the "
            "row that lies in the weights, as the ComfyUI nodes do. They agree up to rounding."
        ),
        default="published",
        choices=NEGATIVES,
        is_advanced=True,
    ),
    PRECISION,
)

SELVA_SETTINGS: tuple[SettingSpec, ...] = (*_SAMPLING, *_PICTURE, *_LENGTH, *_JOINING, *_MODEL)

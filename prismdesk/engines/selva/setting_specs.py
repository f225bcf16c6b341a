"""Every setting of SelVA and MMAudio, with what it does: plain data."""

from __future__ import annotations

from prismdesk.engines.capabilities import SettingSpec

PRECISIONS = ("auto", "bf16", "fp16", "fp32")
CLIP_PICTURES = ("published", "empty", "picture")
SYNC_GEOMETRIES = ("published", "squash", "crop")
RESIZES = ("published", "decoder", "node")
NEGATIVES = ("published", "stored")
LONG_WAYS = ("joint", "sequential", "single")
WORK_LENGTHS = ("region", "natural")
PLACEMENTS = ("auto", "left_right", "centre", "all")

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
    SettingSpec(
        name="strength",
        label="Strength",
        help=(
            "1 makes new sound; below 1 starts from the take that is varied, or from what the "
            "lanes hold, and changes the less the smaller it is."
        ),
        default=1.0,
        minimum=0.05,
        maximum=1.0,
    ),
    SettingSpec(
        name="stop_at_step",
        label="Stop at step",
        help=(
            "Ends sampling after so many steps and takes the sound that they point at, as "
            "Enough, use it now does; 0 goes to the end. Windows made one after the other count on."
        ),
        default=0,
        minimum=0,
        maximum=10000,
        is_advanced=True,
    ),
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
    SettingSpec(
        name="long",
        label="Long regions",
        help=(
            "Beyond 8 s: joint works on overlapping windows together at each step, without seams; "
            "sequential one window after the other, each carrying the last one on; single one "
            "long window, which the models were not trained for."
        ),
        default="joint",
        choices=LONG_WAYS,
        is_advanced=True,
    ),
    SettingSpec(
        name="window_overlap_seconds",
        label="Window overlap",
        help="How much neighbouring windows of a long region share; more is smoother and slower.",
        default=2.24,
        minimum=0.32,
        maximum=6.4,
        unit="s",
        is_advanced=True,
    ),
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
    SettingSpec(
        name="placement",
        label="Placement",
        help=(
            "Where the mono sound goes on a track of several channels: auto follows the balance of "
            "the sound around, else the centre where the track has one, else left and right."
        ),
        default="auto",
        choices=PLACEMENTS,
        is_advanced=True,
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
    SettingSpec(
        name="precision",
        label="Precision",
        help=(
            "Numbers that the large networks work with: auto takes bf16 on a graphics processor "
            "that has it and fp32 elsewhere; smaller numbers need half the memory."
        ),
        default="auto",
        choices=PRECISIONS,
        is_advanced=True,
    ),
)

SELVA_SETTINGS: tuple[SettingSpec, ...] = (*_SAMPLING, *_PICTURE, *_LENGTH, *_JOINING, *_MODEL)

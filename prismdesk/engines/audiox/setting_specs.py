"""Every setting of AudioX, with what it does: plain data."""

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

PRESETS = ("draft", "normal", "final")
SAMPLERS = (
    "preset",
    "dpmpp-3m-sde",
    "dpmpp-2m-sde",
    "dpmpp-2m",
    "unipc-2",
    "k-heun",
    "k-lms",
    "k-dpm-2",
    "k-dpmpp-2s-ancestral",
    "k-dpm-fast",
)
AUDIO_PROMPTS = ("auto", "on", "off")
MEL_SPANS = ("published", "none")
FRAMES = ("exact", "published")
WORK_LENGTHS = ("natural", "region")

MOST_SIGMA = 10_000.0

_SAMPLING = (
    SettingSpec(
        name="preset",
        label="Quality",
        help=(
            "How long a take is worked on: draft shows in a moment whether words and picture fit; "
            "normal is for daily work; final takes as many steps as the models were published "
            "with. Steps, sampler and noise levels that are set by hand go before it."
        ),
        default="normal",
        choices=PRESETS,
    ),
    SettingSpec(
        name="guidance",
        label="Guidance",
        help=(
            "How closely the sound follows prompt and picture: 7 as published, 3 to 9 are useful; "
            "1 leaves the negative prompt out and each step costs half."
        ),
        default=7.0,
        minimum=0.0,
        maximum=25.0,
    ),
    STRENGTH,
    SettingSpec(
        name="audio_prompt",
        label="Sound prompt",
        help=(
            "Whether the model listens to sound besides words and picture. auto: inpainting hears "
            "what is around the gap, continuing the 10 s before, generating none; on: generating "
            "hears what the lanes hold here, too; off: never."
        ),
        default="auto",
        choices=AUDIO_PROMPTS,
    ),
    SettingSpec(
        name="softness",
        label="Softness",
        help=(
            "Inpainting: over how much of the region, at each edge that joins kept sound, new "
            "sound is led back to what stood in the region before; 0 for a region that held "
            "nothing worth keeping. Seams are smooth either way."
        ),
        default=0.0,
        minimum=0.0,
        maximum=10.0,
        unit="s",
    ),
    SettingSpec(
        name="marination",
        label="Marination",
        help=(
            "Inpainting: over which last share of the steps the whole region is led back to what "
            "stood in it before: 0 not at all, towards 1 hardly anything changes."
        ),
        default=0.0,
        minimum=0.0,
        maximum=1.0,
    ),
)

_STEPS = (
    SettingSpec(
        name="steps",
        label="Steps",
        help="Steps from noise to sound; 0 takes those of the quality chosen, 250 as published.",
        default=0,
        minimum=0,
        maximum=1000,
        is_advanced=True,
    ),
    SettingSpec(
        name="sampler",
        label="Sampler",
        help=(
            "How noise is taken away: dpmpp-3m-sde is the published way, which adds fresh noise at "
            "each step; dpmpp-2m and unipc-2 add none and need far fewer steps; k-dpm-fast can't "
            "keep sound around a gap. preset takes that of the quality chosen."
        ),
        default="preset",
        choices=SAMPLERS,
        is_advanced=True,
    ),
    SettingSpec(
        name="sigma_min",
        label="Lowest noise",
        help=(
            "The last noise level before the clean sound; 0 takes that of the quality chosen. "
            "Published scripts use 0.3, the published window 0.03."
        ),
        default=0.0,
        minimum=0.0,
        maximum=100.0,
        is_advanced=True,
    ),
    SettingSpec(
        name="sigma_max",
        label="Highest noise",
        help=(
            "The noise level that sampling starts from; 0 takes that of the quality chosen, 500 as "
            "published."
        ),
        default=0.0,
        minimum=0.0,
        maximum=MOST_SIGMA,
        is_advanced=True,
    ),
    SettingSpec(
        name="guidance_rescale",
        label="Guidance rescale",
        help=(
            "Brings latents that strong guidance made too loud back to the level of plain ones: 0 "
            "not at all, as published; 1 fully."
        ),
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        is_advanced=True,
    ),
    SettingSpec(
        name="noise_level",
        label="Variation noise",
        help=(
            "The noise level that a variation starts from, 0.1 to 100 as published, in place of "
            "the strength; 0 works it out from the strength."
        ),
        default=0.0,
        minimum=0.0,
        maximum=100.0,
        is_advanced=True,
    ),
    STOP_AT_STEP,
)

_CONDITIONS = (
    SettingSpec(
        name="mel_span",
        label="Blanked span",
        help=(
            "MAF hears a sound prompt with 70 to 100 % of it blanked at random, as it was trained: "
            "published does so, following the seed; none lets it hear all."
        ),
        default="published",
        choices=MEL_SPANS,
        is_advanced=True,
    ),
    SettingSpec(
        name="frames",
        label="Frames",
        help=(
            "Which frames of the film are looked at: exact takes those on screen at 5 and 25 times "
            "a second; published every so-manieth by the film's average rate, which drifts for "
            "films of 24 or 30 frames a second, and scales them as the publishers do."
        ),
        default="exact",
        choices=FRAMES,
        is_advanced=True,
    ),
)

_LENGTH = (
    long_regions(beyond="11 s", except_for=" and MMDiT can't make"),
    window_overlap(most_seconds=8.0),
    SettingSpec(
        name="work_length",
        label="Work length",
        help=(
            "natural always works on 11 s, the length the models were trained at, with picture and "
            "sound from around a shorter region; region makes just the sound asked for, which is "
            "quicker. MMDiT only makes its natural length."
        ),
        default="natural",
        choices=WORK_LENGTHS,
        is_advanced=True,
    ),
)

_MODEL = (
    placement(
        "Where the stereo sound goes: auto and left_right put it on left and right (a mono "
        "track gets their mean); centre and all mix it down first."
    ),
    PRECISION,
)

AUDIOX_SETTINGS: tuple[SettingSpec, ...] = (*_SAMPLING, *_STEPS, *_CONDITIONS, *_LENGTH, *_MODEL)

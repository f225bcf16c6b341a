"""What every option of training is called, may be, and does: plain data for all who show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Value = bool | int | float | str | tuple[str, ...]
Kind = Literal["whole", "number", "switch", "choice", "names"]

METHODS = ("lora", "words", "vocoder")
TIMESTEP_MODES = ("uniform", "logit_normal", "curriculum")
STARTS = ("standard", "pissa")
LR_SCHEDULES = ("constant", "cosine")
PRECISIONS = ("auto", "bf16", "fp32")
REWEIGHTS = ("none", "sensitivity")
WORDS_PLACES = ("suffix", "prefix")
VOCODER_SCOPES = ("alphas", "all")
FAMILIES = ("selva", "audiox")


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionSpec:
    """One option of training.

    Attributes:
        name: as in a configuration file and in ``TrainingOptions``.
        label: for people.
        help: one line.
        kind: of its values.
        default: of SelVA and MMAudio, and of AudioX too unless ``audiox_default`` differs.
        audiox_default: of AudioX where it is another one.
        minimum: smallest number.
        maximum: largest number.
        choices: what it may be, where those are few.
        families: which it is for.
        methods: which it is for.
        is_advanced: whether it is for those who ask for more.
    """

    name: str
    label: str
    help: str
    kind: Kind
    default: Value
    audiox_default: Value | None = None
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    families: tuple[str, ...] = FAMILIES
    methods: tuple[str, ...] = METHODS
    is_advanced: bool = False

    def default_of(self, family: str) -> Value:
        """Return the start value in a family."""
        if family == "audiox" and self.audiox_default is not None:
            return self.audiox_default
        return self.default

    @property
    def range_in_words(self) -> str:
        """What it may be, as a phrase: "1 to 128", "uniform, logit_normal or curriculum"."""
        if self.choices:
            return f"{', '.join(self.choices[:-1])} or {self.choices[-1]}"
        if self.kind == "switch":
            return "true or false"
        if self.kind == "names":
            return "names of layers"
        return f"{_plain(self.minimum)} to {_plain(self.maximum)}"


def _plain(number: float | None) -> str:
    if number is None:
        return "any"
    return str(int(number)) if float(number).is_integer() else f"{number:g}"


_WITH_METHODS = ("selva",)
_LORA = ("lora",)
_LORA_AND_WORDS = ("lora", "words")

_MAIN = (
    OptionSpec(
        name="method",
        label="Method",
        help="What is learned: a low-rank adapter (lora), words, or the vocoder's own character.",
        kind="choice",
        default="lora",
        choices=METHODS,
        families=_WITH_METHODS,
    ),
    OptionSpec(
        name="steps",
        label="Steps",
        help="How often the weights are changed; more clips need more steps.",
        kind="whole",
        default=2000,
        minimum=1,
        maximum=100_000,
    ),
    OptionSpec(
        name="rank",
        label="Rank",
        help="How much the adapter can hold: 8 for details, 16 usually, 32 and more if it is hard.",
        kind="whole",
        default=16,
        minimum=1,
        maximum=256,
        methods=_LORA,
    ),
    OptionSpec(
        name="alpha",
        label="Alpha",
        help="Scale of the adapter against its rank; 0 takes twice the rank.",
        kind="number",
        default=0.0,
        audiox_default=16.0,
        minimum=0.0,
        maximum=1024.0,
        methods=_LORA,
    ),
    OptionSpec(
        name="lr",
        label="Learning rate",
        help="How far each step goes.",
        kind="number",
        default=1e-4,
        minimum=1e-6,
        maximum=1e-2,
    ),
    OptionSpec(
        name="batch",
        label="Batch",
        help="Pairs in one pass; as many as fit into memory.",
        kind="whole",
        default=4,
        minimum=1,
        maximum=64,
    ),
    OptionSpec(
        name="accumulation",
        label="Accumulation",
        help="Passes whose gradients are added up before one step; costs time instead of memory.",
        kind="whole",
        default=1,
        minimum=1,
        maximum=64,
    ),
    OptionSpec(
        name="save_every",
        label="Save every",
        help="Steps between checkpoints, held-out losses and listening examples.",
        kind="whole",
        default=500,
        minimum=1,
        maximum=100_000,
    ),
    OptionSpec(
        name="seed",
        label="Seed",
        help="The same seed, set and options train the same preset.",
        kind="whole",
        default=42,
        minimum=0,
        maximum=2**31 - 1,
    ),
)

_LAYERS = (
    OptionSpec(
        name="targets",
        label="Layers",
        help="Which layers learn, by the ends of their names; none given takes the usual ones.",
        kind="names",
        default=(),
        methods=_LORA,
    ),
    OptionSpec(
        name="start",
        label="Start",
        help="From nothing (standard), or from the weights' principal components (pissa).",
        kind="choice",
        default="pissa",
        audiox_default="standard",
        choices=STARTS,
        methods=_LORA,
    ),
    OptionSpec(
        name="rank_stabilised",
        label="Rank-stabilised scale",
        help="Scales by alpha over the root of the rank, so that high ranks learn as fast.",
        kind="switch",
        default=True,
        audiox_default=False,
        methods=_LORA,
    ),
    OptionSpec(
        name="dropout",
        label="Dropout",
        help="Share of what enters the adapter that is left out at random; none with pissa.",
        kind="number",
        default=0.0,
        minimum=0.0,
        maximum=0.3,
        methods=_LORA,
        is_advanced=True,
    ),
    OptionSpec(
        name="lora_plus_ratio",
        label="LoRA+ ratio",
        help="How much faster the upward half (B) learns than the downward half (A).",
        kind="number",
        default=1.0,
        minimum=1.0,
        maximum=64.0,
        methods=_LORA,
        is_advanced=True,
    ),
    OptionSpec(
        name="reweight",
        label="Reweighting",
        help="After training, weighs each layer's directions by how much the loss feels them.",
        kind="choice",
        default="none",
        choices=REWEIGHTS,
        methods=_LORA,
        is_advanced=True,
    ),
)

_COURSE = (
    OptionSpec(
        name="warm_up",
        label="Warm-up",
        help="Steps over which the learning rate rises from 0.",
        kind="whole",
        default=100,
        minimum=0,
        maximum=10_000,
        is_advanced=True,
    ),
    OptionSpec(
        name="lr_schedule",
        label="Schedule",
        help="Whether the learning rate stays after the warm-up or falls as a cosine.",
        kind="choice",
        default="constant",
        choices=LR_SCHEDULES,
        is_advanced=True,
    ),
    OptionSpec(
        name="timestep_mode",
        label="Times",
        help="Which noise levels are trained: all alike, the middle ones more, or these first.",
        kind="choice",
        default="uniform",
        choices=TIMESTEP_MODES,
        methods=_LORA_AND_WORDS,
        is_advanced=True,
    ),
    OptionSpec(
        name="logit_normal_sigma",
        label="Spread of times",
        help="How far logit-normal times lie apart.",
        kind="number",
        default=1.0,
        minimum=0.1,
        maximum=5.0,
        methods=_LORA_AND_WORDS,
        is_advanced=True,
    ),
    OptionSpec(
        name="curriculum_switch",
        label="Switch of times",
        help="Share of the steps after which a curriculum goes over to all times alike.",
        kind="number",
        default=0.6,
        minimum=0.0,
        maximum=1.0,
        methods=_LORA_AND_WORDS,
        is_advanced=True,
    ),
    OptionSpec(
        name="mixup_alpha",
        label="Mixup",
        help="Mixes the latents of a batch with each other, Beta-distributed; 0 doesn't.",
        kind="number",
        default=0.0,
        minimum=0.0,
        maximum=4.0,
        methods=_LORA,
        is_advanced=True,
    ),
    OptionSpec(
        name="latent_noise_sigma",
        label="Latent noise",
        help="Noise added to the latents, as a share of their own spread; 0 adds none.",
        kind="number",
        default=0.0,
        minimum=0.0,
        maximum=0.5,
        methods=_LORA,
        is_advanced=True,
    ),
    OptionSpec(
        name="weight_decay",
        label="Weight decay",
        help="How strongly what is learned is drawn to zero.",
        kind="number",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        is_advanced=True,
    ),
    OptionSpec(
        name="gradient_clip",
        label="Gradient clip",
        help="Longest gradient of a step; 0 doesn't clip.",
        kind="number",
        default=1.0,
        minimum=0.0,
        maximum=100.0,
        is_advanced=True,
    ),
    OptionSpec(
        name="condition_drop",
        label="Dropped conditions",
        help="Share of the pairs that are trained without picture and words.",
        kind="number",
        default=0.0,
        audiox_default=0.1,
        minimum=0.0,
        maximum=0.9,
        methods=_LORA,
        is_advanced=True,
    ),
    OptionSpec(
        name="inpainting_share",
        label="Inpainting",
        help="Share of the pairs that are trained to fill a gap in sound that the model hears.",
        kind="number",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        families=("audiox",),
        methods=_LORA,
        is_advanced=True,
    ),
)

_MACHINE = (
    OptionSpec(
        name="precision",
        label="Precision",
        help="bf16 halves the base's memory on a graphics card; what learns stays float32.",
        kind="choice",
        default="auto",
        choices=PRECISIONS,
        is_advanced=True,
    ),
    OptionSpec(
        name="gradient_checkpointing",
        label="Save memory",
        help="Works out parts of each pass twice rather than keeping them: slower, much smaller.",
        kind="switch",
        default=False,
        is_advanced=True,
    ),
    OptionSpec(
        name="keep_checkpoints",
        label="Checkpoints kept whole",
        help="How many can be resumed from; of older ones only the preset stays.",
        kind="whole",
        default=2,
        minimum=1,
        maximum=100,
        is_advanced=True,
    ),
    OptionSpec(
        name="example_count",
        label="Listening examples",
        help="Pairs whose sound is made at each checkpoint, always from the same noise.",
        kind="whole",
        default=1,
        minimum=0,
        maximum=16,
    ),
    OptionSpec(
        name="example_steps",
        label="Steps of examples",
        help="Steps from noise to sound of a listening example.",
        kind="whole",
        default=25,
        minimum=1,
        maximum=250,
        is_advanced=True,
    ),
)

_OTHER_METHODS = (
    OptionSpec(
        name="words_count",
        label="Learned words",
        help="How many words are learned.",
        kind="whole",
        default=4,
        minimum=1,
        maximum=16,
        families=_WITH_METHODS,
        methods=("words",),
    ),
    OptionSpec(
        name="words_place",
        label="Place of the words",
        help="Whether learned words stand after the prompt or before it.",
        kind="choice",
        default="suffix",
        choices=WORDS_PLACES,
        families=_WITH_METHODS,
        methods=("words",),
    ),
    OptionSpec(
        name="vocoder_scope",
        label="Scope",
        help="Whether only the vocoder's activations are tuned or all of it.",
        kind="choice",
        default="alphas",
        choices=VOCODER_SCOPES,
        families=_WITH_METHODS,
        methods=("vocoder",),
    ),
)

OPTION_SPECS: tuple[OptionSpec, ...] = (*_MAIN, *_LAYERS, *_COURSE, *_MACHINE, *_OTHER_METHODS)
"""Every option, in the order in which it is shown."""


def spec_of(name: str) -> OptionSpec:
    """Return the description of an option.

    Raises:
        KeyError: there is none of that name.
    """
    return _BY_NAME[name]


_BY_NAME = {spec.name: spec for spec in OPTION_SPECS}

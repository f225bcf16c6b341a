"""What the window says of training: figures, states and options in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.training.option_specs import OPTION_SPECS
from prismdesk.engines.training.options import default_options
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.run_files import RunState
    from prismdesk.jobs.training.desk import Piece
    from prismdesk.session.training_runs import RunOverview

NO_RUN_SHOWN = "No training run is shown."
NOTHING_TRAINED = "Nothing is being trained."
NO_SET_SHOWN = "No training set is shown; train something first."
_GB = 1e9
_STATES = {
    "waiting": "waiting",
    "encoding": "encoding its set",
    "training": "broken off",
    "paused": "paused",
    "stopped": "stopped and kept",
    "finished": "finished",
    "failed": "failed",
}
_METHODS = {"words": "learns words", "vocoder": "tunes the vocoder"}
_SAID_OTHERWISE = frozenset(
    {"method", "steps", "rank", "alpha", "batch", "precision", "seed", "start", "rank_stabilised",
     "save_every", "keep_checkpoints", "example_count", "example_steps"}
)  # fmt: skip


def count_words(number: int) -> str:
    """Return "1 840": thousands apart by a thin space."""
    return f"{number:,}".replace(",", "\u202f")


def figure_words(value: float | None, decimals: int = 3) -> str:
    """Return a figure, or a dash where there is none."""
    return "–" if value is None else f"{value:.{decimals}f}"


def rate_words(rate: float) -> str:
    """Return a learning rate: "2.2e−4"."""
    if rate == 0.0:
        return "0"
    mantissa, exponent = f"{rate:.1e}".split("e")
    return f"{mantissa}e{int(exponent)}".replace("-", "−")


def bytes_words(size: int) -> str:
    """Return "9.7 GB"."""
    return f"{size / _GB:.1f} GB"


def seconds_words(seconds: float) -> str:
    """Return "35 min", "2 h 05 min" or "50 s"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"


def length_words(seconds: float) -> str:
    """Return "4 min 52 s" or "50 s"."""
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60} s" if whole >= 60 else f"{whole} s"


def step_words(step: int, steps: int) -> str:
    """Return "Step 1 840 of 4 000"."""
    return f"Step {count_words(step)} of {count_words(steps)}"


def state_words(run: RunOverview, piece: Piece | None) -> str:
    """Return what a run is doing, in a word or two."""
    if piece is None or piece.is_over:
        return _STATES[run.state.status]
    if piece.state == "waiting":
        return "waiting"
    if piece.wish == "pause":
        return "pausing"
    if piece.wish == "stop":
        return "stopping"
    told = piece.told
    if told is None:
        return "starting"
    return "giving way" if told.gives_way else told.words.lower()


def is_under_way(state: RunState, piece: Piece | None) -> bool:
    """Whether a run goes on or waits for its turn, in this program."""
    return piece is not None and not piece.is_over


def options_line(run: RunOverview) -> str:
    """Return the base and the options that people ask after, in one line."""
    options = run.options
    parts = [base_name(run.model_id), *_method_parts(options), f"batch {options.batch}"]
    if options.accumulation > 1:
        parts[-1] += f" × {options.accumulation}"
    if options.precision != "auto":
        parts.append(options.precision)
    usual = default_options("selva", options.method)
    for spec in OPTION_SPECS:
        value = getattr(options, spec.name)
        if spec.name in _SAID_OTHERWISE or value == getattr(usual, spec.name):
            continue
        if options.method in spec.methods:
            parts.append(_option_words(spec.label, value))
    return " · ".join(parts)


def base_name(model_id: str) -> str:
    """Return a model's name, its id where it isn't known any more."""
    try:
        return model_of(model_id).name
    except InputError:
        return model_id


def _method_parts(options: TrainingOptions) -> list[str]:
    if options.method != "lora":
        return [_METHODS[options.method]]
    parts = [f"rank {options.rank}, alpha {options.alpha_used:g}"]
    start = "PiSSA start" if options.start == "pissa" else "standard start"
    parts.append(f"{start}, rank-stabilised" if options.rank_stabilised else start)
    return parts


def _option_words(label: str, value: object) -> str:
    if isinstance(value, bool):
        return label.lower() if value else f"no {label.lower()}"
    if isinstance(value, tuple):
        return f"{label.lower()} {', '.join(value)}"
    if isinstance(value, float):
        return f"{label.lower()} {value:g}"
    return f"{label.lower()} {str(value).replace('_', '-')}"

"""What a comparison of adapters found: one row for each adapter and clip, as JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from prismdesk.engines.training.metrics import METRICS
from prismdesk.engines.training.run_files import write_whole
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SUMMARY_FILE = "eval_summary.json"
TABLE_FILE = "eval_table.csv"
RECORDINGS = "recordings"
"""Stands in the place of an adapter where the recordings themselves were measured."""

_FORMAT = 1


class EvaluationError(InputError):
    """A comparison can't be made or read; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedAdapter:
    """One of the adapters that were compared.

    Attributes:
        id: what people call it, unique in the comparison.
        sha256: of its content; empty for the base alone.
        strength: that it was used with.
        metrics: means over all clips.
    """

    id: str
    sha256: str = ""
    strength: float = 1.0
    metrics: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedSound:
    """One sound: what an adapter made of a clip, or the clip's recording.

    Attributes:
        adapter: its id, or ``RECORDINGS``.
        pair: the clip.
        path: of the WAV, relative to the folder of the comparison.
        gain_db: what levelled it.
        metrics: by name, see ``metrics.METRICS``.
    """

    adapter: str
    pair: str
    path: str
    gain_db: float
    metrics: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationResults:
    """A whole comparison.

    Attributes:
        model: id of the base.
        steps: of sampling.
        seed: of the noise, the same everywhere.
        rate_hz: of the sounds.
        adapters: in the order asked for.
        prompts: of each clip, in order.
        sounds: of each clip the recording, then of each adapter.
    """

    model: str
    steps: int
    seed: int
    rate_hz: int
    adapters: tuple[ComparedAdapter, ...]
    prompts: dict[str, str]
    sounds: tuple[ComparedSound, ...]

    def sound(self, adapter: str, pair: str) -> ComparedSound | None:
        """Return the sound of an adapter and a clip."""
        wanted = (adapter, pair)
        return next((one for one in self.sounds if (one.adapter, one.pair) == wanted), None)

    @property
    def recordings(self) -> dict[str, float]:
        """What the recordings measure, as means over all clips."""
        return mean_metrics([one.metrics for one in self.sounds if one.adapter == RECORDINGS])

    @property
    def metric_keys(self) -> list[str]:
        """The measures that were taken, in their usual order."""
        found = {key for one in self.sounds for key in one.metrics}
        return [metric.key for metric in METRICS if metric.key in found]


def mean_metrics(found: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the mean of each measure over the sounds that have it."""
    means = {}
    for metric in METRICS:
        values = [one[metric.key] for one in found if metric.key in one]
        if values:
            means[metric.key] = sum(values) / len(values)
    return means


def write_results(folder: Path, results: EvaluationResults) -> None:
    """Write a comparison as JSON and as a table.

    Raises:
        OSError: the disk gave up.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = {"format": _FORMAT, **asdict(results)}
    write_whole(folder / SUMMARY_FILE, json.dumps(told, indent=1).encode())
    write_whole(folder / TABLE_FILE, results_csv(results).encode())


def read_results(folder: Path) -> EvaluationResults:
    """Return the comparison in a folder.

    Raises:
        EvaluationError: there is none, or it can't be read.
    """
    path = folder / SUMMARY_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        if values.pop("format") != _FORMAT:
            raise EvaluationError(f"{path} was written by another version; compare again.")
        adapters = tuple(ComparedAdapter(**one) for one in values.pop("adapters"))
        sounds = tuple(ComparedSound(**one) for one in values.pop("sounds"))
        return EvaluationResults(adapters=adapters, sounds=sounds, **values)
    except (
        OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError
    ) as error:  # fmt: skip
        raise EvaluationError(f"{path} holds no comparison that can be read ({error}).") from error


def results_csv(results: EvaluationResults) -> str:
    """Return all sounds as a table: one row each, one column a measure."""
    keys = results.metric_keys
    content = io.StringIO()
    table = csv.writer(content, lineterminator="\n")
    table.writerow(["adapter", "clip", "gain_db", *keys, "file"])
    for one in results.sounds:
        measured = [f"{one.metrics[key]:.6g}" if key in one.metrics else "" for key in keys]
        name, clip = _as_text(one.adapter), _as_text(one.pair)
        table.writerow([name, clip, f"{one.gain_db:.2f}", *measured, one.path])
    return content.getvalue()


def _as_text(text: str) -> str:
    """Keep spreadsheets from taking a name for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text

"""A comparison of adapters as one page that needs nothing else: sounds, charts, figures.

Sounds are inside the page, so that it can be sent to others; nothing is fetched from anywhere.
"""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING

import soundfile

from prismdesk.adapters.bar_chart import bar_chart
from prismdesk.engines.training.evaluation_results import (
    RECORDINGS,
    EvaluationError,
    read_results,
)
from prismdesk.engines.training.metrics import METRIC_BY_KEY
from prismdesk.engines.training.run_files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.training.evaluation_results import ComparedSound, EvaluationResults
    from prismdesk.engines.training.metrics import Metric

REPORT_FILE = "report.html"

_STYLE = """
:root { color-scheme: light dark; --bar: #2f6fdf; --mark: #c2410c; --line: #8886; }
@media (prefers-color-scheme: dark) { :root { --bar: #7aa7ff; --mark: #ffa66b; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.5rem; } h3 { font-size: 1rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .6rem; text-align: right; }
th:first-child, td:first-child { text-align: left; }
.scroll { overflow-x: auto; }
.charts, .clip { display: grid; gap: 1.5rem 2.5rem; }
.charts { grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); }
.clip { grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: .75rem; }
figure { margin: 0; } audio { width: 100%; } p.help { margin: 0 0 .4rem; opacity: .8; }
svg { width: 100%; } svg text { font-size: 13px; fill: currentColor; dominant-baseline: central; }
svg .label { text-anchor: end; } svg .bar { fill: var(--bar); }
svg .mark { stroke: var(--mark); stroke-width: 2; stroke-dasharray: 4 3; }
"""
_NEARER = {
    "lower": "Lower is nearer to the recordings.",
    "higher": "Higher is nearer to the recordings.",
    "same": "The dashed line is the recordings.",
}
_MOST_BYTES = 256 << 20


def write_report(folder: Path, title: str) -> Path:
    """Write the page of the comparison in a folder, and return where it is.

    Raises:
        EvaluationError: there is no comparison, a sound is missing, or the page would be too large.
        OSError: the disk gave up.
    """
    page = report_page(folder, read_results(folder), title).encode()
    path = folder / REPORT_FILE
    write_whole(path, page)
    return path


def report_page(folder: Path, results: EvaluationResults, title: str) -> str:
    """Return the page of a comparison whose sounds lie in a folder.

    Raises:
        EvaluationError: a sound can't be read, or the page would be too large.
    """
    heading = escape(title or "Comparison")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; media-src data:\">"
        f"<title>{heading}</title><style>{_STYLE}</style></head><body>"
        f"<h1>{heading}</h1>{_introduction(results)}"
        f"<h2>Figures</h2>{_table(results)}"
        f'<h2>Side by side</h2><div class="charts">{_charts(results)}</div>'
        f"<h2>Clips</h2>{_clips(folder, results)}"
        "</body></html>\n"
    )


def _introduction(results: EvaluationResults) -> str:
    count = len(results.prompts)
    return (
        f"<p>{count} {'clip' if count == 1 else 'clips'}, {len(results.adapters)} ways of making "
        f"each with {escape(results.model)}: {results.steps} steps, no guidance, the same noise "
        f"(seed {results.seed}). All sounds are brought to one level. The figures say in what way "
        "sounds differ, not which is better: listen.</p>"
    )


def _table(results: EvaluationResults) -> str:
    metrics = _metrics(results)
    head = "".join(
        f'<th scope="col" title="{escape(one.help, quote=True)}">{escape(one.label)}</th>'
        for one in metrics
    )
    rows = [(RECORDINGS.capitalize(), results.recordings)]
    rows += [(adapter.id, adapter.metrics) for adapter in results.adapters]
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>{_cells(metrics, means)}</tr>'
        for name, means in rows
    )
    return (
        f'<div class="scroll"><table><thead><tr><th scope="col">Mean of all clips</th>{head}</tr>'
        f"</thead><tbody>{body}</tbody></table></div>"
    )


def _cells(metrics: list[Metric], means: dict[str, float]) -> str:
    return "".join(
        f"<td>{means[one.key]:.{one.decimals}f}</td>" if one.key in means else "<td>–</td>"
        for one in metrics
    )


def _charts(results: EvaluationResults) -> str:
    made = []
    recorded = results.recordings
    for metric in _metrics(results):
        bars = [
            (one.id, one.metrics[metric.key])
            for one in results.adapters
            if metric.key in one.metrics
        ]
        if not bars:
            continue
        chart = bar_chart(
            metric.label, bars, decimals=metric.decimals, mark=recorded.get(metric.key)
        )
        words = f"{metric.help} {_NEARER[metric.nearer]}"
        made.append(
            f'<section><h3>{escape(metric.label)}</h3><p class="help">{escape(words)}</p>'
            f"{chart}</section>"
        )
    return "".join(made)


def _clips(folder: Path, results: EvaluationResults) -> str:
    made, size = [], 0
    for pair, prompt in results.prompts.items():
        players = []
        for name in (RECORDINGS, *(adapter.id for adapter in results.adapters)):
            sound = results.sound(name, pair)
            if sound is None:
                continue
            player = _player(folder, sound)
            size += len(player)
            if size > _MOST_BYTES:
                raise EvaluationError(
                    f"The page of {folder} would be larger than {_MOST_BYTES >> 20} MB; compare "
                    "fewer clips or fewer adapters."
                )
            players.append(player)
        said = f" · {escape(prompt)}" if prompt else ""
        made.append(f'<h3>{escape(pair)}{said}</h3><div class="clip">{"".join(players)}</div>')
    return "".join(made)


def _player(folder: Path, sound: ComparedSound) -> str:
    label = RECORDINGS.capitalize() if sound.adapter == RECORDINGS else sound.adapter
    path = (folder / sound.path).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise EvaluationError(f"The comparison in {folder} names a sound outside of it.")
    try:
        audio, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    except (OSError, soundfile.SoundFileError) as error:
        raise EvaluationError(f"The sound {path} can't be read; compare again.") from error
    packed = io.BytesIO()
    soundfile.write(packed, audio, rate_hz, format="FLAC", subtype="PCM_16")
    data = base64.b64encode(packed.getvalue()).decode("ascii")
    said = f"levelled by {sound.gain_db:+.1f} dB"
    return (
        f"<figure><figcaption>{escape(label)}, {said}</figcaption>"
        f'<audio controls preload="none" src="data:audio/flac;base64,{data}"></audio></figure>'
    )


def _metrics(results: EvaluationResults) -> list[Metric]:
    return [METRIC_BY_KEY[key] for key in results.metric_keys]

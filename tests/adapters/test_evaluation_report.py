from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np
import pytest
import soundfile

from prismdesk.adapters.bar_chart import bar_chart
from prismdesk.adapters.evaluation_report import REPORT_FILE, write_report
from prismdesk.engines.training.evaluation_results import (
    RECORDINGS,
    ComparedAdapter,
    ComparedSound,
    EvaluationError,
    EvaluationResults,
    write_results,
)

if TYPE_CHECKING:
    from pathlib import Path

NASTY = '<script>alert("x")</script>'


def _comparison(folder: Path, adapter: str = "r16", sound: str = "") -> None:
    found = []
    for place, name in enumerate((RECORDINGS, "base", adapter)):
        path = f"{place}.wav"
        tone = 0.1 * np.sin(np.arange(8000) * (0.1 + 0.1 * place))
        soundfile.write(folder / path, tone, 16_000, subtype="FLOAT")
        metrics = {"centroid_hz": 1000.0 + place}
        if name != RECORDINGS:
            metrics["log_mel_distance_db"] = 3.0 * place
        found.append(
            ComparedSound(
                adapter=name, pair="knocks", path=sound or path, gain_db=-3.0, metrics=metrics
            )
        )
    write_results(
        folder,
        EvaluationResults(
            model="selva-small_16k",
            steps=25,
            seed=42,
            rate_hz=16_000,
            adapters=(
                ComparedAdapter(id="base", metrics=found[1].metrics),
                ComparedAdapter(id=adapter, sha256="ab" * 32, metrics=found[2].metrics),
            ),
            prompts={"knocks": "knocks on wood"},
            sounds=tuple(found),
        ),
    )


class _Tags(HTMLParser):
    """Collects what a page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag and whatever it points to."""
        self.names.append(tag)
        self.sources += [value or "" for name, value in attrs if name in ("src", "href")]


def test_page_holds_every_sound_and_fetches_nothing(tmp_path: Path) -> None:
    _comparison(tmp_path)

    page = write_report(tmp_path, "Ranks").read_text(encoding="utf-8")

    tags = _Tags()
    tags.feed(page)
    assert tags.names.count("audio") == 3
    assert all(source.startswith("data:audio/flac;base64,") for source in tags.sources)
    assert "script" not in tags.names
    packed = base64.b64decode(tags.sources[0].partition(",")[2])
    audio, rate_hz = soundfile.read(io.BytesIO(packed))
    wav, _ = soundfile.read(tmp_path / "0.wav")
    assert rate_hz == 16_000
    assert float(np.abs(audio - wav).max()) < 1e-4


def test_page_has_figures_and_charts(tmp_path: Path) -> None:
    _comparison(tmp_path)

    page = write_report(tmp_path, "Ranks").read_text(encoding="utf-8")

    charts = [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page)]
    assert len(charts) == 2
    assert [chart.get("aria-label") for chart in charts] == [
        "Centroid (Hz)",
        "Log-mel distance (dB)",
    ]
    assert "<td>1001</td>" in page
    assert "knocks on wood" in page
    assert (tmp_path / REPORT_FILE).is_file()


def test_names_are_text_and_never_markup(tmp_path: Path) -> None:
    _comparison(tmp_path, adapter=NASTY)

    page = write_report(tmp_path, NASTY).read_text(encoding="utf-8")

    tags = _Tags()
    tags.feed(page)
    assert "script" not in tags.names


def test_sounds_outside_the_folder_are_refused(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    soundfile.write(tmp_path / "secret.wav", np.zeros(10), 16_000)
    _comparison(inside, sound="../secret.wav")

    with pytest.raises(EvaluationError, match="outside"):
        write_report(inside, "")


def test_missing_sound_is_told(tmp_path: Path) -> None:
    _comparison(tmp_path)
    (tmp_path / "1.wav").unlink()

    with pytest.raises(EvaluationError, match=r"1\.wav can't be read"):
        write_report(tmp_path, "")


def test_bars_are_as_long_as_their_values() -> None:
    chart = ElementTree.fromstring(bar_chart("x", [("a", 1.0), ("b", 2.0)], decimals=1, mark=2.0))

    widths = [float(bar.get("width", "0")) for bar in chart.iter("rect")]
    assert widths[1] == pytest.approx(2 * widths[0], abs=0.2)
    (mark,) = chart.iter("line")
    bars = list(chart.iter("rect"))
    assert float(mark.get("x1", "0")) == pytest.approx(
        float(bars[1].get("x", "0")) + widths[1], abs=0.2
    )


def test_bars_below_zero_go_the_other_way() -> None:
    chart = ElementTree.fromstring(bar_chart("x", [("a", -1.0), ("b", 1.0)], decimals=1))

    one, other = chart.iter("rect")
    end = float(one.get("x", "0")) + float(one.get("width", "0"))
    assert end == pytest.approx(float(other.get("x", "0")), abs=0.2)

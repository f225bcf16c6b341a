"""The main way through the window by true keys and a true mouse, on an X display of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from prismdesk.media.verify import null_test
from prismdesk.project.timebase import SampleRange
from prismdesk.sample.film import make_sample_film
from tests.sample.recipes import a_short_recipe
from tests.x_keyboard import x_display

ROOT = Path(__file__).parents[2]


@pytest.mark.display
def test_from_faults_to_a_finished_film_by_key_and_mouse(tmp_path: Path) -> None:
    film = make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(48)).path
    finished = tmp_path / "finished.mov"
    with x_display() as display:
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        ended = subprocess.run(
            [sys.executable, "-m", "tests.journeys.journey_on_x", str(film), str(finished)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=150,
        )

    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["undone"]
    assert told["redone"]
    assert not [words for words in told["told"] if words.startswith(("error", "warning"))]
    regions = [SampleRange(*edges) for edges in told["regions"]]
    assert len(regions) >= 3
    assert null_test(film, finished, regions, rate_hz=told["rate_hz"]).passed

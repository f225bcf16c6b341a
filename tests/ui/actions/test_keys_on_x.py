from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui.actions.pressing_every_key import TYPED
from tests.x_keyboard import x_display

ROOT = Path(__file__).parents[3]


@pytest.mark.display
def test_every_key_pressed_on_a_keyboard_does_its_action_and_letters_type() -> None:
    with x_display() as display:
        environment = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        ended = subprocess.run(
            [sys.executable, "-m", "tests.ui.actions.pressing_every_key"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["wrong"] == []
    assert told["typed"] == TYPED.replace(" ", "")
    assert told["while_typing"] == []

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.errors import InputError
from prismdesk.media.export.request import LicencesRefusedError
from prismdesk.media.wav import WavWriter
from prismdesk.project.model import ProjectUse
from prismdesk.session.labels import takes_in_wav
from prismdesk.session.timelines import write_timeline
from tests.builders import a_project, a_provenance, a_region, a_segment, a_take

if TYPE_CHECKING:
    from pathlib import Path

MADE = a_provenance(
    engine="selva",
    variant="mmaudio-large_44k_v2",
    licence="CC BY-NC 4.0",
    allows_commercial_use=False,
)
REGION = a_region(
    name="Gulls", takes=(a_take("one", provenance=MADE),), comp=(a_segment("one", 100, 200),)
)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    out = tmp_path / "film.otio"
    out.write_text("an older one")
    project = a_project(regions=(REGION,))
    assert write_timeline(project, tmp_path, out, film_path=None) == ("one",)
    assert "an older one" not in out.read_text()


def test_what_does_not_fit_the_project_is_not_written(tmp_path: Path) -> None:
    out = tmp_path / "film.otio"
    project = a_project(regions=(REGION,), use=ProjectUse.COMMERCIAL)
    with pytest.raises(LicencesRefusedError, match="Gulls: MMAudio large v2's weights"):
        write_timeline(project, tmp_path, out, film_path=None)
    assert not out.exists()


@pytest.mark.parametrize(
    ("name", "says"), [("film.xml", "doesn't end in .otio"), ("gone/film.otio", "doesn't exist")]
)
def test_a_wrong_place_is_one_sentence(tmp_path: Path, name: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        write_timeline(a_project(), tmp_path, tmp_path / name, film_path=None)


def test_a_wav_without_labels_holds_none(tmp_path: Path) -> None:
    for name, ixml in (("plain", None), ("odd", "<BWFXML><USER>[1]</USER></BWFXML>"), ("no", "<")):
        with WavWriter(tmp_path / f"{name}.wav", rate_hz=48_000, channels=1, ixml=ixml) as writer:
            writer.write(np.zeros((1, 10), np.float32))
        assert takes_in_wav(tmp_path / f"{name}.wav") == ()

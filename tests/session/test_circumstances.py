from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.engines import catalogue
from prismdesk.engines.adapting.facts import APPLIED_KINDS
from prismdesk.engines.errors import AdapterRefusedError
from prismdesk.jobs.take_record import read_record
from prismdesk.session.asking import queue_region
from prismdesk.session.circumstances import circumstances_now
from prismdesk.session.making import make_takes
from prismdesk.session.presets import find_preset, own_root
from prismdesk.session.records import differences
from tests.adapters.preset_files import write_tensors
from tests.session.making_session import FAKE, REGION, a_session, mark

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.adapters.card import Preset
    from prismdesk.project.model import Take
    from prismdesk.session.session import Session


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    offer = replace(FAKE, takes_adapters=True)
    monkeypatch.setitem(catalogue._OFFERS, "fake", lambda: offer)
    monkeypatch.setitem(APPLIED_KINDS, "fake", frozenset({"words"}))
    with a_session(tmp_path) as opened:
        yield opened


def write_words(name: str, seed: int = 1) -> Preset:
    """Write learned words, which belong to no engine in particular."""
    vectors = np.random.default_rng(seed).standard_normal((2, 4), np.float32)
    about = {"prismdesk": json.dumps({"format": 1, "kind": "words"})}
    write_tensors(own_root() / f"{name}.safetensors", {"words.vectors": vectors}, about)
    return find_preset(name)


def told(session: Session, take: Take) -> tuple[str, ...]:
    """Return what is missing, among all that may differ by now."""
    now = circumstances_now(session, session.project, take)
    assert set(now.missing) <= set(differences(take, now))
    return now.missing


def test_a_preset_is_on_record_and_what_became_of_it_is_told(session: Session) -> None:
    planks, tar = write_words("planks"), write_words("tar", seed=2)
    adapters = ((planks.reference, 0.5), (tar.reference, 1.0))
    mark(session, adapters=adapters, muted_adapters=(tar.reference,))
    (take,) = make_takes(session, REGION)
    assert take.provenance.adapters == ((planks.reference, 0.5),)
    assert read_record(session.folder / take.path).adapters == ((planks.reference, 0.5),)
    assert told(session, take) == ()
    planks.path.rename(own_root() / "boards.safetensors")
    assert told(session, take) == ()
    (own_root() / "boards.safetensors").unlink()
    assert told(session, take) == ("The preset planks isn't in the library any more.",)


def test_what_is_not_here_is_refused_before_anything_is_queued(session: Session) -> None:
    mark(session, adapters=(("planks@0123456789ab", 1.0),))
    with pytest.raises(AdapterRefusedError, match=r"planks \(0123456789ab\) isn't in the library"):
        queue_region(session, REGION)
    assert session.queue.jobs() == ()

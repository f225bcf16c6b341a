from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.jobs.feature_store import FEATURES, FeatureFolder
from prismdesk.sample.film import make_sample_film
from prismdesk.session.cache_care import cache_size_bytes, clear_features, features_size_bytes
from prismdesk.session.opening import create_session
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.session.session import Session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    film = make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(1)).path
    with create_session(film, tmp_path / "project") as session:
        yield session


def test_features_are_measured_and_cleared_and_the_rest_stays(session: Session) -> None:
    before_bytes = cache_size_bytes(session)
    features = FeatureFolder(session.cache.folder / FEATURES)
    features.put("one", {"rows": np.ones((40, 40), np.float32)})

    kept_bytes = features_size_bytes(session)
    assert kept_bytes >= 6400
    assert clear_features(session) == kept_bytes
    assert features_size_bytes(session) == 0
    assert features.get("one") is None
    assert cache_size_bytes(session) == before_bytes > 0


def test_without_features_there_is_nothing_to_clear(session: Session) -> None:
    assert features_size_bytes(session) == 0
    assert clear_features(session) == 0


def test_a_file_that_the_engine_removes_meanwhile_counts_nothing(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = session.cache.folder / FEATURES / "gone.npz"
    monkeypatch.setattr("prismdesk.session.cache_care._files_in", lambda _: [gone])
    assert features_size_bytes(session) == 0

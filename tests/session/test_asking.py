"""The whole way from a region to an engine and back, without torch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.engines import catalogue
from prismdesk.engines.capabilities import EngineInput, Variant
from prismdesk.engines.errors import UnsupportedError, WeightsMissingError
from prismdesk.engines.request import MachineOptions
from prismdesk.jobs.take_record import read_record
from prismdesk.media import shots
from prismdesk.media.sound_facts import write_json
from prismdesk.media.wav import map_wav
from prismdesk.project.edits import set_region_masks
from prismdesk.project.edits.masks import set_drawn_masks, set_masks_used
from prismdesk.project.mask_words import read_masks
from prismdesk.project.model import ProjectUse
from prismdesk.session.asking import queue_region, queue_takes, region_as_made
from prismdesk.session.making import make_takes
from prismdesk.session.masks import import_mask
from prismdesk.session.preferences import PreferencesFile
from prismdesk.session.refusals import lasting_refusal, refusal
from tests.builders import a_box, a_keyed_shape, a_shape
from tests.jobs.fake_engine import FROM_STORE
from tests.session.making_session import FAKE, RATE_HZ, REGION, a_session, mark, offer_fake_engine
from tests.stills import write_grey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.project.model import Project, Take
    from prismdesk.session.session import Session

pytestmark = pytest.mark.usefixtures("fake")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    offer_fake_engine(monkeypatch)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with a_session(tmp_path) as opened:
        yield opened


def offer(monkeypatch: pytest.MonkeyPatch, capabilities: Capabilities) -> None:
    monkeypatch.setitem(catalogue._OFFERS, "fake", lambda: capabilities)


def level(session: Session, take: Take) -> float:
    with map_wav(session.folder / take.path) as wav:
        return float(wav.read(0, wav.length_samples).mean())


def test_the_engine_sees_the_film_around_the_region(session: Session) -> None:
    mark(session)
    facts = {
        "version": shots._VERSION,
        "content_key": session.project.media[0].content_key,
        "cuts": [[30, "6/5"]],
    }
    key = session.project.media[0].content_key
    write_json(session.cache.picture_file(key, "cuts.json"), facts)
    (take,) = make_takes(session, REGION)
    # The context reaches over the whole film, as far as it goes.
    assert "picture (64, 48) of 100 frames from 0.000 with cuts at (1.2,)" in take.note
    assert take.provenance.saw_picture
    assert level(session, take) > 5e-3 + 0.1


def test_what_was_worked_out_of_the_picture_is_kept_in_the_cache(session: Session) -> None:
    mark(session)
    (first,) = make_takes(session, REGION)
    (second,) = make_takes(session, REGION)
    assert level(session, second) == pytest.approx(level(session, first) + FROM_STORE)
    assert [path.suffix for path in (session.cache.folder / "features").iterdir()] == [".npz"]


def test_no_features_are_kept_where_none_shall_be(session: Session, home_folder: Path) -> None:
    file = PreferencesFile()
    file.load()
    file.change(feature_cache_gb=0.0)
    mark(session)
    make_takes(session, REGION)
    assert not list(session.cache.folder.rglob("*.npz"))
    assert home_folder.exists()


def test_a_region_that_wants_no_picture_gets_none(session: Session) -> None:
    mark(session, sees_picture=False)
    (take,) = make_takes(session, REGION)
    assert "picture" not in take.note
    assert not take.provenance.saw_picture
    assert level(session, take) == pytest.approx(5e-3)


def test_an_engine_that_does_not_look_gets_no_picture(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer(monkeypatch, replace(FAKE, inputs=frozenset({EngineInput.TEXT})))
    job = queue_region(session, mark(session, masks=("masks/a.png",)).id)
    assert job.spec.picture is None
    assert job.spec.masks == ()


def test_the_mask_of_a_region_reaches_the_engine(session: Session, tmp_path: Path) -> None:
    still = np.zeros((20, 40), np.uint8)
    still[:, :10] = 255
    mark(session)
    masks = tuple(
        import_mask(session.folder, write_grey(tmp_path / f"{number}.png", still // number))
        for number in (1, 2)
    )
    session.store.apply("Mask", lambda project: set_region_masks(project, REGION, masks))
    (take,) = make_takes(session, REGION)
    assert "mask (2, 20, 40) of 0.187" in take.note
    assert take.provenance.masks == masks
    assert region_as_made(session.project.regions[0], take).masks == masks


def test_what_is_drawn_reaches_the_engine_and_stays_in_the_takes_record(session: Session) -> None:
    drawn = a_keyed_shape(keys={0: a_box(0.2), RATE_HZ: a_box(0.8)}, feather=0.1)
    mark(session)
    session.store.apply("Draw", lambda project: set_drawn_masks(project, REGION, (drawn,)))
    (take,) = make_takes(session, REGION)
    made = take.provenance
    assert "mask (25, 288, 384) of 0.12" in take.note
    assert (made.drawn_masks, made.masks) == ((drawn,), ())
    assert len(set(made.mask_stills)) == 25
    assert all((session.folder / still).is_file() for still in made.mask_stills)
    again = region_as_made(session.project.regions[0], take)
    assert again.drawn_masks == (drawn,)
    record = read_record(session.folder / take.path)
    assert read_masks(record.drawn_masks, rate_hz=RATE_HZ) == (drawn,)
    assert record.mask_stills == made.mask_stills


def test_masks_that_are_only_kept_do_not_reach_the_engine(session: Session) -> None:
    mark(session)

    def draw(project: Project) -> Project:
        drawn = set_drawn_masks(project, REGION, (a_shape(),))
        return set_masks_used(drawn, REGION, uses_masks=False)

    session.store.apply("Draw", draw)
    (take,) = make_takes(session, REGION)
    assert "mask" not in take.note
    assert take.provenance.drawn_masks == ()


def test_the_same_request_has_the_same_key_and_masks_change_it(
    session: Session, tmp_path: Path
) -> None:
    mark(session)
    keys = [make_takes(session, REGION)[0].provenance.request_key for _ in range(2)]
    mask = import_mask(session.folder, write_grey(tmp_path / "a.png", np.full((2, 2), 9, np.uint8)))
    session.store.apply("Mask", lambda project: set_region_masks(project, REGION, (mask,)))
    keys.append(make_takes(session, REGION)[0].provenance.request_key)
    assert keys[0] == keys[1] != keys[2]


def test_the_proposed_gain_comes_with_the_take(session: Session) -> None:
    mark(session, prompt="loud")
    (take,) = make_takes(session, REGION)
    assert (take.proposed_gain_db, take.gain_db) == (-3.5, 0.0)


def test_the_users_machine_reaches_the_engine(session: Session) -> None:
    file = PreferencesFile()
    file.load()
    file.change(engine_device="cuda:1", engine_offload="keep")
    mark(session, sees_picture=False)
    (take,) = make_takes(session, REGION)
    assert "on cuda:1, keep" in take.note
    session.machine = MachineOptions(device="cpu")
    (take,) = make_takes(session, REGION)
    assert "on cpu, auto" in take.note


def test_without_a_name_the_first_usable_variant_is_asked_for(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = Variant(id="absent", name="Absent", why_not="Its weights aren't there.")
    offer(monkeypatch, replace(FAKE, variants=(absent, *FAKE.variants)))
    (take,) = make_takes(session, mark(session).id)
    assert take.provenance.variant == "open"
    assert take.provenance.licence == "CC0"
    assert take.provenance.allows_commercial_use


def test_a_take_has_the_licence_of_its_variant(session: Session) -> None:
    (take,) = make_takes(session, mark(session, variant="unpaid").id)
    assert (take.provenance.licence, take.provenance.allows_commercial_use) == ("CC-BY-NC", False)


def test_a_commercial_project_refuses_what_must_not_be_sold(session: Session) -> None:
    region = mark(session, variant="unpaid")
    sold = replace(session.project, use=ProjectUse.COMMERCIAL)
    says = "Refused in this commercial project: Fake's weights .*CC-BY-NC"
    with pytest.raises(UnsupportedError, match=says):
        queue_takes(session, sold, region)
    assert "commercial" in lasting_refusal(sold, region)
    assert not list(session.folder.glob("jobs/job-*"))
    assert queue_takes(session, sold, replace(region, variant="open")).state.is_underway


def test_missing_weights_are_told_before_anything_is_queued(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    absent = Variant(id="absent", name="Absent", why_not="Get them with a command.")
    offer(monkeypatch, replace(FAKE, variants=(absent,)))
    region = mark(session)
    with pytest.raises(WeightsMissingError, match="Get them"):
        queue_takes(session, session.project, region)
    assert refusal(session.project, region) == "Get them with a command."
    assert lasting_refusal(session.project, region) == ""


def test_an_unknown_variant_is_told_with_those_there_are(session: Session) -> None:
    region = mark(session, variant="nix")
    with pytest.raises(WeightsMissingError, match=r"no variant “nix”.*open, unpaid"):
        queue_takes(session, session.project, region)


def test_a_project_without_picture_asks_without(session: Session) -> None:
    region = mark(session)
    job = queue_takes(session, replace(session.project, film_id=None), region)
    assert job.spec.picture is None


def test_positions_are_those_of_the_film(session: Session) -> None:
    job = queue_region(session, mark(session).id)
    assert job.spec.context_start_samples == 0
    assert job.spec.region_start_samples == 2 * RATE_HZ
    assert job.spec.picture is not None
    assert job.spec.picture.stream_index == 0

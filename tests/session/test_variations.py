from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.engines.errors import UnsupportedError
from prismdesk.media.wav import map_wav
from prismdesk.project.edits import resize_region
from prismdesk.project.timebase import SampleRange
from prismdesk.session.asking import queue_takes, region_as_made, varied_take
from prismdesk.session.making import make_takes, wait_for_takes
from prismdesk.session.variations import RecipeChanges, region_to_vary, vary_take
from tests.builders import a_provenance
from tests.session.making_session import RATE_HZ, REGION, a_session, mark, offer_fake_engine
from tests.stills import write_grey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.media.audio import AudioBlock
    from prismdesk.project.model import Take
    from prismdesk.session.session import Session


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    offer_fake_engine(monkeypatch)
    with a_session(tmp_path) as opened:
        yield opened


def sound(session: Session, take: Take) -> AudioBlock:
    with map_wav(session.folder / take.path) as wav:
        return wav.read(0, wav.length_samples)


def a_made_take(session: Session, **fields: object) -> Take:
    mark(session, sees_picture=False, **fields)
    return make_takes(session, REGION)[0]


def varied(
    session: Session, take: Take, changes: RecipeChanges, takes: int = 1
) -> tuple[Take, ...]:
    job = vary_take(session, take.id, changes=changes, takes=takes)
    return wait_for_takes(session, job)


def test_a_variation_is_made_from_the_takes_own_sound(session: Session) -> None:
    take = a_made_take(session)
    (variation,) = varied(session, take, RecipeChanges(seed=100))
    # The engine of tests adds a thousandth of the seed to the sound that it is to vary.
    np.testing.assert_allclose(sound(session, variation), sound(session, take) + 0.1, atol=1e-6)
    assert variation.provenance.varied_take_id == take.id
    assert variation.provenance.request_key != take.provenance.request_key
    assert len(session.project.regions[0].takes) == 2


def test_half_is_made_anew_unless_said_otherwise(session: Session) -> None:
    take = a_made_take(session)
    (variation,) = varied(session, take, RecipeChanges())
    assert dict(variation.provenance.settings) == {"strength": 0.5}
    (variation,) = varied(session, take, RecipeChanges(settings=(("strength", "0.25"),)))
    assert dict(variation.provenance.settings) == {"strength": 0.25}
    assert "settings {'strength': 0.25}" in variation.note


def test_variations_have_seeds_of_their_own(session: Session) -> None:
    take = a_made_take(session)
    made = varied(session, take, RecipeChanges(), takes=2)
    seeds = {one.provenance.seed for one in (take, *made)}
    assert len(seeds) == 3


def test_a_variation_can_be_made_again(session: Session) -> None:
    take = a_made_take(session)
    (first,) = varied(session, take, RecipeChanges(seed=100))
    region = region_as_made(session.project.regions[0], first)
    source = varied_take(session.project, first)
    assert source == take
    job = queue_takes(session, session.project, region, varied=source)
    (again,) = wait_for_takes(session, job)
    assert again.provenance.request_key == first.provenance.request_key
    np.testing.assert_array_equal(sound(session, again), sound(session, first))


def test_a_trimmed_region_still_varies_the_whole_take(session: Session) -> None:
    take = a_made_take(session)
    shorter = SampleRange(2 * RATE_HZ + 1000, 3 * RATE_HZ - 1000)
    session.store.apply("Trim", lambda project: resize_region(project, REGION, shorter))
    (variation,) = varied(session, take, RecipeChanges(seed=0))
    np.testing.assert_allclose(sound(session, variation), sound(session, take), atol=1e-6)


def test_handles_of_a_take_are_no_part_of_what_is_varied(session: Session) -> None:
    region = mark(session, sees_picture=False)
    job = queue_takes(session, session.project, region, handle_samples=4800)
    (take,) = wait_for_takes(session, job)
    assert (take.head_samples, take.tail_samples) == (4800, 4800)
    queued = vary_take(session, take.id)
    assert queued.spec.source is not None
    assert queued.spec.source.start_samples == 4800
    assert queued.spec.region_length_samples == RATE_HZ


def test_changes_overrule_what_made_the_take(session: Session, tmp_path: Path) -> None:
    take = a_made_take(session, prompt="rain", negative_prompt="wind", variant="unpaid")
    region = session.project.regions[0]
    mask = write_grey(tmp_path / "a.png", np.full((2, 2), 255, np.uint8))
    as_it_was = region_to_vary(session, region, take)
    assert (as_it_was.prompt, as_it_was.negative_prompt) == ("rain", "wind")
    assert (as_it_was.variant, as_it_was.sees_picture, as_it_was.masks) == ("unpaid", False, ())
    changes = RecipeChanges(
        variant="open",
        prompt="",
        negative_prompt="hum",
        seed=7,
        adapters=(("foley", 0.5),),
        sees_picture=True,
        masks=(mask,),
    )
    changed = region_to_vary(session, region, take, changes)
    assert (changed.prompt, changed.negative_prompt, changed.seed) == ("", "hum", 7)
    assert (changed.variant, changed.sees_picture) == ("open", True)
    assert changed.adapters == (("foley", 0.5),)
    assert (session.folder / changed.masks[0]).read_bytes() == mask.read_bytes()


def test_an_engine_that_cannot_vary_says_who_can(session: Session) -> None:
    take = a_made_take(session)
    region = replace(session.project.regions[0], engine="ambience", variant="")
    before = set(session.folder.glob("jobs/*"))
    with pytest.raises(UnsupportedError, match=r"ambience can't vary a take; .*fake"):
        queue_takes(
            session,
            session.project,
            replace(region, task=a_provenance().task),
            varied=take,
        )
    # The job that made the take may still be on its way out.
    assert set(session.folder.glob("jobs/*")) <= before

from __future__ import annotations

from prismdesk.engines.ambience.offer import AMBIENCE
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.project.ids import RegionId
from prismdesk.project.model import ProjectUse, Task
from prismdesk.session.refusals import lasting_refusal
from prismdesk.session.replacing import (
    fitted,
    refused_region_ids,
    replacing_label,
    with_engine,
)
from tests.builders import a_project, a_provenance, a_region, a_segment, a_take

GENERATED = a_region(
    "gulls",
    name="Gulls",
    task=Task.GENERATE,
    engine="selva",
    variant="mmaudio-large_44k_v2",
    prompt="gulls, far",
    negative_prompt="speech",
    settings=(("steps", 25),),
    adapters=(("planks", 0.8), ("tar", 1.0)),
    muted_adapters=("tar",),
)


def test_ambience_gets_a_region_it_can_make() -> None:
    project = a_project(regions=(GENERATED,), use=ProjectUse.COMMERCIAL)
    assert lasting_refusal(project, GENERATED)
    changed = with_engine(project, [RegionId("gulls")]).regions[0]
    assert (changed.engine, changed.variant, changed.task) == ("ambience", "", Task.INPAINT)
    assert (changed.prompt, changed.negative_prompt, changed.adapters) == ("", "", ())
    assert (changed.settings, changed.muted_adapters) == ((), ())
    assert changed.name == "Gulls"
    assert lasting_refusal(project, changed) == ""


def test_what_the_other_engine_can_take_stays() -> None:
    continued = a_region(task=Task.CONTINUE, engine="ambience", settings=(("variation", 0.2),))
    assert fitted(continued, AMBIENCE) == continued
    moved = fitted(GENERATED, capabilities_of("audiox"))
    assert (moved.prompt, moved.negative_prompt) == ("gulls, far", "speech")
    assert (moved.task, moved.settings, moved.variant) == (Task.GENERATE, (), "")


def test_the_step_is_named_after_what_it_changes() -> None:
    assert replacing_label(["Gulls"]) == "Make Gulls with Ambience"
    assert replacing_label(["Gulls", "Bell"]) == "Make 2 regions with Ambience"


def test_regions_that_sound_a_refused_take_are_found() -> None:
    made = a_provenance(engine="selva", variant="mmaudio-large_44k_v2", allows_commercial_use=False)
    bad = a_region(
        "bad", takes=(a_take("one", provenance=made),), comp=(a_segment("one", 100, 200),)
    )
    good = a_region(
        "good", 300, 400, takes=(a_take("two", 300, 400),), comp=(a_segment("two", 300, 400),)
    )
    project = a_project(regions=(bad, good), use=ProjectUse.COMMERCIAL)
    assert refused_region_ids(project) == ("bad",)

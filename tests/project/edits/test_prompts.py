from __future__ import annotations

import pytest

from prismdesk.project.consistency import check_consistent
from prismdesk.project.edits import add_region
from prismdesk.project.edits.prompts import (
    apply_named_prompt,
    change_named_prompt,
    named_prompt_of,
    put_named_prompt,
    put_named_prompts,
    remove_named_prompt,
)
from prismdesk.project.errors import EditError
from prismdesk.project.model import NamedPrompt, Project
from prismdesk.project.store.codec import decode_project, encode_project
from tests.builders import a_project, a_region

RAIN = NamedPrompt(name="Rain", prompt="heavy rain", negative_prompt="speech")
STEPS = NamedPrompt(
    name="Steps",
    prompt="slow steps",
    engine="selva",
    variant="selva-small_16k",
    settings=(("steps", 9), ("guidance", 4.5)),
)


def a_table() -> Project:
    project = put_named_prompts(a_project(), [RAIN, STEPS])
    check_consistent(project)
    return project


def test_a_line_is_added_at_the_end_and_replaced_where_it_stands() -> None:
    project = a_table()
    assert [line.name for line in project.prompts] == ["Rain", "Steps"]
    project = put_named_prompt(project, NamedPrompt(name=" RAIN ", prompt="drizzle"))
    assert [line.name for line in project.prompts] == ["RAIN", "Steps"]
    assert named_prompt_of(project, "rain").prompt == "drizzle"


def test_settings_are_kept_in_order() -> None:
    assert named_prompt_of(a_table(), "steps").settings == (("guidance", 4.5), ("steps", 9))


def test_a_line_is_changed_and_renamed_but_not_to_anothers_name() -> None:
    project = change_named_prompt(a_table(), "rain", NamedPrompt(name="Storm", prompt="storm"))
    assert [line.name for line in project.prompts] == ["Storm", "Steps"]
    with pytest.raises(EditError, match="already"):
        change_named_prompt(project, "Storm", NamedPrompt(name="steps"))
    for name in ("", "  "):
        with pytest.raises(EditError, match="needs a name"):
            change_named_prompt(project, "Storm", NamedPrompt(name=name))
        with pytest.raises(EditError, match="needs a name"):
            put_named_prompt(project, NamedPrompt(name=name))


def test_a_line_is_removed() -> None:
    project = remove_named_prompt(a_table(), "RAIN")
    assert [line.name for line in project.prompts] == ["Steps"]
    with pytest.raises(EditError, match="no line “Rain”; its lines are: Steps"):
        remove_named_prompt(project, "Rain")


def test_words_alone_leave_a_regions_engine_and_settings() -> None:
    region = a_region(engine="ambience", settings=(("order", 3),), prompt="before")
    project = apply_named_prompt(add_region(a_table(), region), [region.id], "rain")
    changed = project.regions[0]
    assert (changed.prompt, changed.negative_prompt) == ("heavy rain", "speech")
    assert (changed.engine, changed.settings) == ("ambience", (("order", 3),))


def test_a_line_with_an_engine_brings_its_settings() -> None:
    regions = [a_region("region-1", settings=(("order", 3),)), a_region("region-2")]
    project = a_table()
    for region in regions:
        project = add_region(project, region)
    project = apply_named_prompt(project, [region.id for region in regions], "Steps")
    for changed in project.regions:
        assert (changed.engine, changed.variant) == ("selva", "selva-small_16k")
        assert changed.settings == (("guidance", 4.5), ("steps", 9))


def test_the_table_is_written_and_read_and_may_be_missing() -> None:
    project = a_table()
    node = encode_project(project)
    assert decode_project(node) == project
    assert decode_project({k: v for k, v in node.items() if k != "prompts"}).prompts == ()

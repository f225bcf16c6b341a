from __future__ import annotations

from dataclasses import replace

import pytest

from prismdesk.errors import InputError
from prismdesk.session.region_names import find_region, regions_named
from tests.builders import a_project, a_region
from tests.seam_scene import REGION, the_project


def test_regions_are_named_by_id_or_name_each_once() -> None:
    regions = (a_region("two", 10, 20, name="Two"), a_region("one", 30, 40, name="One"))
    project = a_project(regions=regions)
    assert [region.id for region in regions_named(project, ["Two", "one", "One"])] == ["two", "one"]
    with pytest.raises(InputError, match="no region “Three”; it has: Two, One"):
        regions_named(project, ["Three"])


def test_a_region_is_found_by_id_name_or_number_along_the_film() -> None:
    project = the_project()
    early = a_region("early", 100, 200, name="Gull")
    project = replace(project, regions=(*project.regions, early))
    for text in ("region-1", "Wind hit", "2"):
        assert find_region(project, text).id == REGION
    assert find_region(project, "1").id == "early"


@pytest.mark.parametrize("text", ["3", "0", "nothing"])
def test_what_there_is_not_is_named(text: str) -> None:
    with pytest.raises(InputError, match=r"has no region .*it has: Wind hit"):
        find_region(the_project(), text)


def test_a_name_that_several_have_needs_an_id() -> None:
    project = the_project()
    other = a_region("other", 100, 200, name="Wind hit")
    with pytest.raises(InputError, match="Several regions"):
        find_region(replace(project, regions=(*project.regions, other)), "Wind hit")

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.errors import InputError
from prismdesk.project.model import Project, Region, Take
from prismdesk.session.finding import find_region, find_regions, find_take
from tests.builders import a_project, a_region, a_take

if TYPE_CHECKING:
    from collections.abc import Callable

names = st.text(st.sampled_from("aA/ßé1 2"), max_size=4)


def the_project() -> Project:
    """A gull with takes 1 and 2 that begins before a door with takes 1, 3 and one renamed."""
    gulls = (a_take("g1", name="Take 1"), a_take("g2", name="Take 2"))
    doors = (a_take("d1", name="Take 1"), a_take("d3", name="Take 3"), a_take("d4", name="Creak"))
    door = a_region("door", 500, 600, name="Door", takes=doors)
    gull = a_region("gull", 100, 200, name="Gull", takes=gulls)
    return a_project(regions=(door, gull))


@pytest.mark.parametrize("text", ["gull", "Gull", "GULL", " gull ", "1"])
def test_a_region_is_found_by_id_name_in_any_letters_or_number_along_the_film(text: str) -> None:
    assert find_region(the_project(), text).id == "gull"
    assert find_region(the_project(), "2").id == "door"


def test_a_name_however_its_accents_are_written_is_the_same() -> None:
    project = a_project(regions=(a_region("r", name=normalize("NFC", "Café")),))
    assert find_region(project, normalize("NFD", "CAFÉ")).id == "r"


@pytest.mark.parametrize("text", ["3", "0", "-1", "²", "9" * 5000, "", " ", "nothing", "gul"])
def test_a_region_that_is_not_there_lists_those_that_are(text: str) -> None:
    with pytest.raises(InputError, match=r"has no region “.*it has: 1 “Gull”, 2 “Door”\.$"):
        find_region(the_project(), text)


def test_many_regions_are_listed_up_to_eight() -> None:
    regions = tuple(a_region(f"r{n}", 10 * n, 10 * n + 5, name=f"R{n}") for n in range(1, 12))
    with pytest.raises(InputError, match=r"8 “R8” and 3 more\.$"):
        find_region(a_project(regions=regions), "x")
    with pytest.raises(InputError, match="it has: none"):
        find_region(a_project(), "x")


def test_a_name_comes_before_a_number_and_its_own_letters_before_others() -> None:
    first, second = a_region("a", 0, 10, name="2"), a_region("b", 20, 30, name="gull")
    project = a_project(regions=(first, second, a_region("c", 40, 50, name="GULL")))
    assert find_region(project, "2").id == "a"
    assert find_region(project, "GULL").id == "c"
    with pytest.raises(InputError, match=r"Several regions .*“Gull”.*: b, c\."):
        find_region(project, "Gull")


def test_regions_come_in_the_order_named_each_once() -> None:
    found = find_regions(the_project(), ["Door", "1", "2", "gull"])
    assert [region.id for region in found] == ["door", "gull"]


@pytest.mark.parametrize(
    ("text", "take"),
    [
        ("d3", "d3"),
        ("take 2", "g2"),
        ("2/3", "d3"),
        ("door/Creak", "d4"),
        ("CREAK", "d4"),
        ("Gull/1", "g1"),
        ("Door/Take 1", "d1"),
    ],
)
def test_a_take_is_found_by_id_name_number_or_after_its_region(text: str, take: str) -> None:
    assert find_take(the_project(), text).id == take


def test_a_take_s_number_is_that_of_its_name_and_its_place_where_none_has_it() -> None:
    door = find_region(the_project(), "door")
    assert find_take(the_project(), "3", region=door).id == "d3"
    assert find_take(the_project(), "2", region=door).id == "d3"
    gull = find_region(the_project(), "gull")
    alone = a_project(regions=(gull,))
    assert find_take(alone, "1").id == "g1"


def test_a_name_that_takes_of_several_regions_have_wants_the_region_too() -> None:
    for text in ("Take 1", "1"):
        with pytest.raises(InputError, match=r"Several .*: Gull/Take 1 \(g1\), Door/Take 1 \(d1\)"):
            find_take(the_project(), text)


@pytest.mark.parametrize("text", ["", "x", "Gull/Creak", "Gull/", "/", "7", "Nowhere/Take 1"])
def test_a_take_that_is_not_there_lists_those_that_are(text: str) -> None:
    with pytest.raises(InputError, match=r"has no take “.*it has: Gull/Take 1, Gull/Take 2, Door/"):
        find_take(the_project(), text)


def test_inside_one_region_its_own_takes_are_listed() -> None:
    gull = find_region(the_project(), "gull")
    with pytest.raises(InputError, match=r"“Gull” has no take “Creak”; it has: Take 1, Take 2\."):
        find_take(the_project(), "Creak", region=gull)
    with pytest.raises(InputError, match=r"“Gull” has no take “Door/Creak”"):
        find_take(the_project(), "Door/Creak", region=gull)


@given(st.lists(names, min_size=1, max_size=4), st.data())
def test_every_region_is_found_by_its_id_and_by_its_name_or_named_among_several(
    called: list[str], data: st.DataObject
) -> None:
    regions = tuple(
        a_region(f"id-{n}", 10 * n, 10 * n + 5, name=name) for n, name in enumerate(called)
    )
    project = a_project(regions=tuple(data.draw(st.permutations(list(regions)))))
    for number, region in enumerate(regions, 1):
        assert find_region(project, region.id) == region
        _assert_found(project, region.name, region)
        _assert_found(project, region.name.upper(), region)
        if not any(str(number) == one.strip() for one in called):
            assert find_region(project, str(number)) == region


def _assert_found(project: Project, text: str, region: Region) -> None:
    """The text leads to the region, to one whose name is nearer to it, or to a list with it."""
    found, message = _outcome(find_region, project, text)
    if isinstance(found, Region):
        assert found == region or found.name == text
    elif text.strip():
        assert "Several regions" in message
        assert text != region.name or region.id in message


def _outcome(
    find: Callable[[Project, str], Region | Take], project: Project, text: str
) -> tuple[Region | Take | None, str]:
    try:
        return find(project, text), ""
    except InputError as error:
        return None, str(error)


@given(st.lists(st.lists(names, max_size=3), min_size=1, max_size=3))
def test_every_take_has_a_region_and_place_that_leads_to_it_or_is_refused_in_a_sentence(
    called: list[list[str]],
) -> None:
    project = a_project(regions=tuple(_region(n, takes) for n, takes in enumerate(called)))
    for region in project.regions:
        for take in region.takes:
            assert find_take(project, take.id) == take
            assert find_take(project, f"{region.id}/{take.id}") == take
            _assert_take(project, f"{region.id}/{take.name}", take, region)


def _assert_take(project: Project, text: str, take: Take, region: Region) -> None:
    found, message = _outcome(find_take, project, text)
    if isinstance(found, Take):
        assert found in region.takes or found.name == text
    elif take.name.strip():
        assert message.startswith("Several takes")
        assert take.id in message


def _region(number: int, names_of_takes: list[str]) -> Region:
    takes = tuple(a_take(f"take-{number}-{n}", name=name) for n, name in enumerate(names_of_takes))
    region = a_region(f"region-{number}", 100 * number, 100 * number + 50, takes=takes)
    return replace(region, name=f"Region {number}")

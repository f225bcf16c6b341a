"""Spotting lists go out to spreadsheets and come in again."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.interchange.spotting_list import (
    SpottingListError,
    decode_list,
    read_spotting_list,
    with_spotting_list,
    write_spotting_list,
)
from prismdesk.project.consistency import check_consistent
from prismdesk.project.model import Project, RegionStatus, Task
from tests.builders import TEN_SECONDS, a_clip, a_project, a_region


def _scene(*, note: str = "", owner: str = "") -> Project:
    regions = (
        a_region(
            "region-1", 96_001, 144_777, name="Hole", prompt="slow steps", note=note, owner=owner
        ),
        a_region("region-2", 200_000, 200_576, name="Dropout", status=RegionStatus.DONE),
    )
    return a_project(clips=(a_clip("clip-1", 0, TEN_SECONDS),), regions=regions)


def _round(project: Project, text: str) -> Project:
    return with_spotting_list(project, read_spotting_list(text, project))


def test_a_list_comes_back_as_it_went() -> None:
    project = _scene()
    assert _round(project, write_spotting_list(project)) == project


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40))
def test_any_words_come_back(words: str) -> None:
    project = _scene(note=words, owner=words)
    back = _round(project, write_spotting_list(project))
    assert back.regions[0].note == words


def test_positions_are_timecode_of_the_film() -> None:
    lines = write_spotting_list(_scene()).splitlines()
    assert lines[0].startswith("id,name,task,track,in,out,status")
    assert ",01:00:02:00,01:00:03:00,open," in lines[1]


def test_an_edited_timecode_is_heard() -> None:
    project = _scene()
    text = write_spotting_list(project).replace("01:00:03:00", "01:00:04:00")
    back = _round(project, text)
    check_consistent(back)
    assert back.regions[0].range.start_samples == 96_001
    assert back.regions[0].range.end_samples == 192_000


def test_a_list_from_elsewhere_makes_new_regions() -> None:
    project = _scene()
    text = "in;out;task;prompt\n01:00:05:00;01:00:06:12;generate;gulls, far\n;;;\n"
    back = _round(project, text)
    check_consistent(back)
    new = back.regions[-1]
    assert (new.task, new.prompt) == (Task.GENERATE, "gulls, far")
    assert (new.range.start_samples, new.range.end_samples) == (240_000, 312_000)
    assert back.regions[:2] == project.regions


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_spreadsheets_are_read(encoding: str) -> None:
    text = "in\tout\tname\n1s\t2s\tMöwen\n"
    (line,) = read_spotting_list(decode_list(text.encode(encoding)), _scene())
    assert line.name == "Möwen"


def test_another_encoding_is_told() -> None:
    with pytest.raises(SpottingListError, match="UTF-8"):
        decode_list("Möwen".encode("latin-1"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("name,out\na,1s\n", "no column “in”"),
        ("in,out\n1s,noon\n", "Line 2, column “out”"),
        ("in,out\n2s,1s\n", "must lie after"),
        ("in,out,task\n1s,2s,sing\n", "“sing” is none of: generate"),
        ("in,out,track\n1s,2s,Brass\n", "there is no track “Brass”"),
        ("in,out,status\n1s,2s,lost\n", "Line 2, column “status”"),
        ('in,out\n"1s,2s\n' + "x" * 200_000, "Line"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(text: str, words: str) -> None:
    with pytest.raises(SpottingListError, match=words):
        read_spotting_list(text, _scene())


def test_no_cell_is_taken_for_a_formula() -> None:
    project = _scene(note="=HYPERLINK(1)")
    text = write_spotting_list(project)
    assert ",'=HYPERLINK(1)," in text
    assert _round(project, text) == project


@given(st.text(max_size=200))
def test_no_text_does_worse_than_a_sentence(text: str) -> None:
    project = _scene()
    with suppress(SpottingListError):
        check_consistent(with_spotting_list(project, read_spotting_list(text, project)))

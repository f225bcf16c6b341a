from functools import partial

import pytest

from prismdesk.project import edits
from prismdesk.project.edits import EditError
from prismdesk.project.ids import MarkerId
from prismdesk.project.lookup import marker_of
from prismdesk.project.model import Project
from tests.builders import a_marker, a_project
from tests.project.edits.checking import do

M, X = MarkerId("m"), MarkerId("x")
ONE = a_project(markers=(a_marker("m", 10, name="door"),))


def test_a_marker_is_added_and_removed() -> None:
    after = do(ONE, lambda p: edits.add_marker(p, a_marker("x", 5)))
    assert [marker.id for marker in after.markers] == ["m", "x"]
    assert do(after, lambda p: edits.remove_marker(p, X)) == ONE


def test_an_impossible_marker_is_refused() -> None:
    with pytest.raises(EditError, match='"m" is already used'):
        edits.add_marker(ONE, a_marker("m"))
    with pytest.raises(EditError, match="0 or more"):
        edits.add_marker(ONE, a_marker("x", -1))
    with pytest.raises(EditError, match="0 or more"):
        edits.move_marker(ONE, M, -1)


@pytest.mark.parametrize(
    ("edit", "field", "value"),
    [
        (partial(edits.move_marker, position_samples=99), "position_samples", 99),
        (partial(edits.rename_marker, name="slam"), "name", "slam"),
        (partial(edits.set_marker_colour, colour="#ff0000"), "colour", "#ff0000"),
    ],
)
def test_a_field_is_set_and_a_missing_marker_named(
    edit: partial[Project], field: str, value: object
) -> None:
    after = do(ONE, lambda p: edit(p, marker_id=M))
    assert getattr(marker_of(after, M), field) == value
    with pytest.raises(EditError, match='no marker "x"'):
        edit(ONE, marker_id=X)


def test_a_missing_marker_cannot_be_removed() -> None:
    with pytest.raises(EditError, match='no marker "x"'):
        edits.remove_marker(ONE, X)

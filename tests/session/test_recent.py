from __future__ import annotations

from pathlib import Path

from prismdesk.session.recent import recent_projects, without_recent


def test_a_project_can_be_forgotten(tmp_path: Path) -> None:
    first, second = tmp_path / "a.prismdesk", tmp_path / "b.prismdesk"

    assert without_recent((str(first), str(second)), first) == (str(second),)


def test_missing_projects_are_told(tmp_path: Path) -> None:
    there = tmp_path / "there.prismdesk"
    there.write_text("{}")

    found = recent_projects([str(there), str(tmp_path / "gone.prismdesk")])

    assert [(project.name, project.is_there) for project in found] == [
        ("there", True),
        ("gone", False),
    ]
    assert found[0].picture_path != found[1].picture_path


def test_folders_under_home_are_short() -> None:
    (project,) = recent_projects([str(Path.home() / "films" / "pier.prismdesk")])

    assert project.folder_words == "~/films"

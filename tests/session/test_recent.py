from __future__ import annotations

from pathlib import Path

from prismdesk.session.recent import MOST_KEPT, recent_projects, with_recent, without_recent


def test_the_project_opened_last_leads_and_stands_once(tmp_path: Path) -> None:
    first, second = tmp_path / "a.prismdesk", tmp_path / "b.prismdesk"

    kept = with_recent(with_recent(with_recent((), first), second), first)

    assert kept == (str(first), str(second))
    assert without_recent(kept, first) == (str(second),)


def test_old_ones_drop_out(tmp_path: Path) -> None:
    kept: tuple[str, ...] = ()
    for number in range(MOST_KEPT + 5):
        kept = with_recent(kept, tmp_path / f"{number}.prismdesk")

    assert len(kept) == MOST_KEPT
    assert kept[0].endswith(f"{MOST_KEPT + 4}.prismdesk")


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

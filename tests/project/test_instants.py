from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from prismdesk.project.instants import now_utc, utc_text


def test_a_moment_elsewhere_is_told_in_utc() -> None:
    elsewhere = timezone(timedelta(hours=-3, minutes=-30))
    moment = datetime(2026, 11, 23, 22, 45, 9, 900_000, tzinfo=elsewhere)
    assert utc_text(moment) == "2026-11-24T02:15:09Z"


def test_the_present_is_read_back() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    assert before <= datetime.fromisoformat(now_utc()) <= datetime.now(UTC)

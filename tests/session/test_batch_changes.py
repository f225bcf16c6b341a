from __future__ import annotations

from dataclasses import replace

from prismdesk.jobs.batch_records import BatchEntry
from prismdesk.project.model import RegionStatus
from prismdesk.session.batch_changes import what_changed, why_needless
from prismdesk.session.batches import asked_parts
from tests.builders import a_region


def test_what_a_region_asks_for_in_another_way_is_named() -> None:
    region = a_region(name="Gull")
    entry = BatchEntry(
        region_id=region.id, label="Gull", engine="", takes=1, asked=asked_parts(region)
    )
    assert what_changed(entry, region) == ""
    assert what_changed(entry, replace(region, owner="Kim")) == ""
    assert what_changed(entry, replace(region, prompt="waves")) == "its prompt was edited"
    both = replace(region, prompt="waves", engine="selva")
    assert what_changed(entry, both) == "its prompt was edited and another engine was chosen"


def test_a_region_that_is_gone_or_done_needs_nothing() -> None:
    assert why_needless(a_region()) == ""
    assert "removed" in why_needless(None)
    assert "done" in why_needless(a_region(status=RegionStatus.DONE))

from __future__ import annotations

import hashlib
import os
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.weights import download, hub
from prismdesk.engines.weights.download import DownloadError, GetProgress, get, partials_of
from prismdesk.engines.weights.guarded_sink import GuardedSink
from prismdesk.engines.weights.identity import sha256_of
from prismdesk.engines.weights.model import Licence, ModelFile
from prismdesk.engines.weights.places import own_path
from prismdesk.errors import Cancelled
from prismdesk.progress import never_cancelled
from tests.engines.weights.hub_server import REVISION, Hub, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONTENT = bytes(range(256)) * 4096
FREE = Licence(
    id="free",
    name="CC0",
    where_stated="here",
    plain_words="Do what you want.",
    is_stated=True,
    uses=("personal", "non-commercial", "commercial"),
)


def a_file(content: bytes = CONTENT, name: str = "weights/one.pth", **known: str) -> ModelFile:
    return ModelFile(
        id=name,
        file_name=name.rpartition("/")[2],
        repository="somebody/model",
        repository_path=name,
        size_bytes=len(content),
        licence=FREE,
        **known,  # type: ignore[arg-type]  # checksums only
    )


@pytest.fixture
def a_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    monkeypatch.setenv("PRISMDESK_MODELS", str(tmp_path / "models"))
    for name in (
        "HF_TOKEN",
        "HF_HUB_OFFLINE",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(hub, "_PAUSE_SECONDS", 0.01)
    with serving(Hub({"somebody/model/weights/one.pth": CONTENT})) as one:
        monkeypatch.setenv("HF_ENDPOINT", one.address)
        yield one
        from huggingface_hub import close_session

        close_session()


def ignore(progress: GetProgress) -> None:
    pass


def test_a_file_arrives_whole_in_its_place(a_hub: Hub, tmp_path: Path) -> None:
    seen: list[GetProgress] = []
    file = a_file(md5=hashlib.md5(CONTENT, usedforsecurity=False).hexdigest())
    (fetched,) = get([file], seen.append, never_cancelled)
    assert fetched.path == own_path(file) == tmp_path / "models/somebody/model/weights/one.pth"
    assert fetched.path.read_bytes() == CONTENT
    assert fetched.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert fetched.revision == REVISION
    assert partials_of(file) == ()
    done = [one.done_bytes for one in seen]
    assert done == sorted(done)
    assert seen[-1].fraction == 1.0
    assert {one.total_bytes for one in seen} == {len(CONTENT)}
    assert "checking" in [one.doing for one in seen]


def test_nothing_is_asked_but_what_and_where_the_file_is(a_hub: Hub) -> None:
    get([a_file()], ignore, never_cancelled)
    assert a_hub.asked == [
        ("HEAD", "/somebody/model/resolve/main/weights/one.pth", ""),
        ("GET", f"/somebody/model/resolve/{REVISION}/weights/one.pth", ""),
    ]


def test_a_hub_may_point_to_another_server(a_hub: Hub) -> None:
    a_hub.redirects = True
    (fetched,) = get([a_file()], ignore, never_cancelled)
    assert fetched.path.read_bytes() == CONTENT


def test_a_server_that_says_no_size_is_good_enough(a_hub: Hub) -> None:
    a_hub.says_size = False
    (fetched,) = get([a_file()], ignore, never_cancelled)
    assert fetched.path.read_bytes() == CONTENT


def test_its_sum_needs_not_be_worked_out_again(a_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    (fetched,) = get([a_file()], ignore, never_cancelled)

    def refuse(*_: object, **__: object) -> dict[str, str]:
        raise AssertionError("read again")

    monkeypatch.setattr("prismdesk.engines.weights.identity.checksums_of", refuse)
    assert sha256_of(fetched.path) == fetched.sha256


def test_several_files_count_together(a_hub: Hub) -> None:
    a_hub.files["somebody/model/two.bin"] = b"abc" * 1000
    seen: list[GetProgress] = []
    arrived: list[str] = []
    get(
        [a_file(), a_file(b"abc" * 1000, "two.bin")],
        seen.append,
        never_cancelled,
        lambda fetched: arrived.append(fetched.path.name),
    )
    assert arrived == ["one.pth", "two.bin"]
    assert seen[-1].done_bytes == seen[-1].total_bytes == len(CONTENT) + 3000


def test_a_connection_that_breaks_is_taken_up_where_it_broke(a_hub: Hub) -> None:
    a_hub.break_after_bytes = [100_000, 200_000]
    (fetched,) = get([a_file()], ignore, never_cancelled)
    assert fetched.path.read_bytes() == CONTENT
    first, second, third = a_hub.gets()
    assert first == ""
    assert second.startswith("bytes=")
    assert 0 < int(second[6:-1]) <= 100_000 < int(third[6:-1]) <= 300_000


def test_a_network_that_is_gone_is_said_and_the_next_try_goes_on(
    a_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_hub.break_after_bytes = [300_000, *[0] * 12]
    with pytest.raises(DownloadError, match=r"connection broke.*one\.pth.*goes on from there"):
        get([a_file()], ignore, never_cancelled)
    (partial,) = partials_of(a_file())
    kept = partial.stat().st_size
    assert 0 < kept <= 300_000
    a_hub.break_after_bytes = []
    a_hub.asked.clear()
    (fetched,) = get([a_file()], ignore, never_cancelled)
    assert a_hub.gets() == [f"bytes={kept}-"]
    assert fetched.path.read_bytes() == CONTENT


def test_no_server_at_all_is_said(a_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(DownloadError, match="connection broke"):
        get([a_file()], ignore, never_cancelled)


def test_cancelling_keeps_what_is_there(a_hub: Hub) -> None:
    a_hub.stall_after_bytes = 400_000
    seen: list[int] = []

    def cancelled() -> bool:
        return bool(seen) and seen[-1] > 200_000

    with pytest.raises(Cancelled):
        get([a_file()], lambda progress: seen.append(progress.done_bytes), cancelled)
    assert not own_path(a_file()).exists()
    (partial,) = partials_of(a_file())
    kept = partial.stat().st_size
    assert kept > 200_000
    a_hub.stall_after_bytes = None
    a_hub.asked.clear()
    (fetched,) = get([a_file()], ignore, never_cancelled)
    assert a_hub.gets() == [f"bytes={kept}-"]
    assert fetched.path.read_bytes() == CONTENT


def test_a_server_that_can_only_begin_at_the_beginning_is_good_enough(a_hub: Hub) -> None:
    a_hub.break_after_bytes = [300_000]
    a_hub.ignores_ranges = True
    (fetched,) = get([a_file()], ignore, never_cancelled)
    assert fetched.path.read_bytes() == CONTENT


def test_a_finished_partial_is_only_checked(a_hub: Hub) -> None:
    etag = hashlib.sha256(CONTENT).hexdigest()
    path = own_path(a_file())
    path.parent.mkdir(parents=True)
    path.with_name(f".one.pth.{etag[:16]}.partial").write_bytes(CONTENT)
    get([a_file()], ignore, never_cancelled)
    assert a_hub.gets() == []
    assert path.read_bytes() == CONTENT


def test_leftovers_of_another_revision_go(a_hub: Hub) -> None:
    path = own_path(a_file())
    path.parent.mkdir(parents=True)
    path.with_name(".one.pth.feedfeedfeedfeed.partial").write_bytes(b"old")
    get([a_file()], ignore, never_cancelled)
    assert [entry.name for entry in path.parent.iterdir()] == ["one.pth"]


def test_damage_on_the_way_is_fetched_again(a_hub: Hub) -> None:
    a_hub.damage = 1
    (fetched,) = get([a_file()], ignore, never_cancelled)
    assert fetched.path.read_bytes() == CONTENT
    assert a_hub.gets() == ["", ""]


def test_damage_twice_is_said_and_nothing_is_left(a_hub: Hub) -> None:
    a_hub.damage = 5
    with pytest.raises(DownloadError, match=r"one\.pth.*wrong checksum, twice"):
        get([a_file()], ignore, never_cancelled)
    assert not own_path(a_file()).exists()
    assert partials_of(a_file()) == ()
    assert len(a_hub.gets()) == 2


def test_without_the_servers_sum_the_published_one_tells(a_hub: Hub) -> None:
    a_hub.says_sha256 = False
    a_hub.damage = 1
    file = a_file(md5=hashlib.md5(CONTENT, usedforsecurity=False).hexdigest())
    (fetched,) = get([file], ignore, never_cancelled)
    assert fetched.path.read_bytes() == CONTENT


def test_another_file_at_the_publisher_is_told_apart_from_damage(a_hub: Hub) -> None:
    with pytest.raises(DownloadError, match=r"somebody/model now has another one\.pth"):
        get([a_file(md5="0" * 32)], ignore, never_cancelled)
    assert a_hub.gets() == [""]
    assert partials_of(a_file()) == ()


@pytest.mark.parametrize("known", [{"sha256": "0" * 64}, {"size_kind": "exact"}])
def test_another_file_is_told_before_it_is_read_where_that_can_be(
    a_hub: Hub, known: dict[str, str]
) -> None:
    content = CONTENT if "sha256" in known else CONTENT[1:]
    with pytest.raises(DownloadError, match="now has another"):
        get([a_file(content, **known)], ignore, never_cancelled)
    assert a_hub.gets() == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, r"refused \(401\).*HF_TOKEN"),
        (403, "only for those whom its publisher let in.*HF_TOKEN"),
        (404, "no longer where it was published.*models add"),
        (500, r"server failed.*\(500\).*later"),
    ],
)
def test_each_refusal_says_what_to_do(a_hub: Hub, status: int, words: str) -> None:
    a_hub.statuses["somebody/model/weights/one.pth"] = status
    with pytest.raises(DownloadError, match=words) as caught:
        get([a_file()], ignore, never_cancelled)
    assert str(caught.value).count(". ") == 0


def test_what_is_no_hub_is_said(a_hub: Hub) -> None:
    a_hub.is_a_hub = False
    with pytest.raises(DownloadError, match="no model hub; check HF_ENDPOINT"):
        get([a_file()], ignore, never_cancelled)


def test_the_token_is_sent(a_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    get([a_file()], ignore, never_cancelled)
    assert set(a_hub.tokens) == {"Bearer hf_secret"}
    assert len(a_hub.tokens) == 2


def test_the_token_stays_with_the_server_it_is_for(
    a_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with serving(Hub(moved_to=a_hub.address)) as first:
        monkeypatch.setenv("HF_ENDPOINT", first.address)
        (fetched,) = get([a_file()], ignore, never_cancelled)
    assert fetched.path.read_bytes() == CONTENT
    assert set(first.tokens) == {"Bearer hf_secret"}
    assert a_hub.tokens == []


def test_a_connection_may_break_as_often_as_it_brings_something(a_hub: Hub) -> None:
    a_hub.break_after_bytes = [100_000] * 8
    (fetched,) = get([a_file()], ignore, never_cancelled)
    assert fetched.path.read_bytes() == CONTENT


def test_what_comes_after_a_cancel_is_not_written(tmp_path: Path) -> None:
    with (tmp_path / "file").open("w+b") as file:
        sink = GuardedSink(file)
        sink.write(b"one")
        sink.close_for_good()
        with pytest.raises(Cancelled):
            sink.write(b"two")
        with pytest.raises(Cancelled):
            sink.restart()
        with pytest.raises(Cancelled):
            sink.wait(5)
    assert (tmp_path / "file").read_bytes() == b"one"


def test_a_proxy_of_the_environment_is_used(a_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://models.invalid")
    monkeypatch.setenv("HTTP_PROXY", a_hub.address)
    (fetched,) = get([a_file()], ignore, never_cancelled)
    assert fetched.path.read_bytes() == CONTENT
    assert all(path.startswith("http://models.invalid/") for _, path, _ in a_hub.asked)


def test_a_disk_that_is_too_small_is_said_before_anything_is_read(
    a_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(DownloadError, match=r"0\.0 GB are to be fetched, but only 0\.0 GB.*MODELS"):
        get([a_file()], ignore, never_cancelled)
    assert a_hub.gets() == []


def test_a_disk_that_fills_up_is_said(a_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(GuardedSink, "write", full)
    with pytest.raises(DownloadError, match=r"disk filled up.*PRISMDESK_MODELS"):
        get([a_file()], ignore, never_cancelled)


def test_a_folder_that_cant_be_written_is_said(
    a_hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    monkeypatch.setenv("PRISMDESK_MODELS", str(blocked / "models"))
    with pytest.raises(DownloadError, match=r"can't be written.*PRISMDESK_MODELS"):
        get([a_file()], ignore, never_cancelled)


def test_two_at_once_dont_write_the_same_file(a_hub: Hub) -> None:
    with download._alone(), pytest.raises(DownloadError, match="Another PrismDesk is fetching"):
        get([a_file()], ignore, never_cancelled)


def test_offline_is_respected(a_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(DownloadError, match="HF_HUB_OFFLINE"):
        get([a_file()], ignore, never_cancelled)
    assert a_hub.asked == []


def test_without_the_library_the_remedy_is_named(
    a_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "find_spec", lambda name: None)
    with pytest.raises(DownloadError, match=r"light set-up.*\[engines\].*models add FOLDER"):
        get([a_file()], ignore, never_cancelled)


def test_the_users_choice_of_bars_is_left_alone(
    a_hub: Hub, capfd: pytest.CaptureFixture[str]
) -> None:
    a_hub.break_after_bytes = [1000]
    before = dict(os.environ)
    get([a_file()], ignore, never_cancelled)
    assert capfd.readouterr() == ("", "")
    assert dict(os.environ) == before

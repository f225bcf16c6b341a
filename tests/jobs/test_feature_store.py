from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from prismdesk.jobs import feature_store
from prismdesk.jobs.feature_store import FeatureFolder

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

ARRAYS: dict[str, npt.NDArray[Any]] = {
    "clip": np.arange(12, dtype=np.float32).reshape(3, 4),
    "half": np.array([[1.5, -2.0]], np.float16),
    "mask": np.array([True, False]),
    "count": np.array(7),
    "none": np.zeros((0, 5), np.int64),
}


@pytest.fixture
def store(tmp_path: Path) -> FeatureFolder:
    return FeatureFolder(tmp_path / "features")


def files(folder: Path) -> list[Path]:
    return sorted((folder / "features").iterdir())


def test_arrays_come_back_as_they_were(store: FeatureFolder) -> None:
    assert store.get("key") is None
    store.put("key", ARRAYS)
    found = store.get("key")
    assert found is not None
    assert found.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)
    assert store.get("other key") is None


def test_keys_lead_nowhere_else(store: FeatureFolder, tmp_path: Path) -> None:
    for key in ("../../a", "/etc/passwd", "a\0b", "\udce9", "x" * 5000):
        store.put(key, {"a": np.ones(2)})
        assert store.get(key) is not None
    assert all(feature_store._NAME.fullmatch(path.name) for path in files(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["features"]


def test_what_is_put_again_takes_the_place(store: FeatureFolder, tmp_path: Path) -> None:
    store.put("key", {"a": np.ones(2)})
    store.put("key", {"b": np.ones(3)})
    found = store.get("key")
    assert found is not None
    assert list(found) == ["b"]
    assert len(files(tmp_path)) == 1


def test_a_damaged_file_is_absent_and_goes(store: FeatureFolder, tmp_path: Path) -> None:
    store.put("key", ARRAYS)
    (path,) = files(tmp_path)
    whole = path.read_bytes()
    for place in range(0, len(whole), 37):
        for damaged in (whole[:place], whole[:place] + b"\xff" + whole[place + 1 :]):
            path.write_bytes(damaged)
            found = store.get("key")
            if found is None:
                assert not path.exists()
            else:
                assert found.keys() == ARRAYS.keys()
                assert all(np.array_equal(found[name], ARRAYS[name]) for name in ARRAYS)


def test_a_renamed_array_is_damage(store: FeatureFolder, tmp_path: Path) -> None:
    store.put("key", ARRAYS)
    (path,) = files(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"clip", b"clap"))
    assert store.get("key") is None
    assert not path.exists()


def test_no_pickle_is_ever_loaded(store: FeatureFolder, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "sprung"),)

    with pytest.raises(ValueError, match="Object arrays"):
        store.put("key", {"a": np.array([Trap()], object)})
    assert files(tmp_path) == []
    store.put("key", {"a": np.ones(2)})
    (path,) = files(tmp_path)
    member = io.BytesIO()
    np.lib.format.write_array(member, np.array([Trap()], object), allow_pickle=True)
    assert pickle.dumps(Trap()) is not None
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", member.getvalue())
        archive.comment = feature_store._seal(archive)
    assert store.get("key") is None
    assert not path.exists()
    assert not (tmp_path / "sprung").exists()


def test_compressed_members_are_refused(store: FeatureFolder, tmp_path: Path) -> None:
    store.put("key", {"a": np.ones(2)})
    (path,) = files(tmp_path)
    with zipfile.ZipFile(path) as archive:
        data = archive.read("a")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", data + bytes(1 << 20))
        archive.comment = feature_store._seal(archive)
    assert store.get("key") is None


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    size = 10_000
    store = FeatureFolder(tmp_path / "features", most_bytes=3 * size + 2_000)
    for number, key in enumerate(("a", "b", "c")):
        store.put(key, {"x": np.zeros(size, np.uint8)})
        os.utime(store._path(key), (number, number))
    assert store.get("a") is not None
    store.put("d", {"x": np.zeros(size, np.uint8)})
    assert [key for key in "abcd" if store.get(key) is not None] == ["a", "c", "d"]


def test_what_is_larger_than_the_store_is_not_kept(tmp_path: Path) -> None:
    store = FeatureFolder(tmp_path / "features", most_bytes=1000)
    store.put("small", {"x": np.zeros(100, np.uint8)})
    store.put("large", {"x": np.zeros(2000, np.uint8)})
    assert store.get("large") is None
    assert store.get("small") is not None


def test_a_store_of_no_size_keeps_nothing(tmp_path: Path) -> None:
    store = FeatureFolder(tmp_path / "features", most_bytes=0)
    store.put("key", {"x": np.zeros(1)})
    assert store.get("key") is None


def test_what_a_kill_left_half_written_goes_after_a_while(
    store: FeatureFolder, tmp_path: Path
) -> None:
    store.put("key", {"a": np.ones(2)})
    name = files(tmp_path)[0].name
    old = tmp_path / "features" / f"{name}.123.partial"
    new = tmp_path / "features" / f"{name}.124.partial"
    foreign = tmp_path / "features" / "notes.txt"
    for path in (old, new, foreign):
        path.touch()
    for path in (old, foreign):
        os.utime(path, (0, 0))
    store.put("other", {"a": np.ones(2)})
    assert not old.exists()
    assert new.exists()
    assert foreign.exists()


def test_a_disk_that_refuses_is_let_be(tmp_path: Path) -> None:
    (tmp_path / "features").touch()
    store = FeatureFolder(tmp_path / "features")
    store.put("key", ARRAYS)
    assert store.get("key") is None


_WRITER = """
import sys, numpy as np
from pathlib import Path
from prismdesk.jobs.feature_store import FeatureFolder
store = FeatureFolder(Path(sys.argv[1]), most_bytes=60_000)
number = int(sys.argv[2])
for round in range(60):
    key = str((round * 7 + number) % 10)
    store.put(key, {"x": np.full(10_000, int(key), np.uint8)})
    for other in range(10):
        found = store.get(str(other))
        assert found is None or (found["x"] == other).all() and found["x"].size == 10_000
"""


def test_two_processes_share_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "features"
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(folder), str(n)]) for n in (0, 3)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    names = [path.name for path in folder.iterdir()]
    assert all(feature_store._NAME.fullmatch(name) for name in names)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 90_000

"""What holds for every test: no display, no network, a home of its own, nothing left running."""

from __future__ import annotations

import ctypes
import gc
import itertools
import mmap
import os
import socket
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from pytestqt.qtbot import QtBot

from tests.real_media import FILES, cache_folder, wheel_of
from tests.warm_processes import IS_POSSIBLE, WarmStarts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# As in the engine process: threads make numpy's many small products slower. Before numpy comes.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Tests run side by side, a process to a core; torch's own threads would fight over them.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# The cache of real films is found from the true home, before each test gets one of its own.
os.environ.setdefault("PRISMDESK_TEST_MEDIA", str(cache_folder()))
# As where it is installed: hundreds of processes of the program need not each compile it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

GRACE_SECONDS = 5.0
"""How long threads and processes that a test ended may take to be gone."""
PATIENCE_MS = 60_000
"""How long is waited for something to happen in a window, unless a test says otherwise."""

USER_FOLDERS = {
    "XDG_CONFIG_HOME": ".config",
    "XDG_CACHE_HOME": ".cache",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_RUNTIME_DIR": ".run",
}


OWN_FOLDERS = ("PRISMDESK_MODELS", "PRISMDESK_PRESETS", "PRISMDESK_TRAINING")
"""What names the user's own folders; taken away, so that no test writes into them."""


class NetworkUsed(RuntimeError):  # noqa: N818  (says what happened)
    """A test tried to reach beyond this machine."""


class Homes:
    """Empty homes, a test at a time; one in which a test left nothing serves the next as well.

    ``mktemp`` would look through thousands for the next free name, and folders by the ten
    thousand take long to make and longer to delete.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        self._home = folder
        self._as_made: dict[str, int] | None = None

    def empty(self) -> Path:
        """Return a home with user folders, nothing in any of them."""
        if self._as_made != _modes_in(self._home):
            self._home = self._folder / str(next(self._numbers))
            for folder in USER_FOLDERS.values():
                (self._home / folder).mkdir(mode=0o700, parents=True)
            self._as_made = _modes_in(self._home)
        return self._home


def _modes_in(folder: Path) -> dict[str, int]:
    """Return what lies in a folder, however deep, and who may do what with it."""
    modes: dict[str, int] = {}
    folders = [str(folder)]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                modes[entry.path] = entry.stat(follow_symlinks=False).st_mode
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
    return modes


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Homes:
    """Where each test gets its home from."""
    return Homes(tmp_path_factory.mktemp("homes"))


@pytest.fixture(autouse=True)
def home_folder(homes: Homes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home and empty user folders; nothing of the real ones is read or written."""
    home = homes.empty()
    monkeypatch.setenv("HOME", str(home))
    for variable, folder in USER_FOLDERS.items():
        monkeypatch.setenv(variable, str(home / folder))
    for variable in OWN_FOLDERS:
        monkeypatch.delenv(variable, raising=False)
    return home


@pytest.fixture(scope="session")
def small_checkpoints(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small checkpoints in the published layout, one folder each; read only."""
    # Imported here: it brings torch, which most tests do without.
    from tests.small_checkpoints import main as write_small_checkpoints

    folder = tmp_path_factory.mktemp("checkpoints")
    write_small_checkpoints([str(folder)])
    return folder


WARM_STARTS = WarmStarts()


@pytest.fixture
def warm_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes of the program begin with all imported; for tests of what they do then."""
    if IS_POSSIBLE:
        monkeypatch.setattr("prismdesk.jobs.child_process.subprocess", WARM_STARTS)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Sockets reach this machine only (loopback and local sockets)."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", _LocalSocket)
        patch.setattr(socket, "getaddrinfo", _local_getaddrinfo)
        yield


_LOCAL_HOSTS = frozenset({"127.0.0.1", "::1", "localhost", "", None})


class _LocalSocket(socket.socket):
    """A socket that refuses to leave the machine."""

    def connect(self, address: Any) -> None:
        _refuse_remote(self.family, address)
        super().connect(address)

    def connect_ex(self, address: Any) -> int:
        _refuse_remote(self.family, address)
        return super().connect_ex(address)


def _refuse_remote(family: int, address: Any) -> None:
    if family in (socket.AF_INET, socket.AF_INET6) and address[0] not in _LOCAL_HOSTS:
        raise NetworkUsed(f"a test tried to connect to {address}")


_real_getaddrinfo = socket.getaddrinfo


def _local_getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if name not in _LOCAL_HOSTS:
        raise NetworkUsed(f"a test tried to look up {name}")
    return _real_getaddrinfo(host, *arguments, **named)


@pytest.fixture
def qtbot(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> QtBot:
    """A user who waits long by default: a busy machine may take its time for anything."""
    for wait in (QtBot.waitUntil, QtBot.waitSignal, QtBot.waitSignals):
        defaults: dict[str, Any] = wait.__kwdefaults__ or {}
        monkeypatch.setitem(defaults, "timeout", PATIENCE_MS)
    return qtbot


@pytest.fixture(autouse=True)
def memory_given_back() -> Iterator[None]:
    """Give the system back what windows and sounds left free between what lasts.

    The C library keeps such memory for later, half of what a process has in the end.
    """
    # Before all others that clear up, so after them in the end.
    yield
    if _MEMORY.has_grown():
        _MEMORY.give_back()


class _Memory:
    """The memory of this process, where Linux and its C library tell of it."""

    _ENOUGH_BYTES = 250_000_000

    def __init__(self) -> None:
        self._least_bytes = self._bytes()

    def has_grown(self) -> bool:
        """Whether there is much more of it than after the last time that some was given back."""
        return self._bytes() > self._least_bytes + self._ENOUGH_BYTES

    def give_back(self) -> None:
        """Give back what is free, and what only cycles of dead objects hold."""
        gc.collect()
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
        self._least_bytes = self._bytes()

    @staticmethod
    def _bytes() -> int:
        try:
            pages = Path("/proc/self/statm").read_bytes().split()[1]
        except OSError:
            return 0
        return int(pages) * mmap.PAGESIZE


_MEMORY = _Memory()


@pytest.fixture(autouse=True)
def mouse_buttons_up() -> Iterator[None]:
    """Let go of the mouse buttons that a test left down: Qt remembers them for the process."""
    yield
    if "PySide6.QtTest" in sys.modules:
        _release_mouse()


def _release_mouse() -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QWidget

    if not isinstance(QApplication.instance(), QApplication):
        return
    for button in Qt.MouseButton:
        if button.value and button in QApplication.mouseButtons():
            pad = QWidget()
            pad.show()
            QTest.mouseRelease(pad, button)
            pad.deleteLater()


@pytest.fixture(autouse=True)
def no_window_left() -> Iterator[None]:
    """Delete the windows that a test made and left.

    No event loop runs between tests to do what ``deleteLater`` asks for, and each window that is
    left is styled anew with every look that a later test sets.
    """
    before = _top_windows().keys()
    yield
    left = _top_windows()
    for place in left.keys() - before:
        left[place].deleteLater()
    if "PySide6.QtWidgets" in sys.modules:
        from PySide6.QtCore import QCoreApplication, QEvent

        if QCoreApplication.instance() is not None:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _top_windows() -> dict[int, QWidget]:
    """Return the widgets that no other owns, by where they lie."""
    if "PySide6.QtWidgets" not in sys.modules:
        return {}
    import shiboken6
    from PySide6.QtWidgets import QApplication

    if not isinstance(QApplication.instance(), QApplication):
        return {}
    return {
        shiboken6.getCppPointer(widget)[0]: widget
        for widget in QApplication.topLevelWidgets()
        if widget.parentWidget() is None
    }


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fail a test that leaves a thread or a child process behind."""
    threads_before = set(threading.enumerate())
    processes_before = _child_process_ids()
    yield
    deadline = time.monotonic() + GRACE_SECONDS
    while True:
        left = [
            *(repr(thread) for thread in set(threading.enumerate()) - threads_before),
            *(_described(process) for process in _child_process_ids() - processes_before),
        ]
        left = [what for what in left if what]
        if not left:
            return
        if time.monotonic() > deadline:
            pytest.fail(f"left running by the test: {', '.join(left)}")
        time.sleep(0.01)


def _child_process_ids() -> set[int]:
    """Ids of this process's children but the warm one, where Linux keeps them; empty elsewhere."""
    found: set[int] = set()
    for children in Path("/proc/self/task").glob("*/children"):
        try:
            found.update(map(int, children.read_text().split()))
        except OSError:
            continue  # the thread ended while we looked
    return found - {WARM_STARTS.pid}


def _described(process_id: int) -> str:
    """Say what a process is; empty if it is gone, or lives as long as Python itself."""
    try:
        process = psutil.Process(process_id)
        command = " ".join(process.cmdline())
        if (
            process.status() == psutil.STATUS_ZOMBIE
            or "multiprocessing.resource_tracker" in command
        ):
            return ""
    except psutil.NoSuchProcess:
        return ""
    return f"process {process_id} ({command})"


# What collecting makes (a million objects) stays to the end; see ``pytest_collection_finish``.
gc.disable()


def pytest_collection_finish() -> None:
    """Keep the collector of cycles from going through all tests each time it goes through all."""
    gc.freeze()
    gc.enable()


_left_out: list[str] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests whose real films were never fetched."""
    missing = {
        name for name, file in FILES.items() if wheel_of(file.package) is None
    } - _extracted_names()
    wanting = [item for item in items if _real_films_of(item) & missing]
    if wanting:
        items[:] = [item for item in items if item not in wanting]
        config.hook.pytest_deselected(items=wanting)
        _left_out.extend(item.nodeid for item in wanting)


def _extracted_names() -> set[str]:
    return {name for name in FILES if (cache_folder() / "files" / name).exists()}


def _real_films_of(item: pytest.Item) -> set[str]:
    return {name for mark in item.iter_markers("real_media") for name in mark.args}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out and how to have it."""
    if _left_out:
        terminalreporter.section("real films")
        terminalreporter.line(
            f"{len(_left_out)} tests left out, their films are not in {cache_folder()}: "
            "fetch them once with 'python -m tests.real_media'."
        )

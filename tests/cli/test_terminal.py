from __future__ import annotations

import io
import os
import signal
from typing import TYPE_CHECKING

import pytest

from prismdesk.cli.terminal import Interrupt, ProgressLine, VisibleStream

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_line_is_redrawn_on_a_terminal() -> None:
    stream = _Terminal()
    line = ProgressLine(stream)
    line.begin("Reading")
    line(0.5)
    assert "Reading" in stream.getvalue()
    assert " 50%" in stream.getvalue()


def test_names_cant_steer_the_terminal() -> None:
    stream = _Terminal()
    print("a\x1b[2J\x9bb\tc", file=VisibleStream(stream))
    assert stream.getvalue() == "a\N{REPLACEMENT CHARACTER}[2J\N{REPLACEMENT CHARACTER}b\tc\n"
    ProgressLine(stream).show("\x1b[2Jrain", 0.5, None)
    assert "\x1b[2J" not in stream.getvalue()


def test_the_line_is_removed_before_other_text() -> None:
    stream = _Terminal()
    line = ProgressLine(stream)
    line.begin("Reading")
    line(0.5)
    line.clear()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_elsewhere_a_task_is_named_once() -> None:
    stream = io.StringIO()
    line = ProgressLine(stream)
    line.begin("Reading")
    line(0.5)
    line(0.9)
    assert stream.getvalue() == "Reading …\n"


def test_a_long_label_does_not_break_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    stream = _Terminal()
    line = ProgressLine(stream)
    line.begin("x" * 100)
    line(0.5)
    assert len(stream.getvalue().removeprefix("\r\x1b[K")) < 40


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_asks_to_cancel(number: signal.Signals) -> None:
    with Interrupt() as interrupt:
        assert not interrupt()
        os.kill(os.getpid(), number)
        assert interrupt()


@pytest.fixture
def heard_interrupts() -> Iterator[None]:
    """A shell's background jobs begin with interrupts ignored; here they are heard."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard_interrupts")
def test_a_second_interrupt_ends_at_once() -> None:
    with Interrupt() as interrupt:
        signal.raise_signal(signal.SIGINT)
        assert interrupt()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_earlier_handlers_come_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interrupt():
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before

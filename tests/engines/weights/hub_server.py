"""A model hub on this machine: says what a file is, sends it in ranges, and fails on wish."""

from __future__ import annotations

import hashlib
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

REVISION = "0123456789abcdef0123456789abcdef01234567"
_BLOCK_BYTES = 16_384


@dataclass
class Hub:
    """What the server holds, how it misbehaves, and what it was asked.

    Attributes:
        files: content by "owner/name/path".
        statuses: answers other than 200, by the same.
        break_after_bytes: each of the next answers ends early, after so many bytes.
        stall_after_bytes: answers stop for good there, but the connection stays open.
        damage: how many of the next answers have a flipped bit.
        ignores_ranges: every answer begins at the beginning.
        says_sha256: the etag is the file's SHA-256, as for large files.
        is_a_hub: the answers say which revision they are of.
        says_size: the answer to what a file is holds its size.
        redirects: to the question what a file is, the answer points to another server.
        moved_to: the address of the hub that has all files now.
        asked: (method, path, range) of each request.
        tokens: the Authorization headers that came.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    break_after_bytes: list[int] = field(default_factory=list)
    stall_after_bytes: int | None = None
    damage: int = 0
    ignores_ranges: bool = False
    says_sha256: bool = True
    is_a_hub: bool = True
    redirects: bool = False
    says_size: bool = True
    moved_to: str = ""
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    address: str = ""
    is_over: threading.Event = field(default_factory=threading.Event)

    def gets(self) -> list[str]:
        """The ranges of all requests for content."""
        return [span for method, _, span in self.asked if method == "GET"]


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """Have the hub answer on this machine until the end of the block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
    server.daemon_threads = False
    server.block_on_close = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        hub.is_over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(is_head=True)

        def do_GET(self) -> None:
            self._answer(is_head=False)

        def log_message(self, format: str, *args: object) -> None:
            pass

        def _answer(self, *, is_head: bool) -> None:
            span = self.headers.get("Range", "")
            hub.asked.append((self.command, self.path, span))
            if token := self.headers.get("Authorization"):
                hub.tokens.append(token)
            if hub.moved_to:
                self.send_response(308)
                self.send_header("Location", hub.moved_to + self.path)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            place = re.fullmatch(r"/([\w-]+/[^/]+)/resolve/[^/]+/(.+)", urlsplit(self.path).path)
            key = "/".join(place.groups()) if place else ""
            status = hub.statuses.get(key, 200 if key in hub.files else 404)
            if status != 200:
                self._refuse(status)
                return
            content = hub.files[key]
            if is_head and hub.redirects:
                self._point_elsewhere(content)
                return
            start = 0
            if span and not hub.ignores_ranges:
                start = int(span.removeprefix("bytes=").partition("-")[0])
            self._head(content, start, says_size=hub.says_size or not is_head)
            if not is_head:
                self._send(content, start)

        def _point_elsewhere(self, content: bytes) -> None:
            """As hubs do for large files: what it is, and that a far server has it."""
            self.send_response(302)
            self.send_header("Location", "http://far.invalid/blob")
            self.send_header("X-Linked-Etag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Linked-Size", str(len(content)))
            self.send_header("X-Repo-Commit", REVISION)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _refuse(self, status: int) -> None:
            self.send_response(status)
            if status == 404:
                self.send_header("X-Error-Code", "EntryNotFound")
            if status == 403:
                self.send_header("X-Error-Code", "GatedRepo")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _head(self, content: bytes, start: int, *, says_size: bool) -> None:
            self.send_response(206 if start else 200)
            etag = hashlib.sha256(content).hexdigest() if hub.says_sha256 else "short"
            if hub.is_a_hub:
                self.send_header("ETag", f'"{etag}"')
                self.send_header("X-Repo-Commit", REVISION)
            if says_size:
                self.send_header("Content-Length", str(len(content) - start))
            if start:
                last = len(content) - 1
                self.send_header("Content-Range", f"bytes {start}-{last}/{len(content)}")
            self.end_headers()

        def _send(self, content: bytes, start: int) -> None:
            body = bytearray(content[start:])
            if hub.damage:
                hub.damage -= 1
                body[len(body) // 2] ^= 1
            end = len(body)
            if hub.break_after_bytes:
                end = hub.break_after_bytes.pop(0)
            if hub.stall_after_bytes is not None:
                end = hub.stall_after_bytes
            for at in range(0, min(end, len(body)), _BLOCK_BYTES):
                self.wfile.write(body[at : min(at + _BLOCK_BYTES, end)])
            self.wfile.flush()
            if hub.stall_after_bytes is not None:
                hub.is_over.wait(20)
            self.close_connection = True

    return Handler

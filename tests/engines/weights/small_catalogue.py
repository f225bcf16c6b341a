"""The published catalogue with small contents, and a hub on this machine that holds them."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from prismdesk.engines.weights import hub, published, shelves
from tests.engines.weights.hub_server import Hub, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest


@contextmanager
def small_catalogue(monkeypatch: pytest.MonkeyPatch, own_folder: Path) -> Iterator[Hub]:
    """Make every published file small, serve them, and have this program keep them in a folder."""
    monkeypatch.setenv("PRISMDESK_MODELS", str(own_folder))
    for name in ("HF_TOKEN", "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(hub, "_PAUSE_SECONDS", 0.01)
    read = published._read
    contents: dict[str, bytes] = {}

    def small(name: str) -> dict[str, Any]:
        nodes = read(name)
        for file_id, node in nodes.items() if name == "files" else ():
            if "path" in node and "resource" not in node:
                content = file_id.encode() * (2000 + 10 * len(file_id))
                contents[f"{node['repository']}/{node['path']}"] = content
                node["size_bytes"] = len(content)
                for kind in ("md5", "sha256"):
                    if kind in node:
                        node[kind] = hashlib.new(kind, content, usedforsecurity=False).hexdigest()
        return nodes

    _forget()
    monkeypatch.setattr(published, "_read", small)
    published.published_files()
    try:
        with serving(Hub(contents)) as served:
            monkeypatch.setenv("HF_ENDPOINT", served.address)
            yield served
    finally:
        monkeypatch.setattr(published, "_read", read)
        _forget()
        from huggingface_hub import close_session

        close_session()


def _forget() -> None:
    for kept in (
        published.published_models,
        published.published_files,
        published.published_licences,
        shelves._sought,
    ):
        kept.cache_clear()

"""A model hub on this machine: the few addresses that transformers asks, and the ways in which they may fail."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

COMMIT = "0" * 40


class SmallHub(ThreadingHTTPServer):
    """Serves each folder under `home` as the model of that name. `break_off`: for a model, how many bytes of its
    weights are sent before the line goes dead, the first time. `asked`: what was asked, with its range."""

    def __init__(self, home: Path) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.home = home
        self.break_off: dict[str, int] = {}
        self.asked: list[tuple[str, str, str]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SmallHub

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, with_body: bool) -> None:
        path = self.path.split("?")[0]
        self.server.asked.append((self.command, path, self.headers.get("Range", "")))
        if match := re.fullmatch(r"/api/models/([\w./-]+?)(/revision/\w+|/tree/\w+.*|/commits/\w+)?", path):
            self._about(match[1], (match[2] or "").split("/")[1:2], with_body)
        elif match := re.fullmatch(r"/([\w.-]+(?:/[\w.-]+)?)/resolve/\w+/(.+)", path):
            self._file(self.server.home / match[1], match[2], with_body)
        else:
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"}, with_body)

    def _about(self, name: str, what: list[str], with_body: bool) -> None:
        folder = self.server.home / name
        if not folder.is_dir():
            return self._send(404, b"", {"X-Error-Code": "RepoNotFound"}, with_body)
        files = [
            {"type": "file", "path": path.name, "rfilename": path.name, "size": path.stat().st_size, "oid": COMMIT}
            for path in folder.iterdir()
        ]
        about = {"id": name, "sha": COMMIT, "siblings": files, "tags": [], "private": False, "downloads": 0}
        commits = [{"id": COMMIT, "title": "first", "date": "2024-01-01T00:00:00.000Z", "authors": []}]
        said = {"tree": files, "commits": commits}.get("".join(what), about)
        self._send(200, json.dumps(said).encode(), {"Content-Type": "application/json"}, with_body)

    def _file(self, folder: Path, name: str, with_body: bool) -> None:
        if not folder.is_dir():
            return self._send(404, b"", {"X-Error-Code": "RepoNotFound"}, with_body)
        if not (folder / name).is_file():
            return self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT}, with_body)
        content = (folder / name).read_bytes()
        headers = {
            "X-Repo-Commit": COMMIT,
            "ETag": f'"{hashlib.sha256(content).hexdigest()}"',
            "Accept-Ranges": "bytes",
        }
        start, whole = 0, len(content)
        if with_body and (match := re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))):
            start = int(match[1])
            headers["Content-Range"] = f"bytes {start}-{whole - 1}/{whole}"
        content = content[start:]
        if with_body and name == "model.safetensors" and folder.name in self.server.break_off:
            content = content[: self.server.break_off.pop(folder.name)]
            self.close_connection = True
        self._send(206 if start else 200, content, headers, with_body, length=whole - start)

    def _send(self, status: int, body: bytes, headers: dict[str, str], with_body: bool, length: int = -1) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body) if length < 0 else length))
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


@contextmanager
def small_hub(home: Path) -> Iterator[SmallHub]:
    with SmallHub(home) as hub:
        Thread(target=hub.serve_forever, daemon=True).start()
        try:
            yield hub
        finally:
            hub.shutdown()

"""One page that needs no network and no server, in a notebook or as a file: how every page here is put together."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from hw9_xai.output import write

FRAME = Path(__file__).with_name("page.html")
MOST_BYTES, MOST_BYTES_LIVE = 3_000_000, 12_000_000


class Page:
    """Shows itself in a notebook; `save` writes the same page."""

    def __init__(
        self,
        folder: Path,  # with body.html, style.css and scripts, which find the data in the element of that name
        title: str,
        data: dict[str, Any],
        plain: str,  # what a viewer without scripts sees, as HTML
        *,
        height: int,  # of its frame in a notebook, in pixels
        argument: str,  # the one that decides how large the page is
        live: bool = False,  # it holds a model, and worker.js, which runs it
    ) -> None:
        self.html = _whole(folder, escape(title), plain, data, live).encode("utf-8", "replace").decode()
        self._title, self._plain, self._height = escape(title), plain, height
        most = MOST_BYTES_LIVE if live else MOST_BYTES
        if (size := len(self.html.encode())) > most:
            within = f"within {most / 1e6:.0f} MB"
            raise ValueError(f"{argument}: expected one whose page stays {within}, got {size / 1e6:.1f} MB")

    def save(self, path: str | Path) -> Path:
        """Write the page: one file that opens anywhere, without a network."""
        return write(path, self.html)

    def _repr_html_(self) -> str:
        """A frame that can run scripts and nothing else; beneath it what a viewer without scripts shows too."""
        return (
            f'<iframe srcdoc="{escape(self.html)}" sandbox="allow-scripts" title="{self._title}" '
            f'width="100%" height="{self._height}" style="border:0"></iframe>'
            f"<details><summary>The same in short, without scripts 不用程式的摘要</summary>{self._plain}</details>"
        )


def _whole(folder: Path, title: str, plain: str, data: dict[str, Any], live: bool) -> str:
    def read(*paths: Path) -> str:
        return "".join(path.read_text(encoding="utf-8") for path in paths)

    body = read(folder / "body.html")
    style = read(FRAME.with_name("page.css"), folder / "style.css")
    scripts = [path for path in sorted(folder.glob("*.js")) if path.name != "worker.js"]
    script = read(FRAME.with_name("page.js"), *scripts)
    policy = f"default-src 'none'; img-src data:; style-src '{source_hash(style)}'; script-src '{source_hash(script)}'"
    policy += "; worker-src blob:" if live else ""
    places = {
        "policy": policy, "title": title, "style": style, "plain": plain, "body": body, "script": script,
        # As it may stand in a script element, whatever the text says. It is ASCII: U+2028 is escaped already.
        "data": json.dumps(data, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c"),
    }  # fmt: skip
    return filled(FRAME, places)


def filled(template: Path, places: dict[str, str]) -> str:
    """Each {{name}} replaced, in one pass: what is filled in is not searched for places."""
    parts = template.read_text(encoding="utf-8").split("{{")
    return parts[0] + "".join(places[name] + rest for name, rest in (part.split("}}", 1) for part in parts[1:]))


def source_hash(source: str) -> str:
    """The only script and style that the page may run are named by their contents."""
    return "sha256-" + b64encode(sha256(source.encode()).digest()).decode()

"""The shelf of what was added: what is on it, and changes that are made whole or not at all, whenever interrupted.

What is added is prepared in a folder of its own, moved to cache/items under a name that tells its content, and counts
from the moment when assets.json, which names it, is replaced. Before and after, whatever assets.json does not name
is swept away.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from hw9_xai.assets import CHECKPOINTS, DATA, Asset, Shelf, cache_folder, edition_in_use, read_shelf, shelf_file
from hw9_xai.output import MANIFEST, printable, write

PATIENCE = 60  # seconds to wait for another process
BLOCK = 2**20
PASSING = ".hw9-xai-passing"
SETTING = ("classifier", "pictures")  # what `use` chooses; the rest is asked for by name
# Nothing else is swept: the cache may be a folder that holds other things.
OURS = re.compile(r"(classifier|pictures|hidden-states|book-.+)-[0-9a-f]{16}x*")


@contextmanager
def changing() -> Iterator[Path]:
    """An empty folder to prepare things in, while no other process changes the cache."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    try:
        lock = sqlite3.connect(cache / "lock.sqlite", timeout=PATIENCE, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")  # a lock that ends with its process, on every system
    except sqlite3.Error as error:
        raise OSError(f"{cache}: it cannot be written, or another hw9-xai is changing it ({error})") from None
    with closing(lock):
        _sweep(cache)
        (cache / PASSING).mkdir()
        try:
            yield cache / PASSING
        finally:
            _sweep(cache)


def shelve(prepared: Path, kind: str, source: str, what: str) -> Asset:
    """Moves a prepared folder to cache/items. Until a shelf that names it is written, it does not count."""
    digest, size = digest_of(prepared)
    item = cache_folder() / "items" / f"{kind.replace(':', '-')}-{digest[:16]}"
    item.parent.mkdir(exist_ok=True)
    while item.exists() and digest_of(item)[0] != digest:  # damaged since: the good one goes beside it
        item = item.with_name(item.name + "x")
    if not item.exists():
        prepared.rename(item)
    return Asset(source, what, f"items/{item.name}", digest, size)


def write_shelf(shelf: Shelf) -> None:
    """The moment from which a change counts."""
    before = shelf_file().read_bytes() if shelf_file().exists() else b""
    write(shelf_file(), json.dumps(asdict(shelf), indent=1, allow_nan=False) + "\n", over=before)


def digest_of(folder: Path) -> tuple[str, int]:
    """SHA-256 over the names and contents of all files in a folder, and their bytes."""
    digest, size = hashlib.sha256(), 0
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder).as_posix()}\n".encode(errors="surrogateescape"))
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
                size += len(block)
    return digest.hexdigest(), size


def _sweep(cache: Path) -> None:
    kept = {asset.folder for asset in read_shelf().assets.values()}
    items = [path for path in (cache / "items").glob("*") if OURS.fullmatch(path.name)]
    for path in [cache / PASSING, *cache.glob(f"{MANIFEST}.*"), *items]:
        if path not in kept:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def use(edition: str) -> Shelf:
    """From now on load_classifier(), load_pictures() and the questions take these."""
    with changing():
        shelf = replace(read_shelf(), use=edition)
        if edition == "course" and not shelf.assets.keys() & set(SETTING):
            raise ValueError("use course: no classifier and no pictures were added; hw9-xai assets add FILE adds them")
        write_shelf(shelf)
    return shelf


def remove(kind: str) -> Shelf:
    """One kind of what was added, or "all"."""
    with changing():
        shelf = read_shelf()
        if kind != "all" and kind not in shelf.assets:
            raise ValueError(f"KIND: expected {', '.join([*shelf.assets, 'all'])}, got {kind!r}")
        kept = {} if kind == "all" else {name: asset for name, asset in shelf.assets.items() if name != kind}
        shelf = Shelf(shelf.use if kept.keys() & set(SETTING) else "kit", kept)
        write_shelf(shelf)
    return shelf


def listing(shelf: Shelf) -> str:
    """What there is, the kit's and what was added; a star marks what load_classifier() and load_pictures() take."""
    weights = CHECKPOINTS / "food_cnn.safetensors"
    count = sum(path.name.count(".") == 1 and path.suffix == ".png" for path in (DATA / "pictures").iterdir())
    kits = {
        "classifier": ("kit", weights.name, "the kit's own", hashlib.sha256(weights.read_bytes()).hexdigest()[:12]),
        "pictures": ("kit", "data/pictures/", f"{count} pictures with their parts", ""),
    }
    added = {kind: ("course", one.source, one.what, one.sha256[:12]) for kind, one in shelf.assets.items()}
    used = kits | (added if shelf.use == "course" else {})
    rows = [
        ["*" if kind in SETTING and used[kind] is columns else "", kind, *columns]
        for kind, columns in [*kits.items(), *added.items()]
    ]
    note = f"* in use ({shelf.use}); the questions are about the {edition_in_use()}'s pictures"
    shown = table(["", "KIND", "EDITION", "FROM", "WHAT IT IS", "SHA-256"], rows)
    return "\n".join([shown, note, f"cache: {cache_folder()}"])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (head, *rows))
    return "\n".join(line.rstrip() for line in lines)

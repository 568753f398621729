"""The tables that hw9-xai assets prints."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from hw9_xai.assets import CHECKPOINTS, DATA, Shelf, cache_folder, quiz_set
from hw9_xai.originals.keeping import Row

SETTING = ("classifier", "pictures")  # what `use` chooses; the rest is asked for by name


def added_table(rows: Sequence[Row]) -> str:
    head = ["FILE", "RECOGNISED AS", "", "WHAT IT IS"]
    return table(head, [[row.file, row.kind, row.outcome, row.what] for row in rows])


def advice(rows: Sequence[Row]) -> str:
    return "\n".join(dict.fromkeys(row.then for row in rows if row.then))


def listing(shelf: Shelf) -> str:
    """What there is, the kit's and what was added; a star marks what load_classifier() and load_pictures() take."""
    weights = CHECKPOINTS / "food_cnn.safetensors"
    count = sum(path.name.count(".") == 1 and path.suffix == ".png" for path in (DATA / "pictures").iterdir())
    kits = {
        "classifier": ("kit", weights.name, "the kit's own", hashlib.sha256(weights.read_bytes()).hexdigest()),
        "pictures": ("kit", "data/pictures/", f"{count} pictures with their parts", ""),
    }
    added = {kind: ("course", asset.source, asset.what, asset.sha256) for kind, asset in shelf.assets.items()}
    used = {kind: added if shelf.use == "course" and kind in added else kits for kind in SETTING}
    rows = [
        ["*" if used.get(kind) is these else "", kind, *columns[:-1], columns[-1][:12]]
        for these in (kits, added)
        for kind, columns in these.items()
    ]
    note = f"* in use ({shelf.use}); the questions are about the {quiz_set()}'s pictures"
    return "\n".join(
        [table(["", "KIND", "SET", "FROM", "WHAT IT IS", "SHA-256"], rows), note, f"cache: {cache_folder()}"]
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in (head, *rows)) for i in range(len(head))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (head, *rows))
    return "\n".join(line.rstrip() for line in lines)

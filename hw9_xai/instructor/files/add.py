"""hw9-xai assets add: what is recognised in a file or folder is checked, slimmed, and kept."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from hw9_xai.assets import Asset, Shelf, at_home, read_shelf
from hw9_xai.instructor.files.book import read_book, tag_book
from hw9_xai.instructor.files.kinds import KEEPERS, Row, food_11, kind_of, recognise
from hw9_xai.instructor.files.shelf import changing, shelve, table, write_shelf
from hw9_xai.instructor.files.zips import File, Refused, Unpacker, is_junk

MOST_FILES = 200_000  # of a folder; Food-11 has 16,643
EXPECTED = "a ZIP or folder of the course's files, a checkpoint, a Food-11 folder, or a book as .txt"

Prepared = dict[str, tuple[Asset, Row]]  # by kind


def add(path: Path, name: str | None = None) -> list[Row]:
    """All that is recognised in a file or folder; `name` is what a book shall be called."""
    path = at_home(path)
    if not path.exists():
        raise FileNotFoundError(f"FILE_OR_FOLDER: expected {EXPECTED}, got {path}, which does not exist")
    is_book = path.suffix.lower() == ".txt" and path.is_file()
    if name is not None and not (is_book and re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name)):
        raise ValueError(f"--name: expected a book and a name of a-z, 0-9 and -, got {path.name} and {name!r}")
    with changing() as passing:
        prepared, rest = (_book(path, name, passing), []) if is_book else _files_of_kinds(path, passing)
        shelf, rows = read_shelf(), []
        for kind, (asset, row) in prepared.items():
            before = shelf.assets.get(kind)
            same = before is not None and (before.sha256, before.place) == (asset.sha256, asset.place)
            rows.append(replace(row, outcome="already there" if same else "replaced" if before else "added"))
        changed = Shelf(shelf.use, shelf.assets | {kind: asset for kind, (asset, _) in prepared.items()})
        if changed != shelf:
            write_shelf(changed)
    return sorted([*rows, *rest], key=lambda row: row.outcome == "not recognised")


def what_became(rows: Sequence[Row]) -> str:
    """A table, and under it what to do next."""
    head = ["FILE", "RECOGNISED AS", "", "WHAT IT IS"]
    shown = table(head, [[row.file, row.kind, row.outcome, row.what] for row in rows])
    return "\n".join([shown, *dict.fromkeys(row.then for row in rows if row.then)])


def _files_of_kinds(path: Path, passing: Path) -> tuple[Prepared, list[Row]]:
    """What was prepared, and what was left out or not recognised."""
    unpacker = Unpacker(passing, wanted=lambda name: kind_of(name) != "")
    files: list[File] = []
    for file in _walk(path):
        files += unpacker.unpack(file.path, file.name) if file.path.suffix.lower() == ".zip" else [file]
    if path.is_dir() and (data_set := food_11(path, files)):
        return {"food-11": data_set}, []
    found = recognise(files)
    prepared: Prepared = {}
    left_out: list[Row] = []
    for kind, (keep, then) in KEEPERS.items():
        if not found[kind]:
            continue
        first = found[kind][0].name
        source = str(first) if kind == "classifier" else f"{first.parent}/"
        folder = passing / kind
        folder.mkdir()
        try:
            what, rows = keep(found, folder)
        except ValueError as problem:  # one damaged file does not keep the others out
            left_out.append(Row(source, kind, str(problem).replace(f"{passing}{os.sep}", ""), "left out"))
        else:
            prepared[kind] = shelve(folder, kind, path.name, what), Row(source, kind, what, "", then)
            left_out += rows
    if not prepared:
        raise Refused(left_out[0].what if left_out else f"{path}: expected {EXPECTED}, recognised nothing in it")
    if rest := [file.name.name for file in found[""]]:
        names = ", ".join(rest[:3]) + (f" and {len(rest) - 3} more" if len(rest) > 3 else "")
        left_out.append(Row(names, "", "", "not recognised"))
    return prepared, left_out


def _walk(path: Path) -> Iterator[File]:
    if path.is_file():
        yield File(PurePosixPath(path.name), path)
        return
    seen = 0
    for folder, below, names in os.walk(path):  # does not follow links
        below[:] = sorted(name for name in below if not is_junk(name))
        for name in sorted(names):
            file = Path(folder, name)
            if is_junk(name) or file.is_symlink() or not file.is_file():
                continue
            seen += 1
            if seen > MOST_FILES:
                raise Refused(f"{path}: more than {MOST_FILES:,} files; add the folder that holds what you mean")
            yield File(PurePosixPath(path.name, file.relative_to(path).as_posix()), file)


def _book(path: Path, name: str | None, passing: Path) -> Prepared:
    name = name or re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:40] or "book"
    sentences = tag_book(read_book(path))
    folder = passing / "book"
    folder.mkdir()
    lines = [f"{' '.join(words)}\t{' '.join(tags)}\n" for words, tags in sentences]
    (folder / "book.tsv").write_text("".join(lines), encoding="utf-8")
    what = f"{len(sentences):,} sentences, {sum(len(words) for words, _ in sentences):,} words with parts of speech"
    then = f'search it: xai.search_corpus(bert, text, masked, layer=12, corpus=xai.load_corpus("{name}"))'
    kind = f"book:{name}"
    return {kind: (shelve(folder, kind, path.name, what), Row(path.name, kind, what, "", then))}

"""hw9-xai assets add: what is recognised in a file or folder is checked, slimmed, and kept."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from hw9_xai.assets import Asset, Shelf, read_shelf
from hw9_xai.instructor.files.book import read_book, tag_book
from hw9_xai.instructor.files.kinds import (
    THEN,
    Recognised,
    Row,
    convert_states,
    copy_pictures,
    data_set_parts,
    food_11,
    is_wanted,
    recognise,
    slim_checkpoint,
)
from hw9_xai.instructor.files.shelf import changing, shelve, table, write_shelf
from hw9_xai.instructor.files.zips import File, Refused, Unpacker, is_junk

MOST_FILES = 200_000  # of a folder; Food-11 has 16,643
EXPECTED = "a ZIP or folder of the course's files, a checkpoint, a Food-11 folder, or a book as .txt"

Prepared = dict[str, tuple[Asset, Row]]  # by kind


def add(path: Path, name: str | None = None) -> list[Row]:
    """All that is recognised in a file or folder; `name` is what a book shall be called."""
    path = path.expanduser().absolute()
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


def outcome_table(rows: Sequence[Row]) -> str:
    head = ["FILE", "RECOGNISED AS", "", "WHAT IT IS"]
    return table(head, [[row.file, row.kind, row.outcome, row.what] for row in rows])


def advice(rows: Sequence[Row]) -> str:
    return "\n".join(dict.fromkeys(row.then for row in rows if row.then))


def _files_of_kinds(path: Path, passing: Path) -> tuple[Prepared, list[Row]]:
    """What was prepared, and what was left out or not recognised."""
    files = list(_files(path, passing))
    if path.is_dir() and (parts := data_set_parts(files)):
        return {"food-11": food_11(path, parts, files)}, []
    found = recognise(files)
    makers: list[tuple[str, list[File], Callable[[Recognised, Path], tuple[str, list[Row]]]]] = [
        ("classifier", found.checkpoint, slim_checkpoint),
        ("pictures", found.pictures, copy_pictures),
        ("hidden-states", found.states, convert_states),
    ]
    prepared: Prepared = {}
    left_out: list[Row] = []
    for kind, its_files, make in makers:
        if not its_files:
            continue
        source = str(its_files[0].name) if kind == "classifier" else f"{its_files[0].name.parent}/"
        folder = passing / kind
        folder.mkdir()
        try:
            what, its_rows = make(found, folder)
        except ValueError as problem:  # one damaged file does not keep the others out
            reason = str(problem).replace(f"{passing}{os.sep}", "")
            left_out.append(Row(source, kind, reason, "left out"))
        else:
            prepared[kind] = shelve(folder, kind, path.name, what), Row(source, kind, what, "", THEN[kind])
            left_out += its_rows
    if not prepared:
        raise Refused(left_out[0].what if left_out else f"{path}: expected {EXPECTED}, recognised nothing in it")
    return prepared, left_out + ([_not_recognised(found.rest)] if found.rest else [])


def _files(path: Path, passing: Path) -> Iterator[File]:
    unpacker = Unpacker(passing, is_wanted)
    for file in _walk(path):
        if file.path.suffix.lower() == ".zip":
            yield from unpacker.unpack(file.path, file.name)
        else:
            yield file


def _walk(path: Path) -> Iterator[File]:
    if path.is_file():
        yield File(PurePosixPath(path.name), path)
        return
    seen = 0
    for folder, below, names in os.walk(path):  # does not follow links
        below[:] = sorted(name for name in below if not is_junk(PurePosixPath(name)))
        for name in sorted(names):
            file = Path(folder, name)
            if is_junk(PurePosixPath(name)) or file.is_symlink() or not file.is_file():
                continue
            seen += 1
            if seen > MOST_FILES:
                raise Refused(f"{path}: more than {MOST_FILES:,} files; add the folder that holds what you mean")
            yield File(PurePosixPath(path.name, file.relative_to(path).as_posix()), file)


def _not_recognised(files: Sequence[File]) -> Row:
    names = ", ".join(file.name.name for file in files[:3])
    return Row(names + (f" and {len(files) - 3} more" if len(files) > 3 else ""), "", "", "not recognised")


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

"""hw9-xai assets add, use and remove: what was recognised is checked, slimmed, and kept."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from hw9_xai.assets import SETS, Shelf, read_shelf
from hw9_xai.originals.keeping import THEN, Prepared, Row, convert_states, copy_pictures, food_11, slim_checkpoint
from hw9_xai.originals.recognition import Recognised, data_set_parts, is_wanted, recognise
from hw9_xai.originals.shelving import changing, shelve, write_shelf
from hw9_xai.originals.unpacking import Found, Refused, Unpacker, is_junk

MOST_FILES = 200_000  # of a folder; Food-11 has 16,643
EXPECTED = "a ZIP or folder of the course's files, a checkpoint, a Food-11 folder, or a book as .txt"


def add(path: Path, name: str | None = None) -> list[Row]:
    """All that is recognised in a file or folder; `name` is what a book shall be called."""
    path = path.expanduser().absolute()
    if not path.exists():
        raise FileNotFoundError(f"FILE_OR_FOLDER: expected {EXPECTED}, got {path}, which does not exist")
    is_book = path.suffix.lower() == ".txt" and path.is_file()
    if name is not None and not (is_book and re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", name)):
        raise ValueError(f"--name: expected a book and a name of a-z, 0-9 and -, got {path.name} and {name!r}")
    with changing() as passing:
        prepared, rows = _prepare_book(path, name, passing) if is_book else _prepare_files(path, passing)
        shelf = read_shelf()
        for kind, item in prepared.items():
            before = shelf.assets.get(kind)
            same = before is not None and (before.sha256, before.place) == (item.asset.sha256, item.asset.place)
            outcome = "already there" if same else "replaced" if before else "added"
            rows += [replace(row, outcome=row.outcome or outcome) for row in item.rows]
        changed = Shelf(shelf.use, shelf.assets | {kind: item.asset for kind, item in prepared.items()})
        if changed != shelf:
            write_shelf(changed)
    return sorted(rows, key=lambda row: row.outcome == "not recognised")


def use(which: str) -> Shelf:
    """From now on load_classifier(), load_pictures() and the questions take these."""
    if which not in SETS:
        raise ValueError(f"expected kit or course, got {which!r}")
    with changing():
        shelf = read_shelf()
        if which == "course" and not _usable(shelf):
            raise ValueError("use course: no classifier and no pictures were added; hw9-xai assets add FILE adds them")
        shelf = replace(shelf, use=which)
        write_shelf(shelf)
    return shelf


def remove(kind: str) -> Shelf:
    """One kind of what was added, or "all"."""
    with changing():
        shelf = read_shelf()
        if kind != "all" and kind not in shelf.assets:
            raise ValueError(f"KIND: expected {', '.join([*shelf.assets, 'all'])}, got {kind!r}")
        kept = {} if kind == "all" else {name: asset for name, asset in shelf.assets.items() if name != kind}
        shelf = Shelf(shelf.use, kept)
        if not _usable(shelf):
            shelf = replace(shelf, use="kit")
        write_shelf(shelf)
    return shelf


def _usable(shelf: Shelf) -> bool:
    return "classifier" in shelf.assets or "pictures" in shelf.assets


# -- what a file or folder holds ---------------------------------------------------------------------------------------


def _prepare_files(path: Path, passing: Path) -> tuple[dict[str, Prepared], list[Row]]:
    files = list(_files(path, passing))
    if path.is_dir() and (parts := data_set_parts(files)):
        return {"food-11": food_11(path, parts, files)}, []
    found = recognise(files)
    rows = [_unrecognised(found.rest)] if found.rest else []
    makers: list[tuple[str, bool, Callable[[Recognised, Path], tuple[str, list[Row]]]]] = [
        ("classifier", found.checkpoint is not None, slim_checkpoint),
        ("pictures", bool(found.pictures), copy_pictures),
        ("hidden-states", bool(found.states), convert_states),
    ]
    prepared, refusals = {}, []
    for kind, is_there, make in makers:
        if not is_there:
            continue
        folder = passing / kind
        folder.mkdir()
        try:
            what, its_rows = make(found, folder)
        except ValueError as problem:  # one damaged file does not keep the others out
            refusals.append(str(problem).replace(f"{passing}{os.sep}", ""))
            rows.append(Row(_source(found, kind), kind, refusals[-1], "left out"))
        else:
            asset = shelve(folder, kind, path.name, what)
            prepared[kind] = Prepared(asset, [Row(_source(found, kind), kind, what, "", THEN[kind]), *its_rows])
    if not prepared:
        raise Refused(refusals[0] if refusals else f"{path}: expected {EXPECTED}, recognised nothing in it")
    return prepared, rows


def _files(path: Path, passing: Path) -> Iterator[Found]:
    unpacker = Unpacker(passing, is_wanted)
    for file in _walk(path):
        if file.path.suffix.lower() == ".zip":
            yield from unpacker.unpack(file.path, file.name)
        else:
            yield file


def _walk(path: Path) -> Iterator[Found]:
    if path.is_file():
        yield Found(PurePosixPath(path.name), path)
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
            yield Found(PurePosixPath(path.name, file.relative_to(path).as_posix()), file)


def _source(found: Recognised, kind: str) -> str:
    if kind == "classifier" and found.checkpoint is not None:
        return str(found.checkpoint.name)
    return str((found.pictures if kind == "pictures" else found.states)[0].name.parent) + "/"


def _unrecognised(files: list[Found]) -> Row:
    names = ", ".join(file.name.name for file in files[:3])
    return Row(names + (f" and {len(files) - 3} more" if len(files) > 3 else ""), "", "", "not recognised")


def _prepare_book(path: Path, name: str | None, passing: Path) -> tuple[dict[str, Prepared], list[Row]]:
    from hw9_xai.originals.book import read_book, tag_book

    kind = "book:" + (name or re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")[:40] or "book")
    sentences = tag_book(read_book(path))
    folder = passing / "book"
    folder.mkdir()
    lines = [f"{' '.join(words)}\t{' '.join(tags)}\n" for words, tags in sentences]
    (folder / "book.tsv").write_text("".join(lines), encoding="utf-8")
    what = f"{len(sentences):,} sentences, {sum(len(words) for words, _ in sentences):,} words with parts of speech"
    then = f'search it: xai.search_corpus(bert, text, masked, layer=12, corpus=xai.load_corpus("{kind[5:]}"))'
    return {kind: Prepared(shelve(folder, kind, path.name, what), [Row(path.name, kind, what, "", then)])}, []

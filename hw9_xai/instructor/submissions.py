"""Who handed in what: files, folders and ZIPs, opened one at a time, within limits, and never unpacked to disk."""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO

from hw9_xai.instructor.budget import Budget, Exhausted
from hw9_xai.instructor.files.zips import is_junk, name_of, open_zip, why_unreadable
from hw9_xai.instructor.reading import LARGEST

OPENED = (".ipynb", ".py", ".zip")
HANDED_IN = re.compile(r"(.+?)\.(?:ipynb|py|zip|rar|7z|tar|tgz|gz|bz2|xz)(?:\..*)?", re.I)  # x.rar, x.ipynb.txt
DEEPEST_ZIP = 2  # a ZIP in a ZIP


@dataclass(frozen=True)
class Document:
    name: str
    data: bytes = b""
    problem: str = ""  # why there is no data, in one sentence
    is_other: bool = False  # nothing that can hold answers, a picture, say, and passed over


def find_students(folder: Path) -> dict[str, list[Path]]:
    """The first name under the folder is the student: of a file or a ZIP without its ending, or of a folder."""
    if not folder.is_dir():
        raise NotADirectoryError(f"FOLDER: expected a folder of submissions, got {folder}")
    students: dict[str, list[Path]] = {}
    for path in _inside(folder):
        if student := _student(path):
            students.setdefault(student, []).append(path)
    if not students:
        raise ValueError(f"FOLDER: expected notebooks, scripts, ZIPs or folders of them in {folder}, found none")
    return students


def passed_over(folder: Path) -> list[str]:
    """What lies in the folder and is no student's."""
    return [path.name for path in _inside(folder) if not _student(path)]


def open_documents(paths: list[Path], budget: Budget) -> Iterator[Document]:
    """Every file of one student, in the order of their names."""
    for path in paths:
        try:
            yield from _entry(path, path.name, budget)
        except Exhausted as problem:
            yield Document(path.name, problem=str(problem))
            return


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir(), key=lambda path: os.fsencode(path.name))


def _student(path: Path) -> str:
    if is_junk(path.name) or path.suffix.lower() in OPENED:
        return "" if is_junk(path.name) else path.stem
    return path.name if path.is_dir() else HANDED_IN.sub(r"\1", path.name) if HANDED_IN.fullmatch(path.name) else ""


def _not_opened(label: str, name: PurePath) -> Document:
    if HANDED_IN.fullmatch(name.name) and not is_junk(name.name):
        return Document(label, problem="no notebook, script or ZIP by its name, not read")
    return Document(label, is_other=True)


def _entry(path: Path, name: str, budget: Budget) -> Iterator[Document]:
    budget.charge()
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            yield Document(name, problem="a link, not followed")
        elif stat.S_ISDIR(mode) and not is_junk(path.name):
            for child in _inside(path):
                yield from _entry(child, f"{name}/{child.name}", budget)
        elif is_junk(path.name) or path.suffix.lower() not in OPENED:
            yield _not_opened(name, path)
        elif not stat.S_ISREG(mode):
            yield Document(name, problem="not an ordinary file")
        else:
            with path.open("rb") as file:
                if path.suffix.lower() == ".zip":
                    yield from _zip(file, name, budget, 1)
                else:
                    size = os.fstat(file.fileno()).st_size
                    yield _charged(name, size, budget) or Document(name, file.read(LARGEST + 1))
    except OSError as error:
        yield Document(name, problem=f"cannot be opened: {error.strerror or type(error).__name__}")
    except RecursionError:
        yield Document(name, problem="folders too deep")


def _charged(name: str, size: int, budget: Budget) -> Document | None:
    """None for a file that may be read now."""
    budget.charge(files=1, size=size if size <= LARGEST else 0)
    return Document(name, problem="larger than 20 MB") if size > LARGEST else None


def _zip(file: BinaryIO, name: str, budget: Budget, depth: int) -> Iterator[Document]:
    try:
        archive = open_zip(file)
    except Exception as error:  # a decoder may raise anything at a file from a stranger
        reason = str(error) if isinstance(error, zipfile.BadZipFile) else type(error).__name__
        yield Document(name, problem=f"no ZIP that can be read: {reason}")
        return
    with archive:
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            budget.charge()
            inside = name_of(member)
            suffix = inside.suffix.lower()
            label = f"{name}/{member.filename}"  # only ever shown: nothing is unpacked
            if member.is_dir() or suffix not in OPENED or is_junk(inside):
                if member.file_size or not member.is_dir():
                    yield _not_opened(label, inside)
                continue
            size = max(member.file_size, member.compress_size)  # no more than it claims is ever read
            if too_large := _charged(label, size, budget):
                yield too_large
                continue
            if reason := why_unreadable(member):
                yield Document(label, problem=f"{reason}, not read")
                continue
            try:
                with archive.open(member) as source:
                    data = source.read(LARGEST + 1)
            except Exception as error:  # as above
                yield Document(label, problem=f"cannot be unpacked: {type(error).__name__}")
                continue
            if suffix != ".zip":
                yield Document(label, data)
            elif depth < DEEPEST_ZIP:
                yield from _zip(io.BytesIO(data), label, budget, depth + 1)
            else:
                yield Document(label, problem="ZIPs nested too deep")

"""Who handed in what: files, folders and ZIPs, opened one at a time, within limits, and never unpacked to disk."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from hw9_xai.instructor.files.zips import Refused, is_junk, name_of, open_zip, why_unreadable
from hw9_xai.instructor.reading import LARGEST

READ = (".ipynb", ".py")
MOST_FILES = 1000  # of one student
MOST_BYTES = 200_000_000  # of one student, unpacked
DEEPEST_ZIP = 2  # a ZIP in a ZIP


@dataclass(frozen=True)
class Document:
    name: str
    data: bytes = b""
    problem: str = ""  # why there is no data, in one sentence


class _Exhausted(Exception):
    pass


class _Allowance:
    """What is left of one student's files and bytes, ZIPs in ZIPs included."""

    def __init__(self) -> None:
        self.files, self.bytes = MOST_FILES, MOST_BYTES

    def spend(self, data: bytes) -> bytes:
        self.files, self.bytes = self.files - 1, self.bytes - len(data)
        if self.files < 0 or self.bytes < 0:
            raise _Exhausted
        return data


def find_students(folder: Path) -> dict[str, list[Path]]:
    """The first name under the folder is the student: of a file or a ZIP without its ending, or of a folder."""
    if not folder.is_dir():
        raise NotADirectoryError(f"FOLDER: expected a folder of submissions, got {folder}")
    students: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir(), key=lambda path: os.fsencode(path.name)):
        if is_junk(PurePosixPath(path.name)):
            continue
        if path.suffix.lower() in (*READ, ".zip"):
            students.setdefault(path.stem, []).append(path)
        elif path.is_dir():
            students.setdefault(path.name, []).append(path)
    if not students:
        raise ValueError(f"FOLDER: expected notebooks, scripts, ZIPs or folders of them in {folder}, found none")
    return students


def open_documents(paths: list[Path]) -> Iterator[Document]:
    """Every notebook and script of one student, in the order of their names."""
    allowance = _Allowance()
    for path in paths:
        try:
            yield from _entry(path, path.name, allowance)
        except _Exhausted:
            yield Document(path.name, problem="more than 1,000 files or 200 MB; the rest is not read")
            return


def _entry(path: Path, name: str, allowance: _Allowance) -> Iterator[Document]:
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            yield Document(name, problem="a link, not followed")
        elif stat.S_ISDIR(mode):
            for child in sorted(path.iterdir(), key=lambda path: os.fsencode(path.name)):
                if not is_junk(PurePosixPath(child.name)):
                    yield from _entry(child, f"{name}/{child.name}", allowance)
        elif path.suffix.lower() in (*READ, ".zip"):
            if not stat.S_ISREG(mode):
                yield Document(name, problem="not an ordinary file")
                return
            with path.open("rb") as file:
                if path.suffix.lower() == ".zip":
                    yield from _zip(file, name, allowance, 1)
                else:
                    yield Document(name, allowance.spend(file.read(LARGEST + 1)))
    except OSError as error:
        yield Document(name, problem=f"cannot be opened: {error.strerror or type(error).__name__}")
    except RecursionError:
        yield Document(name, problem="folders too deep")


def _zip(file: BinaryIO, name: str, allowance: _Allowance, depth: int) -> Iterator[Document]:
    try:
        archive = open_zip(file)
    except zipfile.BadZipFile as error:
        yield Document(name, problem=f"no ZIP that can be read: {error}")
        return
    except Exception as error:  # a decoder may raise anything at a file from a stranger
        yield Document(name, problem=f"no ZIP that can be read: {type(error).__name__}")
        return
    with archive:
        for member in sorted(archive.infolist(), key=lambda member: member.filename):
            inside = name_of(member)
            suffix = inside.suffix.lower()
            if member.is_dir() or suffix not in (*READ, ".zip") or is_junk(inside):
                continue
            label = f"{name}/{member.filename}"  # only ever shown: nothing is unpacked
            try:
                data = allowance.spend(_member(archive, member))
            except _Exhausted:
                raise
            except Refused as problem:
                yield Document(label, problem=str(problem))
            except Exception as error:  # as above
                yield Document(label, problem=f"cannot be unpacked: {type(error).__name__}")
            else:
                if suffix != ".zip":
                    yield Document(label, data)
                elif depth < DEEPEST_ZIP:
                    yield from _zip(io.BytesIO(data), label, allowance, depth + 1)
                else:
                    yield Document(label, problem="ZIPs nested too deep")


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if reason := why_unreadable(member):
        raise Refused(f"{reason}, not read")
    with archive.open(member) as file:
        data = file.read(LARGEST + 1)  # whatever size it claims
    if len(data) > LARGEST:
        raise Refused("larger than 20 MB")
    return data

"""ZIPs from strangers, ZIPs within them too: nothing leaves its folder, and nothing fills the disk or the memory."""

from __future__ import annotations

import errno
import re
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, BinaryIO, cast

MOST_BYTES = 2_000_000_000  # unpacked, ZIPs in ZIPs included; the course's own are 172 MB
MOST_FILES = 2_000
DEEPEST = 3  # the course's pictures are in a ZIP in a ZIP
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others may ask for any amount of memory
ORDINARY = (0, stat.S_IFREG, stat.S_IFDIR)  # Windows writes no type at all
LARGEST_DIRECTORY = 4_000_000  # bytes of a ZIP's list of contents
JUNK = re.compile(r"\..*|__MACOSX|__pycache__|node_modules")
BLOCK = 2**20


class Refused(ValueError):
    """A file from a stranger that is not what it should be, in one sentence."""


class _WhileOpening:
    """zipfile reads the whole list of contents at once, and there are many ways to tell it where that is."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def read(self, size: int = -1) -> bytes:
        if size > LARGEST_DIRECTORY:
            raise zipfile.BadZipFile("too many entries")
        return self.file.read(size)


def open_zip(file: BinaryIO) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(cast(BinaryIO, _WhileOpening(file)))
    archive.fp = file
    return archive


def why_unreadable(member: zipfile.ZipInfo) -> str:
    """What it is that is never read, if it is; else ""."""
    if stat.S_IFMT(member.external_attr >> 16) not in ORDINARY:
        return "a link or a device"
    if member.flag_bits & 1:
        return "encrypted"
    return "" if member.compress_type in METHODS else "compressed in an unusual way"


def name_of(member: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(member.filename.replace("\\", "/"))


def is_junk(name: PurePosixPath | str) -> bool:
    return any(JUNK.fullmatch(part) for part in PurePosixPath(name).parts if part != "..")


# -- unpacked to disk --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class File:
    """A file, and what it was called where it came from."""

    name: PurePosixPath
    path: Path


class Unpacker:
    """Writes what is `wanted` by name into one flat folder, under numbers: no name in a ZIP is ever a path on disk."""

    def __init__(self, into: Path, wanted: Callable[[PurePosixPath], bool]) -> None:
        self.into, self.wanted = into, wanted
        self.bytes_left, self.numbers = MOST_BYTES, count()

    def unpack(self, path: Path, name: PurePosixPath, depth: int = 1) -> Iterator[File]:
        """Every wanted file, named `name`/..., and the unwanted ones too, not written: their path is the ZIP's own."""
        if depth > DEEPEST:
            raise Refused(f"{name}: ZIPs nested more than {DEEPEST} deep")
        try:
            with path.open("rb") as file, open_zip(file) as archive:
                yield from self._members(archive, path, name, depth)
        except Exception as error:  # a decoder may raise anything at a file from a stranger
            if isinstance(error, Refused) or (isinstance(error, OSError) and error.errno != errno.EINVAL):
                raise  # a disk that is full, say; EINVAL is an offset before the file's start
            raise Refused(f"{name}: not a complete ZIP ({str(error) or type(error).__name__})") from None

    def _members(self, archive: zipfile.ZipFile, path: Path, name: PurePosixPath, depth: int) -> Iterator[File]:
        members = [member for member in archive.infolist() if not member.is_dir()]
        for member in members:
            _refuse_the_unsafe(member, name)
        self._refuse_too_much([member for member in members if self._is_wanted(member)], name)
        for member in members:
            inside = name / name_of(member)
            if not self._is_wanted(member):
                yield File(inside, path)
                continue
            written = self.into / f"{next(self.numbers):04}{inside.suffix.lower()}"
            with archive.open(member) as source, written.open("xb") as target:
                shutil.copyfileobj(source, target, BLOCK)  # never more than was claimed, and added up, before
            if inside.suffix.lower() == ".zip":
                yield from self.unpack(written, inside, depth + 1)
                written.unlink()
            else:
                yield File(inside, written)

    def _is_wanted(self, member: zipfile.ZipInfo) -> bool:
        name = name_of(member)
        return not is_junk(name) and (name.suffix.lower() == ".zip" or self.wanted(name))

    def _refuse_too_much(self, members: list[zipfile.ZipInfo], name: PurePosixPath) -> None:
        if len(members) > MOST_FILES:
            too_many = f"{name}: {len(members):,} files, more than {MOST_FILES:,}"
            raise Refused(f"{too_many}; if this is Food-11, unpack it and add the folder")
        needed = sum(member.file_size for member in members)
        self.bytes_left -= needed
        if self.bytes_left < 0:
            raise Refused(f"{name}: more than {MOST_BYTES / 1e9:.0f} GB when unpacked")
        if needed > (free := shutil.disk_usage(self.into).free):
            raise Refused(f"{name}: {needed / 1e6:,.0f} MB when unpacked, and the disk has {free / 1e6:,.0f} MB left")


def _refuse_the_unsafe(member: zipfile.ZipInfo, name: PurePosixPath) -> None:
    inside = PureWindowsPath(member.filename)  # knows both kinds of slash, and drives
    if inside.is_absolute() or inside.drive or inside.root or ".." in inside.parts:
        raise Refused(f"{name}: holds {member.filename!r}, a path that leads out of its folder")
    if reason := why_unreadable(member):
        raise Refused(f"{name}: {member.filename!r} is {reason}; unpack it, and add the folder")

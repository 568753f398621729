"""What leaves the kit: files that are whole and take no other's place, and text that any terminal can show."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

MANIFEST = ".hw9-xai"  # in each folder that was written to: the hash and the name of what was written


def write(path: str | Path, content: str | bytes, *, over: bytes | None = None) -> Path:
    """Under the name stands what stood there, or all of the new, whenever it is stopped.

    What the kit did not write, or what was changed since, is refused; unless it is still what was read: `over`.
    """
    path = Path(path)
    data = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    if over is None or not path.is_file() or path.read_bytes() != over:
        refuse_foreign(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    passing = path.with_name(f"{MANIFEST}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with passing.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, passing)
        if over is None:
            with path.with_name(MANIFEST).open("a", encoding="ascii") as manifest:
                manifest.write(_entry(path, data))
        passing.replace(path)
    except OSError as problem:
        raise OSError(f"{path}: cannot be written: {problem.strerror or problem}") from None
    finally:
        passing.unlink(missing_ok=True)
    return path


def refuse_foreign(*paths: Path) -> None:
    for path in paths:
        if (path.exists() or path.is_symlink()) and not is_ours(path):
            raise FileExistsError(f"{path}: expected a free name, or a file as hw9-xai wrote it, got another's")


def is_ours(path: Path) -> bool:
    """Is it as the kit wrote it? What a person changed since is that person's."""
    try:
        written = path.with_name(MANIFEST).read_text("ascii")
        named = ascii(path.name) in written and path.is_file() and not path.is_symlink()
        return named and _entry(path, path.read_bytes()) in written
    except (OSError, ValueError):
        return False


def _entry(path: Path, data: bytes) -> str:
    return f"{sha256(data).hexdigest()}  {path.name!a}\n"


def this_process_is_ours() -> None:
    """It was typed, and not called by a program whose streams and whose children these are."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # not every terminal has every letter
    os.environ["PYTHONIOENCODING"] = f"{sys.stdout.encoding}:backslashreplace"
    os.environ["PYTHONWARNINGS"] = f"{os.environ.get('PYTHONWARNINGS', '')},ignore:resource_tracker".strip(",")
    os.environ["PYTHONSAFEPATH"] = "1"  # what it starts does not import from the working folder either


def say(text: object, to: TextIO | None = None) -> None:
    """Names come from strangers: no escape of theirs reaches the terminal."""
    print("\n".join(map(printable, str(text).split("\n"))), file=to)


def printable(text: str) -> str:
    """Without line ends, escapes to the terminal, and marks that turn the direction of writing."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)

"""What one student may cost. It is charged before anything is read, so that nobody's submission stops the class."""

from __future__ import annotations

import time

MOST_FILES = 1_000
MOST_BYTES = 200_000_000  # unpacked, ZIPs in ZIPs included
MOST_CODE = 1_000_000  # characters of all cells that name questions
LEAST_CELL = 100  # characters; a cell costs time however short it is
MOST_SECONDS = 10  # of the processor, checked at every file and cell
MOST_REMARKS, LONGEST_NAME = 20, 200  # what a row of the table can take


class Exhausted(Exception): ...


class Budget:
    def __init__(self) -> None:
        self.files, self.bytes, self.code = MOST_FILES, MOST_BYTES, MOST_CODE
        self.end = time.process_time() + MOST_SECONDS

    def charge(self, *, files: int = 0, size: int = 0, code: int = 0) -> None:
        self.files, self.bytes, self.code = self.files - files, self.bytes - size, self.code - code
        if min(self.files, self.bytes) < 0:
            raise Exhausted(f"more than {MOST_FILES:,} files or {MOST_BYTES // 10**6} MB; the rest is not read")
        if self.code < 0:
            raise Exhausted("more code that names questions than anybody writes; the rest is not read")
        if time.process_time() > self.end:
            raise Exhausted(f"more than {MOST_SECONDS} seconds to read; the rest is not read")


class Remarks:
    """The first of them, each once, and how many more there were."""

    def __init__(self) -> None:
        self.kept: dict[str, None] = {}
        self.beyond = 0

    def add(self, remark: str) -> None:
        if len(self.kept) < MOST_REMARKS:
            self.kept[remark] = None
        elif remark not in self.kept:
            self.beyond += 1

    def listed(self) -> list[str]:
        return [*self.kept, f"and {self.beyond:,} more"] if self.beyond else [*self.kept]

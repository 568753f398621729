"""Regrading: from each student's files to states and points. Nothing is imported, evaluated or executed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from hw9_xai.instructor.files.zips import Refused
from hw9_xai.instructor.reading import COMPUTED, read_document
from hw9_xai.instructor.submissions import open_documents
from hw9_xai.progress import progress_bar
from hw9_xai.quiz.bank import Question, load_bank
from hw9_xai.quiz.key import Key, State, Verdict

FEW = 50  # students that are not worth a second process
LONGEST_NAME, MOST_REMARKS = 200, 20  # what a row of the table can take
CHUNK = 8  # students handed to a process at a time


@dataclass(frozen=True)
class Grade:
    student: str
    verdicts: dict[str, Verdict]  # by question, for every question of the key
    tenths: int
    files: int  # that were read
    flags: list[str]  # what a person should look at
    broken: list[str]  # files that could not be read, each with its reason


def grade_all(students: Mapping[str, list[Path]], key: Key) -> Iterator[Grade]:
    """What find_students found, one student at a time, on all cores."""
    grade = partial(grade_student, key=key)
    if len(students) < FEW:
        yield from _with_progress(map(grade, students.items()), len(students))
        return
    with ProcessPoolExecutor(os.cpu_count()) as processes:  # forked before the bar starts its thread
        yield from _with_progress(processes.map(grade, students.items(), chunksize=CHUNK), len(students))


def _with_progress(grades: Iterable[Grade], total: int) -> Iterator[Grade]:
    yield from progress_bar(grades, total=total, desc="grading")


def grade_student(entry: tuple[str, list[Path]], key: Key) -> Grade:
    """Where a question was answered several times the last answer that is not blank counts, and it is flagged."""
    student, paths = entry
    questions = load_bank().questions
    last = dict.fromkeys(key.accepted, Verdict(State.UNANSWERED))
    ways: dict[str, set[Verdict]] = {name: set() for name in key.accepted}
    files, flags, broken = 0, [], []
    for document in open_documents(paths):
        try:
            if document.problem:
                raise Refused(document.problem)
            reading = read_document(document.name, document.data)
        except Refused as problem:
            broken.append(f"{document.name[:LONGEST_NAME]}: {problem}")
            continue
        files += 1
        flags += [f"{document.name[:LONGEST_NAME]}: {flag}" for flag in reading.flags]
        for name, value in reading.answers:
            if name in last and (verdict := _judge(key, questions[name], value)).state is not State.UNANSWERED:
                last[name] = verdict
                ways[name].add(verdict)
    if not files:
        flags.append("no file that could be read")
    for name, verdict in last.items():
        if verdict.state is State.UNREADABLE:
            flags.append(f"{name} unreadable: {verdict.problem}")
        if len(ways[name]) > 1:
            flags.append(f"{name} answered in {len(ways[name])} ways")
    tenths = sum(key.tenths[name] for name, verdict in last.items() if verdict.state is State.CORRECT)
    return Grade(student, last, tenths, files, _first(flags), _first(broken))


def _first(remarks: list[str]) -> list[str]:
    beyond = len(remarks) - MOST_REMARKS
    return remarks if beyond <= 0 else [*remarks[:MOST_REMARKS], f"and {beyond:,} more"]


def _judge(key: Key, question: Question, value: Any) -> Verdict:
    if value is COMPUTED:
        return Verdict(State.UNREADABLE, problem="not written out but computed")
    return key.judge(question, value)

"""Regrading: from each student's files to states and points. Nothing is imported, evaluated or executed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hw9_xai.instructor.budget import LONGEST_NAME, MOST_SECONDS, Budget, Remarks
from hw9_xai.instructor.files.zips import Refused
from hw9_xai.instructor.reading import COMPUTED, read_document
from hw9_xai.instructor.submissions import open_documents
from hw9_xai.progress import progress_bar
from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.key import Key, State, Verdict

CHUNK = 8  # students handed to a process at a time
NOT_WRITTEN_OUT = Verdict(State.UNREADABLE, problem="not written out but computed")


@dataclass(frozen=True)
class Grade:
    student: str
    verdicts: dict[str, Verdict]  # by question, for every question of the key
    tenths: int
    files: int  # that were read
    flags: list[str]  # what a person should look at
    broken: list[str]  # files that could not be read, each with its reason
    passed: list[str]  # files that hold no answers by their names


def grade_all(students: Mapping[str, list[Path]], key: Key) -> Iterator[Grade]:
    """What find_students found, one student at a time, on all cores."""
    grade = partial(_grade_in_a_process, key=key)
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(students))) as processes:
        graded = processes.map(grade, students.items(), chunksize=CHUNK)  # forked before the bar starts its thread
        yield from progress_bar(_whatever_happens(graded, students, key), total=len(students), desc="grading")


def _whatever_happens(graded: Iterator[Grade], students: Mapping[str, list[Path]], key: Key) -> Iterator[Grade]:
    """Where a process is killed, for its memory or its time, whoever has no grade yet is graded alone."""
    waiting = dict(students)
    try:
        for one in graded:
            del waiting[one.student]
            yield one
    except Exception:  # BrokenProcessPool, or what a process raised
        pass
    while waiting:
        with ProcessPoolExecutor(1) as alone:
            for student, paths in list(waiting.items()):
                del waiting[student]
                try:
                    yield alone.submit(_grade_in_a_process, (student, paths), key).result()
                except Exception as error:
                    verdict = Verdict(State.UNREADABLE, problem=f"reading ended in {type(error).__name__}")
                    lost = dict.fromkeys(key.accepted, verdict)
                    yield Grade(student, lost, 0, 0, [f"to be read by hand: {verdict.problem}"], [], [])
                    break


def _grade_in_a_process(entry: tuple[str, list[Path]], key: Key) -> Grade:
    if hasattr(signal, "setitimer"):  # ends this process where even Python's own parser does not come back
        signal.setitimer(signal.ITIMER_PROF, 2 * MOST_SECONDS)
    return grade_student(entry, key)


def grade_student(entry: tuple[str, list[Path]], key: Key) -> Grade:
    """Where a question was answered several times the last answer that is not blank counts, and it is flagged."""
    student, paths = entry
    questions = load_bank().questions
    last = dict.fromkeys(key.accepted, Verdict(State.UNANSWERED))
    ways: dict[str, set[Verdict]] = {name: set() for name in key.accepted}
    files, budget, flags, broken, passed = 0, Budget(), Remarks(), Remarks(), Remarks()
    for document in open_documents(paths, budget):
        if document.is_other:
            passed.add(document.name[:LONGEST_NAME])
            continue
        try:
            if document.problem:
                raise Refused(document.problem)
            reading = read_document(document.name, document.data, budget)
        except Refused as problem:
            broken.add(f"{document.name[:LONGEST_NAME]}: {problem}")
            continue
        files += 1
        for flag in reading.flags:
            flags.add(f"{document.name[:LONGEST_NAME]}: {flag}")
        for name, value in reading.answers:
            if name not in last:
                continue
            verdict = NOT_WRITTEN_OUT if value is COMPUTED else key.judge(questions[name], value)
            if verdict.state is not State.UNANSWERED:
                last[name] = verdict
                ways[name].add(verdict)
    if not files:
        flags.add("no file that could be read")
    for name, verdict in last.items():
        if verdict.state is State.UNREADABLE:
            flags.add(f"{name} unreadable: {verdict.problem}")
        if len(ways[name]) > 1:
            flags.add(f"{name} answered in {len(ways[name])} ways")
    tenths = sum(key.tenths[name] for name, verdict in last.items() if verdict.state is State.CORRECT)
    return Grade(student, last, tenths, files, flags.listed(), broken.listed(), passed.listed())

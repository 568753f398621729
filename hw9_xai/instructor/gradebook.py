"""What an instructor gets: grades.csv, items.csv, a histogram, and a summary to read."""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import mean, median

from matplotlib.figure import Figure

from hw9_xai.instructor.grades import Grade
from hw9_xai.quiz.answers import printable
from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.key import Key, State, points

BAR = 5  # tenths that one bar of the histogram spans


def write_gradebook(grades: Sequence[Grade], key: Key, out: Path) -> list[Path]:
    """`out`, and beside it items.csv and histogram.png."""
    items, histogram = out.with_name("items.csv"), out.with_name("histogram.png")
    _write_csv(out, _grade_rows(grades, key))
    _write_csv(items, _item_rows(grades, key))
    draw_histogram(grades, key).savefig(histogram, dpi=150)
    return [out, items, histogram]


def summary(grades: Sequence[Grade], key: Key, passed: Sequence[str] = ()) -> str:
    """`passed`: files in the folder that are no student's."""
    scores, full = [grade.tenths / 10 for grade in grades], points(sum(key.tenths.values()))
    flagged, broken = sum(bool(grade.flags) for grade in grades), [file for grade in grades for file in grade.broken]
    right = {
        name: sum(grade.verdicts[name].state is State.CORRECT for grade in grades) / len(grades)
        for name in key.accepted
    }
    hardest = sorted(right, key=right.__getitem__)[:5]
    lines = [
        f"{len(grades):,} students, {sum(grade.files for grade in grades):,} files read, {flagged:,} students flagged",
        f"points of {full}: mean {mean(scores):.2f}, median {median(scores):.2f}, "
        f"lowest {min(scores):.1f}, highest {max(scores):.1f}",
        "answered right by fewest: " + ", ".join(f"{name} {right[name]:.0%}" for name in hardest),
        f"key: {key.source.en}",
    ]
    for what, files in ("files that could not be read", broken), ("passed over, no student's", passed):
        if files:
            lines += [f"{what}: {len(files):,}", *(f"  {printable(file)}" for file in files)]
    return "\n".join(lines)


def draw_histogram(grades: Sequence[Grade], key: Key) -> Figure:
    full = sum(key.tenths.values())
    edges = [edge / 10 for edge in range(0, full + BAR + 1, BAR)]  # a bar holds its lower; full marks have their own
    figure = Figure(figsize=(7, 3.2), layout="constrained")
    axes = figure.add_subplot()
    axes.hist([grade.tenths / 10 for grade in grades], edges, color="#2b6cb0", edgecolor="white")
    axes.set(xlabel=f"points of {points(full)}", ylabel="students", title=f"{len(grades):,} students")
    axes.locator_params(axis="y", integer=True)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def _grade_rows(grades: Sequence[Grade], key: Key) -> Iterable[Sequence[object]]:
    yield "student", "points", "of", "answered", *key.accepted, "answers", "flags", "broken files", "passed over"
    full = points(sum(key.tenths.values()))
    for grade in grades:
        given = {name: verdict.letters for name, verdict in grade.verdicts.items() if verdict.letters}
        yield (
            grade.student,
            points(grade.tenths),
            full,
            len(given),
            *(verdict.state.value for verdict in grade.verdicts.values()),
            " ".join(f"{name}={letters}" for name, letters in given.items()),
            "; ".join(grade.flags),
            "; ".join(grade.broken),
            "; ".join(grade.passed),
        )


def _item_rows(grades: Sequence[Grade], key: Key) -> Iterable[Sequence[object]]:
    """One row per option and one for what is no option; an option counts whenever it was among those chosen."""
    yield "question", "topic", "points", "option", "in the key", "students", "share"
    for name, accepted in key.accepted.items():
        question = load_bank().questions[name]
        verdicts = [grade.verdicts[name] for grade in grades]
        chosen = Counter(letter for verdict in verdicts for letter in verdict.letters)
        states = Counter(verdict.state for verdict in verdicts)
        right = set("".join(accepted))
        rows = [(letter, "yes" if letter in right else "no", chosen[letter]) for letter in question.options]
        rows += [(state.value, "", states[state]) for state in (State.CORRECT, State.UNANSWERED, State.UNREADABLE)]
        for option, in_key, count in rows:
            share = f"{count / len(grades):.3f}"
            yield name, question.topic, points(key.tenths[name]), option, in_key, count, share


def _write_csv(path: Path, rows: Iterable[Sequence[object]]) -> None:
    """UTF-8 with a mark at the start, without which Excel garbles Chinese names."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([safe_cell(cell) for cell in row] for row in rows)


def safe_cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula."""
    text = printable(str(value))
    start = unicodedata.normalize("NFKC", text.lstrip())[:1]  # full-width signs start a formula too
    return f"'{text}" if start and start in "=+-@" else text

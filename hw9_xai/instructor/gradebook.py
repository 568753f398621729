"""What an instructor gets: grades.csv, items.csv, a histogram, and a summary to read."""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from statistics import mean, median

from matplotlib import style
from matplotlib.figure import Figure

from hw9_xai.instructor.grades import Grade
from hw9_xai.output import printable, write
from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.key import Key, State, points

BAR = 5  # tenths that one bar of the histogram spans


def places(out: Path) -> tuple[Path, Path, Path]:
    """`out`, and beside it what belongs to this table alone: of grades.csv items.csv and histogram.png, of another.csv
    another.items.csv and another.histogram.png."""
    if out.suffix.lower() != ".csv" or out.name.lower().endswith("items.csv"):
        raise ValueError(f"--out: expected a file like grades.csv, and not items.csv, which comes beside it, got {out}")
    table = "" if out.name == "grades.csv" else f"{out.stem}."
    return out, out.with_name(f"{table}items.csv"), out.with_name(f"{table}histogram.png")


def write_gradebook(grades: Sequence[Grade], key: Key, out: Path) -> list[Path]:
    drawn = BytesIO()
    with style.context("default"):  # not as a matplotlibrc beside the submissions has it
        draw_histogram(grades, key).savefig(drawn, format="png", dpi=150)
    contents = _csv(_grade_rows(grades, key)), _csv(_item_rows(grades, key)), drawn.getvalue()
    return [write(path, content) for path, content in zip(places(out), contents, strict=True)]


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
        states = [verdict.state.value for verdict in grade.verdicts.values()]
        letters = " ".join(f"{name}={letters}" for name, letters in given.items())
        said = map("; ".join, (grade.flags, grade.broken, grade.passed))
        yield grade.student, points(grade.tenths), full, len(given), *states, letters, *said


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


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    file = StringIO(newline="")
    csv.writer(file).writerows([safe_cell(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")  # with a mark, without which Excel garbles Chinese names


def safe_cell(value: object) -> str:
    """Text that no spreadsheet takes for a formula, nor a part of it where `;` parts the cells."""
    return ";".join(map(_no_formula, printable(str(value)).split(";")))


def _no_formula(text: str) -> str:
    start = unicodedata.normalize("NFKC", text.lstrip(' "'))[:1]  # full-width signs start a formula too
    return f"'{text}" if start and start in "=+-@" else text

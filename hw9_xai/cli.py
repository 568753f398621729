"""The command line: hw9-xai, or python -m hw9_xai.cli."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="hw9-xai", description="Explainable AI that can be checked.")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands)
    _add_grade(commands)
    _add_key(commands)
    _add_bench(commands)
    _add_explore(commands)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except (ValueError, TypeError, OSError, ImportError) as error:
        if options.debug:
            raise
        print(f"hw9-xai: {error}", file=sys.stderr)
        return 1


def _add_run(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "run",
        help="run every notebook and write a report with all figures, facts, times and the score",
        description="Runs notebooks from start to end and writes REPORT/index.html. Their files stay as they are, "
        "unless --in-place asks for it. Exit status 1 if a cell failed.",
        epilog="example: hw9-xai run --report report        example: hw9-xai run notebooks/01_lime.ipynb --in-place",
    )
    parser.add_argument("notebooks", metavar="NOTEBOOK", nargs="*", type=Path, help="default: all notebooks of the kit")
    parser.add_argument("--report", type=Path, default=Path("report"), help="folder of the report (default report)")
    parser.add_argument("--jobs", type=int, default=1, help="notebooks at a time (default 1: torch uses all cores)")
    parser.add_argument("--answers", type=Path, metavar="KEY", help="fill in the answers of this key file first")
    parser.add_argument("--in-place", action="store_true", help="save question texts of the bank and new outputs")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from hw9_xai.notebooks import fill_answers, find_notebooks, refresh_questions, run_all, save_clean
    from hw9_xai.quiz.grading import grade_student
    from hw9_xai.quiz.key import key_for, read_key
    from hw9_xai.report import write_report

    try:
        paths = find_notebooks(options.notebooks)
        answers = read_key(options.answers).accepted if options.answers else {}
        if options.in_place and answers:
            raise ValueError("--in-place and --answers exclude each other: a saved notebook keeps its blanks")
        if options.jobs < 1:
            raise ValueError(f"--jobs: expected at least 1, got {options.jobs}")
    except (ValueError, OSError) as error:
        print(f"hw9-xai run: {error}", file=sys.stderr)
        return 2

    def prepare(notebook) -> None:
        if options.in_place:
            refresh_questions(notebook)
        fill_answers(notebook, {name: accepted[0] for name, accepted in answers.items()})

    copies = options.report / "notebooks"
    copies.mkdir(parents=True, exist_ok=True)
    runs = []
    for run in run_all(paths, jobs=options.jobs, prepare=prepare):
        save_clean(run.notebook, copies / run.path.name)
        if options.in_place and not run.error:
            save_clean(run.notebook, run.path)
        print(f"{run.path.name:32}{run.seconds:6.0f} s  {run.error or 'ok'}", flush=True)
        runs.append(run)
    grade = grade_student(("you", [copies / run.path.name for run in runs]), key_for())
    print("report:", write_report(runs, grade, key_for(), options.report))
    return int(any(run.error for run in runs))


def _add_grade(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "grade",
        help="regrade a folder of submissions without running any of them",
        description="Reads the answers in notebooks (.ipynb), percent scripts (.py) and ZIPs of them. The first name "
        "under FOLDER is the student. Writes the table, and beside it items.csv and histogram.png.",
        epilog="example: hw9-xai grade submissions --out grades.csv",
    )
    parser.add_argument("folder", metavar="FOLDER", type=Path)
    parser.add_argument("--key", type=Path, help="answers and points of your own (see hw9-xai key --new)")
    parser.add_argument("--out", type=Path, default=Path("grades.csv"), help="the table (default grades.csv)")
    parser.set_defaults(run=_grade)


def _grade(options: argparse.Namespace) -> int:
    from hw9_xai.quiz.gradebook import summary, write_gradebook
    from hw9_xai.quiz.grading import grade_all
    from hw9_xai.quiz.key import key_for, read_key
    from hw9_xai.quiz.submissions import find_students

    try:
        key = read_key(options.key) if options.key else key_for()
        students = find_students(options.folder)
        if not options.out.parent.is_dir() or options.out.is_dir():
            raise ValueError(f"--out: expected a file in a folder that exists, got {options.out}")
    except (ValueError, OSError) as error:
        print(f"hw9-xai grade: {error}", file=sys.stderr)
        return 2
    grades = list(grade_all(students, key))
    written = write_gradebook(grades, key, options.out)
    print(summary(grades, key))
    print("wrote", ", ".join(map(str, written)))
    return 0


def _add_key(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "key",
        help="the answer key: compare it with the official one, or start your own",
        description="For instructors: it prints the answers.",
        epilog="example: hw9-xai key --new key.yaml",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--compare", action="store_true", help="print the kit's key beside the official one")
    what.add_argument("--new", type=Path, metavar="FILE", help="write a key to edit, for hw9-xai grade --key")
    parser.set_defaults(run=_key)


def _key(options: argparse.Namespace) -> int:
    from hw9_xai.quiz.key import compare_keys, key_for, new_key, official_key

    if options.compare:
        print(compare_keys(key_for(), official_key()))
        return 0
    try:
        with options.new.open("x", encoding="utf-8") as file:
            file.write(new_key(key_for()))
    except OSError as error:
        print(f"hw9-xai key: --new: {error.strerror}: {options.new}", file=sys.stderr)
        return 2
    print(f"wrote {options.new}")
    return 0


def _add_bench(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "bench",
        help="time the methods beside the public libraries and the bare network",
        description="Times our methods and others turn about in one process; prints medians and ratios. "
        "Needs the packages lime and captum. On 2 cores it takes about five minutes.",
        epilog="example: hw9-xai bench --rounds 3",
    )
    parser.add_argument("--width", type=int, default=32, help="width of the network, with random weights (default 32)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each pair is timed (default 5)")
    parser.set_defaults(run=_bench)


def _bench(options: argparse.Namespace) -> int:
    import torch

    from hw9_xai.bench import bench
    from hw9_xai.cnn.classifier import FoodCNN

    torch.manual_seed(0)
    images, labels = torch.rand(10, 3, 128, 128), torch.arange(10)
    print(f"FoodCNN of width {options.width}, 128x128, {torch.get_num_threads()} threads, torch {torch.__version__}")
    print(f"{'method':25}{'against':22}{'ours':>9}{'theirs':>9}{'ratio':>8}")
    with redirect_stderr(io.StringIO()):  # progress bars would tear the table
        for row in bench(FoodCNN(options.width), images, labels, rounds=options.rounds):
            print(f"{row.method:25}{row.against:22}{row.ours:8.2f}s{row.theirs:8.2f}s{row.ratio:8.2f}", flush=True)
    return 0


def _add_explore(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "explore",
        help="write a page to look at a sentence's attention and mask its words",
        description="Writes one page that opens in any browser, without a network.",
        epilog='example: hw9-xai explore "The police officer is kind because she is brave." --pair she officer',
    )
    parser.add_argument("sentence", help="up to 64 tokens")
    parser.add_argument(
        "--model", default="kit-en", help="kit-en, kit-qa, kit-zh, a folder, or a hub id (default kit-en)"
    )
    parser.add_argument("--out", type=Path, default=Path("explorer.html"), help="the page (default explorer.html)")
    parser.add_argument("--pair", nargs="+", action="append", default=[], metavar="WORD", help="words to mask together")
    parser.set_defaults(run=_explore)


def _explore(options: argparse.Namespace) -> int:
    from hw9_xai.bert.explorer import explore
    from hw9_xai.bert.models import load_bert

    path = explore(load_bert(options.model), options.sentence, pairs=options.pair).save(options.out)
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())

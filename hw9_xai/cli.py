"""The command line: hw9-xai, or python -m hw9_xai.cli."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr
from pathlib import Path

from hw9_xai.assets import quiz_set


class Help(argparse.HelpFormatter):
    """Wraps each line of a description for itself, so that examples keep theirs."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(super(Help, self)._fill_text(line, width, indent) for line in text.splitlines())


def main(arguments: Sequence[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except (ValueError, TypeError, OSError, ImportError) as error:
        if options.debug:
            raise
        print(f"hw9-xai: {error}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(
        prog="hw9-xai",
        description="Explainable AI that can be checked.",
        epilog="examples:\n"
        "hw9-xai run (all notebooks, and a report of them)\n"
        "hw9-xai explain lunch.jpg --method lime (what the classifier looks at in a photo)\n"
        'hw9-xai explore "She is kind because she smiles." (attention, head by head, in one page)\n'
        "hw9-xai grade submissions --out grades.csv (regrade a folder, executing nothing)\n"
        "hw9-xai COMMAND --help (more on each, with its defaults)\n\n"
        "exit status: 0 done, 1 something failed or is to be looked at, 2 wrong use; then nothing was changed",
        formatter_class=Help,
    )
    whole.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = whole.add_subparsers(required=True, metavar="COMMAND")
    _add_run(commands)
    _add_explain(commands)
    _add_grade(commands)
    _add_key(commands)
    _add_bench(commands)
    _add_explore(commands)
    _add_assets(commands)
    _add_doctor(commands)
    return whole


def _add_run(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "run",
        help="run every notebook and write a report with all figures, facts, times and the score",
        description="Runs notebooks from start to end and writes REPORT/index.html. Their files stay as they are, "
        "unless --in-place asks for it. The report is whole after every notebook.",
        epilog="example: hw9-xai run --open\nexample: hw9-xai run notebooks/01_lime.ipynb --in-place\n"
        "exit status: 0 all ran, 1 a cell failed, 2 wrong use",
        formatter_class=Help,
    )
    parser.add_argument("notebooks", metavar="NOTEBOOK", nargs="*", type=Path, help="default: all notebooks of the kit")
    parser.add_argument("--report", type=Path, default=Path("report"), help="folder of the report (default report)")
    parser.add_argument("--jobs", type=int, default=1, help="notebooks at a time (default 1), which share the cores")
    parser.add_argument("--answers", type=Path, metavar="KEY", help="fill in the answers of this key file first")
    parser.add_argument(
        "--in-place", action="store_true", help="save question texts of the bank, new outputs, and what READMEs show"
    )
    parser.add_argument("--open", action="store_true", help="show the report in the browser from the first notebook on")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    import webbrowser

    from nbformat import NotebookNode

    from hw9_xai.notebooks import (
        fill_answers,
        find_notebooks,
        refresh_questions,
        refresh_readmes,
        run_all,
        save_clean,
    )
    from hw9_xai.quiz.grading import grade_student
    from hw9_xai.quiz.key import key_for, read_key
    from hw9_xai.report import Report

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

    def prepare(notebook: NotebookNode) -> None:
        if options.in_place:
            refresh_questions(notebook)
        fill_answers(notebook, {name: accepted[0] for name, accepted in answers.items()})

    copies = options.report / "notebooks"
    copies.mkdir(parents=True, exist_ok=True)
    key, runs = key_for(), []
    report = Report(options.report, [path.stem for path in paths], key)
    for run in run_all(paths, jobs=options.jobs, prepare=prepare):
        runs.append(run)
        save_clean(run.notebook, copies / run.path.name)
        if options.in_place and not run.error:
            save_clean(run.notebook, run.path)
        page = report.add(run, grade_student(("you", [copies / run.path.name for run in runs]), key))
        if options.open and len(runs) == 1:
            webbrowser.open(page.resolve().as_uri())
    if options.in_place:
        refresh_readmes(options.report)
    print(f"report: {page}")
    return int(any(run.error for run in runs))


def _add_explain(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "explain",
        help="explain a photo, or a folder of thousands",
        description="Shows what the classifier looks at. A folder's explanations are written under --out in the same "
        "order of folders; what is there already is left alone, so a run that was stopped goes on.",
        epilog="example: hw9-xai explain lunch.jpg --method lime --out lunch.png\n"
        "example: hw9-xai explain photos/ --method saliency --out maps/ --jobs 4\n"
        "exit status: 0 done, 1 a photo could not be read, 2 wrong use",
        formatter_class=Help,
    )
    parser.add_argument("photo", metavar="PHOTO", type=Path, help="a picture, or a folder of pictures")
    parser.add_argument(
        "--method", default="lime", help="lime, saliency, smoothgrad or integrated_gradients (default lime)"
    )
    parser.add_argument("--label", help='the class to explain, such as "Soup" (default: the model\'s own answer)')
    parser.add_argument("--checkpoint", type=Path, help="a checkpoint of your own (default: the kit's)")
    parser.add_argument("--seed", type=int, default=0, help="for the methods that draw (default 0)")
    parser.add_argument("--out", type=Path, help="default: PHOTO.METHOD.png, for a folder PHOTO.METHOD")
    parser.add_argument("--jobs", type=int, default=1, help="processes for a folder (default 1; -1: one per core)")
    parser.set_defaults(run=_explain)


def _explain(options: argparse.Namespace) -> int:
    from hw9_xai.cnn.classifier import CLASSES
    from hw9_xai.explain import METHODS, explain_folder, explain_photo, find_photos

    try:
        for name, given, allowed in (("method", options.method, METHODS), ("label", options.label, CLASSES)):
            if given is not None and given not in allowed:
                raise ValueError(f"--{name}: expected one of {', '.join(allowed)}, got {given!r}")
        if options.jobs == 0:
            raise ValueError("--jobs: expected a number of processes, or -1 for all cores, got 0")
        find_photos(options.photo)
    except ValueError as error:
        print(f"hw9-xai explain: {error}", file=sys.stderr)
        return 2
    settings = (options.method, options.label, options.checkpoint, options.seed)
    if options.photo.is_file():
        out = options.out or options.photo.with_name(f"{options.photo.name}.{options.method}.png")
        print(f"{out}: {explain_photo(options.photo, out, *settings)}")
        return 0
    out = options.out or options.photo.with_name(f"{options.photo.name}.{options.method}")
    done, there, problems = explain_folder(options.photo, out, *settings, options.jobs)
    print(f"{out}: {done} explained, {there} there already, {len(problems)} not readable")
    for problem in problems:
        print(problem, file=sys.stderr)
    return int(bool(problems))


def _add_grade(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "grade",
        help="regrade a folder of submissions without running any of them",
        description="Reads the answers in notebooks (.ipynb), percent scripts (.py) and ZIPs of them. The first name "
        "under FOLDER is the student. Writes the table, and beside it items.csv and histogram.png.",
        epilog="example: hw9-xai grade submissions --out grades.csv\n"
        "exit status: 0 graded, broken files listed in the table; 2 wrong use",
        formatter_class=Help,
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
        key = read_key(options.key) if options.key else key_for(quiz_set())
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
        help="the answer key: measure it, compare it with the official one, or start your own",
        description="For instructors: it prints the answers. Measuring takes about a minute, five of them for --prove.",
        epilog="example: hw9-xai key --new key.yaml\nexample: hw9-xai key --compare\n"
        "exit status: 0 done, 1 with --compare where the kit's key is not what was measured, 2 wrong use",
        formatter_class=Help,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--compare", action="store_true", help="print what is measured beside both keys, and why")
    what.add_argument("--new", type=Path, metavar="FILE", help="write a key to edit, for hw9-xai grade --key")
    what.add_argument("--prove", action="store_true", help="measure with five seeds, and write the kit's key from it")
    what.add_argument("--options", action="store_true", help="propose options that name layers, heads and amounts")
    parser.set_defaults(run=_key)


def _key(options: argparse.Namespace) -> int:
    if options.compare:
        return _compare_keys()
    if options.prove:
        return _prove_key()
    if options.options:
        return _propose_options()
    from hw9_xai.quiz.key import key_for, new_key

    try:
        with options.new.open("x", encoding="utf-8") as file:
            file.write(new_key(key_for(quiz_set())))
    except OSError as error:
        print(f"hw9-xai key: --new: {error.strerror}: {options.new}", file=sys.stderr)
        return 2
    print(f"wrote {options.new}")
    return 0


def _compare_keys() -> int:
    from hw9_xai.quiz.proof import comparison, measure_all, shipped

    with redirect_stderr(io.StringIO()):  # progress bars
        found = measure_all(shipped())
    text, agrees = comparison(found)
    print(text)
    return 0 if agrees else 1


def _prove_key() -> int:
    from hw9_xai.quiz.measuring import SEEDS
    from hw9_xai.quiz.proof import measure_all, prove, shipped, write_key

    assets, runs = shipped(), []
    for seed in SEEDS:
        print(f"measuring, seed {seed} of {len(SEEDS)}", flush=True)
        with redirect_stderr(io.StringIO()):
            runs.append(measure_all(assets, seed))
    proof = prove(runs)
    print(proof)
    differing = write_key(proof)
    print("wrote the kit's key; not the official answer, so their explanations need reading:", *differing or ["none"])
    return 0


def _propose_options() -> int:
    from hw9_xai.quiz.options import heads_to_ask, propose, words_to_mask
    from hw9_xai.quiz.proof import shipped

    assets = shipped()
    with redirect_stderr(io.StringIO()):
        proposals = [*propose(assets), heads_to_ask(assets), words_to_mask(assets)]
    print(*proposals, sep="\n")
    return 0


def _add_bench(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "bench",
        help="time the methods beside the public libraries and the bare network",
        description="Times our methods and others turn about in one process; prints medians and ratios. "
        "Needs the packages lime and captum. On 2 cores it takes about five minutes.",
        epilog="example: hw9-xai bench --rounds 3\nexit status: 0 timed, 1 a package is missing",
        formatter_class=Help,
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
        epilog='example: hw9-xai explore "The police officer is kind because she is brave." --pair she officer\n'
        "exit status: 0 written, 1 the sentence or the model cannot be used",
        formatter_class=Help,
    )
    parser.add_argument("sentence", help="up to 64 tokens")
    parser.add_argument(
        "--model", default="kit-en", help="kit-en, kit-qa, kit-zh, a folder, or a hub id (default kit-en)"
    )
    parser.add_argument("--out", type=Path, default=Path("explorer.html"), help="the page (default explorer.html)")
    parser.add_argument("--pair", nargs="+", action="append", default=[], metavar="WORD", help="words to mask together")
    parser.set_defaults(run=_explore)


def _explore(options: argparse.Namespace) -> int:
    from hw9_xai.bert.models import load_bert
    from hw9_xai.pages.attention.explorer import explore

    path = explore(load_bert(options.model), options.sentence, pairs=options.pair).save(options.out)
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    return 0


def _add_assets(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "assets",
        help="use the course's own pictures and classifier, Food-11, or a book",
        description="Files that you still have are recognised, checked, and kept in a cache: the folder that the "
        "variable HW9_XAI_CACHE names, or else your platform's. What is interrupted leaves no trace.",
        epilog="example: hw9-xai assets add ml2022spring-hw9.zip",
        formatter_class=Help,
    )
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    status = "exit status: 0 done, 2 wrong use or an unreadable file; then nothing was changed"

    one = actions.add_parser("list", help="what there is, and what is in use", epilog="example: hw9-xai assets list")
    one.set_defaults(run=_assets_list)

    one = actions.add_parser(
        "add",
        help="recognise a file or folder, and keep what it holds",
        description="Takes the course's ZIP (with the ZIP in it), checkpoint.pth, food/, hw9_bert/, a classifier that "
        "you trained, a Food-11 folder (which is not copied), or an English book as .txt.",
        epilog=f"example: hw9-xai assets add ml2022spring-hw9.zip\n{status}; 1 added, but something was left out",
        formatter_class=Help,
    )
    one.add_argument("path", metavar="FILE_OR_FOLDER", type=Path)
    one.add_argument("--name", help="what to call a book (default: its file's name)")
    one.set_defaults(run=_assets_add)

    one = actions.add_parser(
        "use",
        help="choose what load_classifier(), load_pictures() and the questions take",
        epilog=f"example: hw9-xai assets use course\n{status}",
        formatter_class=Help,
    )
    one.add_argument("set", choices=["kit", "course"], help="course: what was added, and the kit's where nothing was")
    one.set_defaults(run=_assets_use)

    one = actions.add_parser(
        "remove",
        help="take one kind, or all, out of the cache",
        epilog=f"example: hw9-xai assets remove book:oz\n{status}",
        formatter_class=Help,
    )
    one.add_argument("kind", metavar="KIND", help="as hw9-xai assets list calls it, or all")
    one.set_defaults(run=_assets_remove)


def _assets_list(options: argparse.Namespace) -> int:
    from hw9_xai.assets import read_shelf
    from hw9_xai.originals.listing import listing

    print(listing(read_shelf()))
    return 0


def _assets_add(options: argparse.Namespace) -> int:
    from hw9_xai.originals.adding import add
    from hw9_xai.originals.listing import added_table, advice

    try:
        rows = add(options.path, options.name)
    except (ValueError, OSError, ImportError) as error:
        print(f"hw9-xai assets add: {error}", file=sys.stderr)
        return 2
    print(added_table(rows))
    print(advice(rows))
    return int(any(row.is_finding for row in rows))


def _assets_use(options: argparse.Namespace) -> int:
    from hw9_xai.originals.adding import use
    from hw9_xai.originals.listing import listing

    try:
        print(listing(use(options.set)))
    except (ValueError, OSError) as error:
        print(f"hw9-xai assets use: {error}", file=sys.stderr)
        return 2
    return 0


def _assets_remove(options: argparse.Namespace) -> int:
    from hw9_xai.originals.adding import remove
    from hw9_xai.originals.listing import listing

    try:
        print(listing(remove(options.kind)))
    except (ValueError, OSError) as error:
        print(f"hw9-xai assets remove: {error}", file=sys.stderr)
        return 2
    return 0


def _add_doctor(commands: argparse._SubParsersAction) -> None:
    parser = commands.add_parser(
        "doctor",
        help="is everything here, and is it what it should be?",
        description="Versions, device, fonts, the kit's files and yours. The course's files are known by the ten "
        "scores that its classifier gives its pictures. Nothing is changed, and no network is asked.",
        epilog="example: hw9-xai doctor\nexit status: 0 all is well, 1 there is something to do",
        formatter_class=Help,
    )
    parser.set_defaults(run=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    from hw9_xai.doctor import examine, page

    findings = list(examine())
    print(page(findings))
    return int(any(finding.is_problem for finding in findings))


if __name__ == "__main__":
    sys.exit(main())

"""The command line: hw9-xai, or python -m hw9_xai."""

from __future__ import annotations

import argparse
import sys
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from hw9_xai.assets import edition_in_use
from hw9_xai.commands import (
    COMMANDS,
    Help,
    Parser,
    WrongUse,
    argument,
    command,
    end_at_ctrl_c,
    function_in,
    in_the_repository,
    keep_workers_quiet,
    stop,
    what_was_asked,
    whole,
)
from hw9_xai.output import refuse_foreign, say, this_process_is_ours, write

MODELS = "efficientnet_lite0, resnet50, google/vit-base-patch16-224 and the like, or a checkpoint (default: the kit's)"


def main(arguments: Sequence[str] | None = None) -> int:
    if typed := arguments is None:
        this_process_is_ours()
        end_at_ctrl_c()
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except (WrongUse, ValueError, TypeError, OSError, ImportError) as error:
        if options.debug:
            raise
        is_wrong_use = isinstance(error, WrongUse)
        say(f"hw9-xai {options.command}: {error}" if is_wrong_use else f"hw9-xai: {error}", sys.stderr)
        return 2 if is_wrong_use else 1
    except KeyboardInterrupt:
        if not typed or options.debug:
            raise
        stop()


def parser() -> argparse.ArgumentParser:
    whole = Parser(
        prog="hw9-xai",
        description="Explainable AI that can be checked.",
        epilog="examples:\n"
        "hw9-xai run (all notebooks, and a report of them)\n"
        "hw9-xai explain lunch.jpg --method lime (what the classifier looks at in a photo)\n"
        'hw9-xai explore "She is kind because she smiles." (attention, head by head, in one page)\n'
        "hw9-xai grade submissions --out grades.csv (regrade a folder, executing nothing)\n"
        "hw9-xai COMMAND --help (more on each, with its defaults)\n\n"
        "exit status: 0 done, 1 something failed or is to be looked at, 2 wrong use; then nothing was changed; "
        "130 stopped by Ctrl-C",
        formatter_class=Help,
    )
    import hw9_xai.instructor.commands  # noqa: F401  declares what stands last in the help, and so after what is below

    whole.add_argument("--debug", action="store_true", help="show the traceback of an error")
    groups = {"": whole.add_subparsers(required=True, metavar="COMMAND")}
    for name, runner, texts, its_arguments in COMMANDS:
        group, _, last = name.rpartition(" ")
        one = groups[group].add_parser(last, formatter_class=Help, **texts)
        one.set_defaults(run=runner, command=name)
        for entry in its_arguments:
            place = one.add_mutually_exclusive_group(required=True) if isinstance(entry, list) else one
            for names, settings in entry if isinstance(entry, list) else [entry]:
                place.add_argument(*names, **settings)
        if runner is None:
            groups[name] = one.add_subparsers(required=True, metavar="ACTION")
    return whole


# -- notebooks and pictures --------------------------------------------------------------------------------------------


@command(
    "run",
    argument("notebooks", metavar="NOTEBOOK", nargs="*", type=Path, help="default: all notebooks of the kit"),
    argument("--report", type=Path, default=Path("report"), help="folder of the report (default report)"),
    argument("--jobs", type=whole(1, 1024), default=1, help="notebooks at a time (default 1), which share the cores"),
    argument("--answers", type=Path, metavar="KEY", help="fill in the answers of this key file first"),
    argument("--in-place", action="store_true", help="save question texts, new outputs, and what READMEs show"),
    argument("--open", action="store_true", help="show the report in the browser from the first notebook on"),
    help="run every notebook and write a report with all figures, facts, times and the score",
    description="Runs notebooks from start to end and writes REPORT/index.html. Their files stay as they are, "
    "unless --in-place asks for it. The report is whole after every notebook.",
    epilog="example: hw9-xai run --open\nexample: hw9-xai run notebooks/01_lime.ipynb --in-place\n"
    "exit status: 0 all ran, 1 a cell failed, 2 wrong use",
)
def _run(options: argparse.Namespace) -> int:
    from hw9_xai import notebooks
    from hw9_xai.instructor.grades import grade_student
    from hw9_xai.quiz.key import key_for, read_key
    from hw9_xai.report import Report, written_to

    with what_was_asked():
        paths = notebooks.find_notebooks(options.notebooks)
        answers = read_key(options.answers).accepted if options.answers else {}
        copies = options.report / "notebooks"
        if inside := [path for path in paths if path.resolve().parent == copies.resolve()]:
            raise WrongUse(f"--report: expected another folder than that of {inside[0]}, which would be written over")
        refuse_foreign(*written_to(options.report, paths))
        before = {path: path.read_bytes() for path in paths}
    if options.in_place and answers:
        raise WrongUse("--in-place and --answers exclude each other: a saved notebook keeps its blanks")

    def prepare(notebook: notebooks.NotebookNode) -> None:
        if options.in_place:
            notebooks.refresh_questions(notebook)
        notebooks.fill_answers(notebook, {name: accepted[0] for name, accepted in answers.items()})

    key, runs = key_for(), []
    report = Report(options.report, [path.stem for path in paths], key)
    for run in notebooks.run_all(paths, jobs=options.jobs, prepare=prepare):
        runs.append(run)
        notebooks.save_clean(run.notebook, copies / run.path.name)
        if options.in_place and not run.error:
            notebooks.save_clean(run.notebook, run.path.resolve(), over=before[run.path])
        page = report.add(run, grade_student(("you", [copies / run.path.name for run in runs]), key))
        if options.open and len(runs) == 1:
            webbrowser.open(page.resolve().as_uri())
    if options.in_place and any(path.resolve().parent == notebooks.FOLDER for path in paths):
        notebooks.refresh_readmes(options.report)
    say(f"report: {page}")
    return int(any(run.error for run in runs))


@command(
    "explain",
    argument("photo", metavar="PHOTO", type=Path, help="a picture, or a folder of pictures"),
    argument(
        "--method",
        default="lime",
        help="lime (default), shapley, occlusion, saliency, gradcam, smoothgrad or integrated_gradients",
    ),
    argument("--label", help='the class to explain, such as "Soup" (default: the model\'s own answer)'),
    argument("--model", "--checkpoint", help=MODELS),
    argument("--seed", type=whole(0, 2**64 - 1), default=0, help="for the methods that draw (default 0)"),
    argument("--precision", default="exact", help="exact (default), or fast: in bfloat16, for a method of many passes"),
    argument("--out", type=Path, help="default: PHOTO.METHOD.png, for a folder PHOTO.METHOD"),
    argument("--page", type=Path, metavar="HTML", help="write a page with all methods to play with instead"),
    argument("--jobs", type=int, default=1, help="processes for a folder (default 1; -1: one per core)"),
    help="explain a photo, or a folder of thousands",
    description="Shows what the classifier looks at. A folder's explanations are written under --out in the same "
    "order of folders; what is there already is left alone, so a run that was stopped goes on.",
    epilog="example: hw9-xai explain lunch.jpg --method lime --out lunch.png\n"
    "example: hw9-xai explain photos/ --method saliency --out maps/ --jobs 4\n"
    "example: hw9-xai explain lunch.jpg --page lunch.html\n"
    "example: hw9-xai explain lunch.jpg --model efficientnet_lite0 --label espresso\n"
    "exit status: 0 done, 1 a photo could not be read, 2 wrong use",
)
def _explain(options: argparse.Namespace) -> int:
    from hw9_xai.arguments import choice, class_number
    from hw9_xai.cnn.classifier import load_classifier
    from hw9_xai.cnn.network import PRECISIONS
    from hw9_xai.explain import METHODS, OF_MANY_PASSES, explain_folder, explain_photo, find_photos, write_page

    if options.jobs == 0:
        raise WrongUse("--jobs: expected a number of processes, or -1 for all cores, got 0")
    if options.page and options.out:
        raise WrongUse("--page: writes one file with all methods; --out belongs to one method: give one of the two")
    one = options.photo.is_file()
    out = options.page or options.out or options.photo.with_name(f"{options.photo.name}.{options.method}{'.png' * one}")
    with what_was_asked():
        choice(options.method, "--method", tuple(METHODS))
        whose = "--page" if options.page else options.method
        choice(options.precision, f"--precision of {whose}", PRECISIONS if whose in OF_MANY_PASSES else PRECISIONS[:1])
        photos, model = find_photos(options.photo), load_classifier(options.model)
        if options.label:
            class_number(options.label, model.classes, "--label")
        refuse_foreign(*[out] * bool(one or options.page))
    if options.page:
        path = write_page(photos, options.page, options.label, model, options.seed)
        say(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
        return 0
    settings = (options.method, options.label, model, options.seed)
    if one:
        say(f"{out}: {explain_photo(options.photo, out, *settings, options.precision)}")
        return 0
    keep_workers_quiet()
    done, there, problems = explain_folder(options.photo, out, *settings, options.jobs, options.precision)
    say(f"{out}: {done} explained, {there} there already, {len(problems)} not readable")
    for problem in problems:
        say(problem, sys.stderr)
    return int(bool(problems))


@command(
    "evaluate",
    argument("folder", metavar="FOLDER", type=Path, help="photos, in folders of any depth"),
    argument("--model", help=MODELS),
    argument("--out", type=Path, default=Path("evaluation.html"), help="the page (default evaluation.html)"),
    help="how often is the classifier right about your photos?",
    description="Accuracy, class by class, what is taken for what, whether the model knows when it is right, and the "
    "worst mistakes, in one page. A photo's class, a number or a name, stands before _<number> in its file name "
    "(0_12.jpg, soup_3.jpg), or is the name of its folder (Soup/a.jpg).",
    epilog="example: hw9-xai evaluate photos --model efficientnet_lite0 --out mine.html\n"
    "exit status: 0 done, 1 a photo could not be read, 2 wrong use",
)
def _evaluate(options: argparse.Namespace) -> int:
    from hw9_xai.cnn.classifier import load_classifier
    from hw9_xai.evaluation import evaluate
    from hw9_xai.explain import find_photos
    from hw9_xai.pages.evaluation.page import evaluation_page

    with what_was_asked():
        refuse_foreign(options.out)
        evaluation = evaluate(find_photos(options.folder), load_classifier(options.model))
    path = evaluation_page(evaluation, options.model or f"{edition_in_use()}").save(options.out)
    say("accuracy {:.3f}, 95 % interval {:.3f} to {:.3f}".format(*evaluation.accuracy))
    say(f"{path}: of {len(evaluation.paths)} photos, {path.stat().st_size / 1e6:.2f} MB")
    for problem in evaluation.unreadable + evaluation.unknown:
        say(problem, sys.stderr)
    return int(bool(evaluation.unreadable))


@command(
    "trust",
    argument(
        "--method",
        action="append",
        default=[],
        metavar="FILE.py:FUNCTION",
        help="a function of yours from (model, images, labels) to maps (N,H,W); may be given several times",
    ),
    argument("--kit", action="store_true", help="the kit's own nine methods too (without --method: they alone)"),
    argument("--model", default="food_cnn", help="food_cnn, food_cnn_plain, known, or a checkpoint (default food_cnn)"),
    argument("--per-class", type=whole(1, 40), default=40, metavar="N", help="scenes of each class (default 40: all)"),
    argument("--jobs", type=int, default=1, help="processes (default 1; -1: one per core)"),
    argument("--seed", type=whole(0, 2**64 - 1), default=0, help="for what draws (default 0)"),
    argument("--out", type=Path, default=Path("trust"), help="folder of the page and the numbers (default trust)"),
    help="hold a method of yours against scenes of which the truth is known",
    description="Rendered scenes with a mask for every part, and rendered again without it, tell what a classifier "
    "truly looks at. Writes OUT/trust.html and OUT/trust.json; a run that was stopped goes on. FILE.py is run: name "
    "only what you trust. Needs the repository.",
    epilog="example: hw9-xai trust --method mine.py:explain --per-class 10\n"
    "example: hw9-xai trust --kit --method mine.py:explain --jobs -1 --out exam\n"
    "exit status: 0 done, 1 a method failed, 2 wrong use",
)
def _trust(options: argparse.Namespace) -> int:
    from hw9_xai.cnn.classifier import CLASSES, load_classifier
    from hw9_xai.cnn.scenes import load_scenes
    from hw9_xai.pages.trust.page import trust_page
    from hw9_xai.trust import METHODS, KnownNetwork, trust_report

    if options.jobs == 0:
        raise WrongUse("--jobs: expected a number of processes, or -1 for all cores, got 0")
    with what_was_asked():
        refuse_foreign(options.out / "trust.json", options.out / "trust.html")
        methods = dict(map(function_in, options.method))
        scenes = load_scenes(per_class=options.per_class)
        known = {"food_cnn": None, "food_cnn_plain": "plain"}
        model = KnownNetwork() if options.model == "known" else load_classifier(known.get(options.model, options.model))
        if getattr(model, "classes", CLASSES) != CLASSES:
            raise WrongUse(f"--model: expected a classifier of the scenes' {len(CLASSES)} classes, got another")
        methods |= METHODS if options.kit or not methods else {}
    keep_workers_quiet()
    report = trust_report(model, methods, scenes, jobs=options.jobs, seed=options.seed, folder=options.out / "scenes")
    for measure in report.table.intervals:
        say(f"{measure:26}{', '.join(report.table.trusted(measure)) or 'no evidence yet'}")
    report.save(options.out / "trust.json")
    say(trust_page(report).save(options.out / "trust.html"))
    return 0


@command(
    "explore",
    argument("sentence", nargs="?", help="up to 64 tokens; with --live any, or none"),
    argument("--model", default="kit-en", help="kit-en, kit-qa, kit-zh, a folder, or a hub id (default kit-en)"),
    argument("--out", type=Path, default=Path("explorer.html"), help="the page (default explorer.html)"),
    argument("--pair", nargs="+", action="append", default=[], metavar="WORD", help="words to mask together"),
    argument("--context", metavar="TEXT", help="what the sentence asks about, for kit-qa"),
    argument("--live", action="store_true", help="put the model into the page: it reads whatever is typed there"),
    help="write a page to look at a sentence's attention and mask its words",
    description="Writes one page that opens in any browser, without a network.",
    epilog='example: hw9-xai explore "The police officer is kind because she is brave." --pair she officer\n'
    "exit status: 0 written, 1 the sentence or the model cannot be used",
)
def _explore(options: argparse.Namespace) -> int:
    from hw9_xai.bert.models import load_bert
    from hw9_xai.pages.attention.explorer import explore
    from hw9_xai.pages.attention.live import examples

    with what_was_asked():
        refuse_foreign(options.out)
    text = tuple(one for one in (options.sentence, options.context) if one is not None)
    if options.sentence is None and (text or not options.live):
        raise WrongUse("SENTENCE: expected one, unless --live is given alone, got none")
    bert = load_bert(options.model)
    text = text or tuple(examples(bert)[0]["text"])
    path = explore(bert, text, pairs=options.pair, live=options.live).save(options.out)
    say(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    return 0


@command(
    "site",
    argument("--out", type=Path, default=Path("site"), help="the folder (default site)"),
    help="write all pages and the notebooks as a folder that any host serves",
    description="Writes OUT/index.html and what it leads to: the explorers with their models inside, the picture and "
    "the layers page, and a report of the notebooks as they are saved. No server is needed, and nothing of elsewhere.",
    epilog="example: hw9-xai site --out site\nexit status: 0 written, 1 it could not be, 2 wrong use",
)
def _site(options: argparse.Namespace) -> int:
    from hw9_xai.site import places, write_site

    with what_was_asked():
        refuse_foreign(*places(options.out))
    for path in write_site(options.out):
        say(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    say(f"{options.out}: {sum(path.stat().st_size for path in options.out.rglob('*') if path.is_file()) / 1e6:.1f} MB")
    return 0


# -- submissions and keys ----------------------------------------------------------------------------------------------


@command(
    "grade",
    argument("folder", metavar="FOLDER", type=Path),
    argument("--key", type=Path, help="answers and points of your own (see hw9-xai key --new)"),
    argument("--out", type=Path, default=Path("grades.csv"), help="the table (default grades.csv)"),
    help="regrade a folder of submissions without running any of them",
    description="Reads the answers in notebooks (.ipynb), percent scripts (.py) and ZIPs of them. The first name "
    "under FOLDER is the student. Writes the table, and beside it items.csv and histogram.png "
    "(of another.csv: another.items.csv and another.histogram.png).",
    epilog="example: hw9-xai grade submissions --out grades.csv\n"
    "exit status: 0 graded, broken files listed in the table; 2 wrong use",
)
def _grade(options: argparse.Namespace) -> int:
    from hw9_xai.instructor.gradebook import places, summary, write_gradebook
    from hw9_xai.instructor.grades import grade_all
    from hw9_xai.instructor.submissions import find_students, passed_over
    from hw9_xai.quiz.key import key_for, read_key

    with what_was_asked():
        key = read_key(options.key) if options.key else key_for(edition_in_use())
        students = find_students(options.folder)
        refuse_foreign(*places(options.out))
    if not options.out.parent.is_dir() or options.out.is_dir():
        raise WrongUse(f"--out: expected a file in a folder that exists, got {options.out}")
    grades = list(grade_all(students, key))
    written = write_gradebook(grades, key, options.out)
    say(summary(grades, key, passed_over(options.folder)))
    say(f"wrote {', '.join(map(str, written))}")
    return 0


@command(
    "key",
    [
        argument("--compare", action="store_true", help="print what is measured beside both keys, and why"),
        argument("--new", type=Path, metavar="FILE", help="write a key to edit, for hw9-xai grade --key"),
        argument("--prove", action="store_true", help="measure with five seeds, and write the kit's key from it"),
        argument("--options", action="store_true", help="propose options that name layers, heads and amounts"),
    ],
    help="the answer key: measure it, compare it with the official one, or start your own",
    description="For instructors: it prints the answers. Measuring takes about a minute, five of them for --prove, "
    "and needs the repository.",
    epilog="example: hw9-xai key --new key.yaml\nexample: hw9-xai key --compare\n"
    "exit status: 0 done, 1 with --compare where the kit's key is not what was measured, 2 wrong use",
)
def _key(options: argparse.Namespace) -> int:
    from hw9_xai.quiz.key import key_for, new_key

    for action in ("compare", "prove", "options"):
        if getattr(options, action):
            return in_the_repository("data.make.key", action)
    with what_was_asked():
        write(options.new, new_key(key_for(edition_in_use())))
    say(f"wrote {options.new}")
    return 0


@command(
    "bench",
    argument("--width", type=whole(1, 1024), default=32, help="width of the network, with random weights (default 32)"),
    argument("--rounds", type=whole(1, 1000), default=5, help="how often each pair is timed (default 5)"),
    help="time the methods beside the public libraries and the bare network",
    description="Times our methods and others turn about, each in a process of its own; prints medians and ratios. "
    "Needs the repository, and the packages lime and captum. On 2 cores it takes about a quarter of an hour.",
    epilog="example: hw9-xai bench --rounds 3\nexit status: 0 timed, 1 a package is missing, 2 no repository",
)
def _bench(options: argparse.Namespace) -> int:
    return in_the_repository("tests.bench", f"--width={options.width}", f"--rounds={options.rounds}")


if __name__ == "__main__":  # python -m hw9_xai.cli, as before there was python -m hw9_xai
    sys.exit(main())

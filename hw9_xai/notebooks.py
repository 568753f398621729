"""Running the notebooks from start to end, as a student's browser would, and bringing them up to date."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode

from hw9_xai.assets import KIT
from hw9_xai.progress import Board, Line
from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.cells import question_cells

FOLDER = KIT / "notebooks"
CELL_SECONDS = 600
ROUNDED = re.compile(r"[+-]?\d+(?:\.\d+(?:e[+-]\d+)?|e[+-]\d+|(?=%))")


@dataclass
class Run:
    """One executed notebook: its cells with their outputs, how long it took, and what stopped it, if anything did."""

    path: Path
    notebook: NotebookNode
    seconds: float
    error: str | None


def find_notebooks(given: Iterable[Path] = ()) -> list[Path]:
    """The notebooks of the kit, or those given: files, or folders of them."""
    found = []
    for path in list(given) or [FOLDER]:
        if path.is_dir():
            found += sorted(path.glob("*.ipynb"))
        elif path.suffix == ".ipynb" and path.is_file():
            found.append(path)
        else:
            raise ValueError(f"expected a notebook (.ipynb) or a folder of them, got {path}")
    if not found:
        raise ValueError("no notebook found there: expected a folder with .ipynb files, such as the kit's notebooks/")
    return found


def run_all(
    paths: list[Path], *, jobs: int = 1, prepare: Callable[[NotebookNode], None] | None = None
) -> Iterator[Run]:
    """Each notebook in a kernel of its own, `jobs` at a time, in their order; `prepare` may change one beforehand.

    The kernels share the cores: when each takes all of them, two at a time are several times slower than one by one.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of notebooks whose cells have no id, or the same: they are given some
        notebooks = [nbformat.read(path, as_version=4) for path in paths]
    for notebook in notebooks:
        if prepare:
            prepare(notebook)
    threads_each = max(1, (os.cpu_count() or 1) // jobs)
    lines = [
        Line(path.stem, sum(cell.cell_type == "code" for cell in notebook.cells), "cells")
        for path, notebook in zip(paths, notebooks, strict=True)
    ]
    board = Board(lines)
    with ThreadPoolExecutor(jobs) as threads:
        work = [threads.submit(_run, *each, threads_each) for each in zip(paths, notebooks, lines, strict=True)]
        for number, run in enumerate(work):
            while wait([run], timeout=1).not_done:
                board.draw()
            board.end(lines[number])
            yield run.result()


def _run(path: Path, notebook: NotebookNode, line: Line, threads: int) -> Run:
    client = NotebookClient(
        notebook, timeout=CELL_SECONDS, resources={"metadata": {"path": str(path.parent)}}, record_timing=False,
        on_cell_executed=lambda **_: line.step(),
    )  # fmt: skip
    line.begin()
    error = None
    with tempfile.TemporaryFile() as said:  # what a kernel says of itself is not the reader's business, unless it dies
        try:
            # Bars would be saved with the outputs.
            variables = {"OMP_NUM_THREADS": str(threads)} | os.environ | {"TQDM_DISABLE": "1"}
            client.execute(env=variables, stdout=said, stderr=said)
        except CellExecutionError as problem:
            error = f"{problem.ename}: {problem.evalue}"
        except (DeadKernelError, TimeoutError) as problem:
            said.seek(0)
            last = said.read().decode("utf-8", "replace").strip().splitlines()[-1:]
            error = " ".join([str(problem), *last])
    line.end(f"failed: {error}" if error else "ok")
    return Run(path, notebook, line.seconds, error)


def fill_answers(notebook: NotebookNode, answers: Mapping[str, str]) -> None:
    """Write answers, by question, into the cells that ask for them."""
    for name, letters in answers.items():
        line = re.compile(rf'^{name.replace(".", "_")} = "[^"]*"', re.MULTILINE)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.source = line.sub(f'{name.replace(".", "_")} = "{letters}"', cell.source)


def refresh_questions(notebook: NotebookNode) -> None:
    """Put the bank's present text into the question cells; a cell is known by its id."""
    current = {cell["id"]: cell["source"] for topic in load_bank().topics for cell in question_cells(topic)}
    for cell in notebook.cells:
        cell.source = current.get(cell.get("id"), cell.source)


def refresh_readmes(report: Path) -> None:
    """Draw thumbnails and tables of the READMEs anew, from the saved notebooks and the times of a report. Their maker
    comes with the repository; an installed kit has no READMEs to refresh."""
    maker = KIT / "data" / "make" / "readme.py"
    if maker.is_file():
        subprocess.run([sys.executable, str(maker), "tables", "--report", str(report)], check=True)


def save_clean(notebook: NotebookNode, path: Path) -> None:
    """Save an executed notebook without what differs from run to run."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata.pop("widgets", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    path.write_text(nbformat.writes(notebook, version=4) + "\n", encoding="utf-8")


def same_facts(printed: str, committed: str) -> bool:
    """Whether two machines may print these for the same thing: the same words and counts, and every rounded number at
    most one apart in its last digit, because each lies on either side of a half now and then.

    >>> same_facts("rice: 0.8 of 12 pictures", "rice: 0.9 of 12 pictures"), same_facts("12 right", "11 right")
    (True, False)
    """
    if ROUNDED.split(printed) != ROUNDED.split(committed):
        return False
    pairs = zip(map(Decimal, ROUNDED.findall(printed)), map(Decimal, ROUNDED.findall(committed)), strict=True)
    return all(
        abs(a - b) <= max(Decimal((0, (1,), int(number.as_tuple().exponent))) for number in (a, b)) for a, b in pairs
    )

"""Running the notebooks from start to end, as a student's browser would, and bringing them up to date."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from hw9_xai.assets import KIT
from hw9_xai.output import write
from hw9_xai.progress import Board
from hw9_xai.quiz.bank import load_bank, load_exercises
from hw9_xai.quiz.cells import exercise_cells, question_cells

FOLDER = KIT / "notebooks"
CELL_SECONDS = 600


@dataclass
class Run:
    """One notebook: its cells with their outputs, how far it is, for how long, and what stopped it, if anything did."""

    path: Path
    notebook: NotebookNode
    done: int = 0  # cells
    began: float | None = None
    ended: float | None = None
    error: str | None = None

    @property
    def seconds(self) -> float:
        return (self.ended or time.monotonic()) - self.began if self.began else 0

    def __str__(self) -> str:
        cells = sum(cell.cell_type == "code" for cell in self.notebook.cells)
        ended = "" if self.ended is None else f"failed: {self.error}" if self.error else "ok"
        return f"{self.path.stem:30}{self.done:4} of {cells} cells{self.seconds:6.0f} s  {ended}".rstrip()


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
    stems = {path.stem.casefold(): path for path in found}  # a report shows them by their names
    if twice := [path for path in found if stems[path.stem.casefold()] is not path]:
        raise ValueError(f"expected notebooks of different names, got {twice[0]} and {stems[twice[0].stem.casefold()]}")
    for path in found:
        read_notebook(path)
    return found


def read_notebook(path: Path) -> NotebookNode:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of notebooks whose cells have no id, or the same: they are given some
            notebook = nbformat.read(path, as_version=4, capture_validation_error={})
            nbformat.validate(notebook, relax_add_props=True)
        return notebook
    except Exception as error:  # a reader may raise anything at a file from a stranger
        reason = (str(error) or type(error).__name__).splitlines()[0][:120]
        raise ValueError(f"{path}: expected a notebook, got what cannot be read as one: {reason}") from None


def run_all(
    paths: list[Path], *, jobs: int = 1, prepare: Callable[[NotebookNode], None] | None = None
) -> Iterator[Run]:
    """Each notebook in a kernel of its own, `jobs` at a time, in their order; `prepare` may change one beforehand.

    The kernels share the cores: when each takes all of them, two at a time are several times slower than one by one.
    """
    runs = [Run(path, read_notebook(path)) for path in paths]
    for run in runs:
        if prepare:
            prepare(run.notebook)
    threads_each = max(1, (os.cpu_count() or 1) // jobs)
    board = Board(runs)
    with ThreadPoolExecutor(jobs) as threads:
        work = [threads.submit(_run, run, threads_each) for run in runs]
        try:
            for run, job in zip(runs, work, strict=True):
                while wait([job], timeout=1).not_done:
                    board.draw()
                job.result()
                board.end(run)
                yield run
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


def _run(run: Run, threads: int) -> None:
    def count(**_: Any) -> None:
        run.done += 1

    client = NotebookClient(
        run.notebook, timeout=CELL_SECONDS, resources={"metadata": {"path": str(run.path.parent)}},
        record_timing=False, coalesce_streams=True, on_cell_executed=count,
    )  # fmt: skip
    run.began = time.monotonic()
    with tempfile.TemporaryFile() as said:  # what a kernel says of itself is not the reader's business, unless it dies
        try:
            shared = {"OMP_NUM_THREADS": str(threads), "GOMP_SPINCOUNT": "10000"}
            fixed = {"TQDM_DISABLE": "1", "PYTHONSAFEPATH": ""}  # bars would be saved with the outputs
            client.execute(env=shared | os.environ | fixed, stdout=said, stderr=said)
        except CellExecutionError as problem:
            run.error = f"{problem.ename}: {problem.evalue}"
        except Exception as problem:  # it died, takes too long, or there is none of its name
            said.seek(0)
            last = said.read().decode("utf-8", "replace").strip().splitlines()[-1:]
            run.error = " ".join([str(problem), *last])
    run.ended = time.monotonic()


def fill_answers(notebook: NotebookNode, answers: Mapping[str, str]) -> None:
    """Write answers, by question, into the cells that ask for them."""
    for name, letters in answers.items():
        line = re.compile(rf'^{name.replace(".", "_")} = "[^"]*"', re.MULTILINE)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.source = line.sub(f'{name.replace(".", "_")} = "{letters}"', cell.source)


def refresh_questions(notebook: NotebookNode) -> None:
    """Put the bank's present text into the cells of questions and exercises; a cell is known by its id."""
    made = [question_cells(topic) for topic in load_bank().topics] + [exercise_cells(name) for name in load_exercises()]
    current = {cell["id"]: cell["source"] for cells in made for cell in cells}
    for cell in notebook.cells:
        cell.source = current.get(cell.get("id"), cell.source)


def refresh_readmes(report: Path) -> None:
    """Draw thumbnails and tables of the READMEs anew, from the saved notebooks and the times of a report. Their maker
    comes with the repository; an installed kit has no READMEs to refresh."""
    maker = KIT / "data" / "make" / "readme.py"
    if maker.is_file():
        subprocess.run([sys.executable, str(maker), "tables", "--report", str(report)], check=True)


def save_clean(notebook: NotebookNode, path: Path, over: bytes | None = None) -> None:
    """Save an executed notebook without what differs from run to run; `over` what it was when it was read."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata.pop("widgets", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    write(path, nbformat.writes(notebook, version=4) + "\n", over=over)

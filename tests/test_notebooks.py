"""Running notebooks, and what the shipped ones promise."""

import base64
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from PIL import Image

from hw9_xai.cli import main
from hw9_xai.notebooks import (
    FOLDER,
    fill_answers,
    find_notebooks,
    refresh_questions,
    refresh_readmes,
    run_all,
    save_clean,
)
from hw9_xai.quiz.bank import load_bank, load_exercises
from hw9_xai.quiz.cells import exercise_cells, question_cells
from hw9_xai.quiz.key import key_for

ROOT = FOLDER.parent
SHIPPED = sorted(FOLDER.glob("*.ipynb"))
NAMES = [
    "00_start", "01_lime", "02_saliency", "03_smoothgrad", "04_filters", "05_integrated_gradients", "06_attention",
    "07_embedding_visualization", "08_embedding_analysis", "09_trust",
]  # fmt: skip
MOST_BYTES = 3_000_000


def cells_of(path: Path, kind: str) -> list[dict]:
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == kind]


def source(cell: dict) -> str:
    return "".join(cell["source"])


shipped = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)


# -- the ten notebooks -------------------------------------------------------------------------------------------------


def test_there_are_the_ten():
    assert [path.stem for path in SHIPPED] == NAMES


@shipped
def test_was_executed_in_order_without_an_error_or_a_warning(path):
    cells = cells_of(path, "code")
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    for output in (output for cell in cells for output in cell["outputs"]):
        assert output["output_type"] != "error"
        assert output.get("name") != "stderr", output.get("text")


@shipped
def test_carries_nothing_that_changes_or_weighs(path):
    text = path.read_text(encoding="utf-8")
    notebook = json.loads(text)
    assert len(text.encode()) < MOST_BYTES
    assert "widgets" not in notebook["metadata"]
    for word in ("executionInfo", "outputId", "image/svg+xml"):
        assert f'"{word}"' not in text
    for cell in cells_of(path, "code"):
        assert set(cell["metadata"]) <= {"tags", "cellView", "jupyter"}


@shipped
def test_has_one_set_up_cell_and_it_is_everybodys(path):
    def set_up(other: Path) -> list[str]:
        return [source(cell) for cell in cells_of(other, "code") if cell["id"] == "setup"]

    assert len(set_up(path)) == 1
    assert set_up(path) == set_up(SHIPPED[0])


@shipped
def test_says_something_checkable_under_its_figures(path):
    printed = [
        output
        for cell in cells_of(path, "code")
        for output in cell["outputs"]
        if output["output_type"] == "stream" and re.search(r"\d", "".join(output["text"]))
    ]
    assert len(printed) >= 3


@shipped
def test_its_figures_are_described_and_large(path):
    shown = [output for cell in cells_of(path, "code") for output in cell["outputs"] if "data" in output]
    figures = [(kind, one) for one in shown for kind in ("image/png", "image/jpeg") if kind in one["data"]]
    assert len(figures) >= 5
    for kind, one in figures:
        assert re.search(r"[a-z]{3}", one["metadata"][kind]["alt"])
        picture = Image.open(io.BytesIO(base64.b64decode("".join(one["data"][kind]))))
        assert picture.width >= 480, one["metadata"]


@shipped
def test_speaks_both_languages(path):
    for cell in cells_of(path, "markdown"):
        words = re.sub(r"```.*?```|\$\$.*?\$\$|\$.*?\$|!?\[[^]]*\]\([^)]*\)|`[^`]*`", "", source(cell), flags=re.DOTALL)
        if len(words) > 120:  # shorter ones may be a formula or a heading
            assert re.search(r"[\u4e00-\u9fff]{4}", words), source(cell)[:80]
            assert re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", words), source(cell)[:80]


@shipped
def test_code_cells_are_short(path):
    for cell in cells_of(path, "code"):
        if cell["id"] != "setup":
            assert len(source(cell).splitlines()) <= 25, cell["id"]


def test_questions_and_exercises_are_the_banks_and_blank():
    cells = [cell for path in SHIPPED for kind in ("markdown", "code") for cell in cells_of(path, kind)]
    there = {cell["id"]: source(cell) for cell in cells}
    made = [question_cells(topic) for topic in load_bank().topics] + [exercise_cells(name) for name in load_exercises()]
    for cell in (cell for cells in made for cell in cells):
        assert there.get(cell["id"]) == cell["source"], cell["id"]


# -- predict, look, answer, then see the number ------------------------------------------------------------------------


def printed(cell: dict) -> str:
    """What a cell says in words and numbers; pages are figures."""
    texts = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if "<iframe" in "".join(data.get("text/html", [])):
            continue
        texts.append("".join(output.get("text", [])))
        texts.append(re.sub(r"<[^>]*>", " ", "".join(data.get("text/html", data.get("text/plain", [])))))
    return "\n".join(texts)


def has_figure(cell: dict) -> bool:
    data = [output.get("data", {}) for output in cell.get("outputs", [])]
    return any("image/png" in one or "image/jpeg" in one or "<iframe" in str(one.get("text/html")) for one in data)


def above(question) -> list[dict]:
    """The cells of its notebook before the one that asks for its answer, pages and other questions left out."""
    path = next(path for path in SHIPPED if path.stem == load_bank().topics[question.topic].notebook)
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    names = [cell["id"] for cell in cells]
    return cells[: names.index(f"{question.variable.lower()}-answer")]


ANOTHER_MATTER = {  # the variance that a layer's picture keeps; whom heads of a layer look at
    ("Q25", "pca-after"), ("Q25", "pca-before"), ("Q22", "coreference-sentence"), ("Q22", "coreference-plain"),
}  # fmt: skip


def gives_away(question, line: str) -> str | None:
    """What in a line of print tells the answer: a letter with a value, or what an option names with a value."""
    value = r"[-+]?\d*\.\d+|\d+ ?%|\b\d+ of \d+"
    if re.search(rf"(?<![\w'])[A-F](?![\w'])\W{{0,3}}(?:{value})", line):
        return "a letter with its value"
    if question.kind == "concept":
        return None
    line = re.sub(r"\b\d · [A-Z][A-Za-z/]+( product)?", "", line)  # a picture's title is no part of it
    options = [option.text.en.lower() for option in question.options.values()]
    words = [set(re.findall(r"[a-z]{4,}|\d+", option)) for option in options]
    rest = re.sub(value, " ", line.lower())
    for option, own in zip(options, words, strict=True):
        own = own - set.intersection(*words)
        numbers = r"\D+".join(re.findall(r"[a-z]+ \d+", option)).replace(" ", r"\s+")  # layer 4, head 12
        if all(word.isdigit() for word in own) and numbers:
            own = {rf"{numbers}(?!\d)"}
        if own and rest != line.lower() and all(re.search(rf"(?<![\w.]){word}", rest) for word in own):
            return f"{option!r} with a value"
    return None


@pytest.mark.parametrize("question", load_bank().questions.values(), ids=lambda question: question.id)
def test_nothing_printed_above_a_question_gives_it_away(question):
    for cell in above(question):
        if cell["cell_type"] == "code" and not re.fullmatch(r"q[\d_]+-(answer|facts)", cell["id"]):
            for line in printed(cell).splitlines() if (question.id, cell["id"]) not in ANOTHER_MATTER else ():
                assert gives_away(question, line) is None, (cell["id"], line)


@pytest.mark.parametrize("question", load_bank().questions.values(), ids=lambda question: question.id)
def test_what_decides_a_question_stands_above_it_as_a_figure_and_its_numbers_below(question):
    shown = {cell["id"]: cell for cell in above(question)}
    assert question.figures or question.kind == "concept"
    for name in question.figures:  # Q17 is answered by counting in a list, which is printed
        assert has_figure(shown[name]) or (question.id == "Q17" and "Conv2d" in printed(shown[name]))
    facts = f"{question.variable.lower()}-facts"
    assert facts not in shown
    path = next(path for path in SHIPPED if path.stem == load_bank().topics[question.topic].notebook)
    told = [line for cell in cells_of(path, "code") if cell["id"] == facts for line in printed(cell).splitlines()]
    telling = {line.strip() for line in told if re.search(r"\d", line)}
    assert not telling & {line.strip() for cell in shown.values() for line in printed(cell).splitlines()}


@pytest.mark.parametrize("question, line, told", [
    ("Q26", "layers 7 to 9: 0.42", True), ("Q26", "layers 4 to 6, 28 questions", False),
    ("Q24", "C: 0.86", True), ("Q24", "layer 11 head 12 finds 86 % of the pronouns", True), ("Q24", "144 heads", False),
    ("Q2", "red 0.3", False),
])  # fmt: skip
def test_the_eye_that_looks_for_it_sees_it(question, line, told):
    assert (gives_away(load_bank().questions[question], line) is not None) == told


# -- a frame for each --------------------------------------------------------------------------------------------------


@shipped
def test_has_its_frame(path):
    cells = {cell["id"]: cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]}
    title = source(cells["title"])
    assert len(re.findall(r"^\* .*[\u4e00-\u9fff].*[a-z]{3}", title.split("You will be able to")[1], re.M)) == 3
    assert re.search(r"\d+ minutes? of computing", title) and "Save a copy in Drive" in title
    assert "idea" in cells and has_figure(cells["idea-figure"])
    assert len(re.findall(r"^[123]\. ", source(cells["takeaways"]), re.M)) == 3
    assert cells["setup"]["metadata"] == {"cellView": "form"}
    following = NAMES[NAMES.index(path.stem) + 1] if path.stem != NAMES[-1] else None
    assert list(cells)[-1] == "next"
    assert following is None or f"({following}.ipynb)" in source(cells["next"])


@shipped
def test_shows_no_source_but_what_was_written_for_reading(path):
    assert not any("getsource" in source(cell) for cell in cells_of(path, "code"))


@shipped
def test_keeps_to_one_style(path):
    for cell in cells_of(path, "markdown"):
        for head in re.findall(r"^#+ (.*)$", source(cell), re.M):
            if cell["id"] != "title" and not re.match(r"Q\d", head):
                assert re.match(r"[^A-Za-z]|lime |Loss |Deep Dream$", head), f"Chinese first: {head}"
                assert "·" not in head, head
        text = source(cell).replace("答案不會留下。In", "")
        assert not re.search("。·|：·|佔|台大|随|滤", text), (cell["id"], re.search("。·|：·|佔|台大|随|滤", text))


# -- running -----------------------------------------------------------------------------------------------------------


def small(tmp_path: Path, *cells) -> Path:
    path = tmp_path / "small.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), path)
    return path


def test_a_notebook_runs_in_its_folder_and_stays_as_it_is(tmp_path):
    path = small(tmp_path, new_markdown_cell("text"), new_code_cell("from pathlib import Path; print(Path.cwd().name)"))
    before = path.read_bytes()
    (run,) = run_all([path])
    assert run.error is None
    assert run.notebook.cells[1].outputs[0].text.strip() == tmp_path.name
    assert path.read_bytes() == before


def test_a_failing_cell_is_reported_with_its_error(tmp_path):
    (run,) = run_all([small(tmp_path, new_code_cell("1/0"), new_code_cell("print(2)"))])
    assert run.error == "ZeroDivisionError: division by zero"


def test_answers_are_filled_in_where_they_are_asked_for():
    cells = [new_code_cell(cell["source"]) for cell in question_cells("lime") if cell["cell_type"] == "code"]
    notebook = new_notebook(cells=[*cells, new_markdown_cell('Q1 = ""')])
    fill_answers(notebook, {"Q1": "AB"})
    assert 'Q1 = "AB"  #@param' in notebook.cells[0].source
    assert 'Q2 = ""' in notebook.cells[1].source
    assert notebook.cells[-1].source == 'Q1 = ""'
    fill_answers(notebook, {"Q1": "C"})
    assert 'Q1 = "C"' in notebook.cells[0].source
    assert 'Q1 = "AB"' not in notebook.cells[0].source


def test_an_old_question_is_brought_up_to_date():
    notebook = new_notebook(
        cells=[new_markdown_cell("old text", id="q1-question"), new_markdown_cell("mine", id="idea")]
    )
    refresh_questions(notebook)
    assert notebook.cells[0].source == question_cells(load_bank().questions["Q1"].topic)[0]["source"]
    assert notebook.cells[1].source == "mine"


def test_saving_twice_gives_the_same_bytes(tmp_path):
    path = small(tmp_path, new_code_cell("print(1)"))
    saved = []
    for _ in range(2):
        (run,) = run_all([path])
        save_clean(run.notebook, tmp_path / "saved.ipynb")
        saved.append((tmp_path / "saved.ipynb").read_bytes())
    assert saved[0] == saved[1]


def test_what_is_no_notebook_is_named(tmp_path, capsys):
    assert main(["run", str(tmp_path / "nothing.txt")]) == 2
    assert "nothing.txt" in capsys.readouterr().err
    with pytest.raises(ValueError, match="no notebook found"):
        find_notebooks([tmp_path])


@pytest.mark.parametrize("content", [
    "", "{}", "[]", "[" * 10**5, '{"cells": 1}', '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "9" * 9999,
    '{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}', "\udcff",
])  # fmt: skip
def test_a_notebook_that_is_none_is_wrong_use(content, tmp_path, capsys):
    (tmp_path / "none.ipynb").write_bytes(content.encode(errors="surrogateescape"))
    assert main(["run", str(tmp_path / "none.ipynb"), "--report", str(tmp_path / "report")]) == 2
    error = capsys.readouterr().err
    assert "none.ipynb: expected a notebook" in error and error.count("\n") == 1
    assert not (tmp_path / "report").exists()


@pytest.mark.parametrize("cell, kernel, message", [
    ("1", "no such kernel", "no such kernel"), ("'\ud800'", "python3", "surrogate"),
])  # fmt: skip
def test_what_no_kernel_can_run_fails_and_the_next_runs(cell, kernel, message, tmp_path):
    path = tmp_path / "odd.ipynb"
    about = {"kernelspec": {"name": kernel, "display_name": kernel}}
    path.write_text(json.dumps(new_notebook(cells=[new_code_cell(cell)], metadata=about)))
    odd, small_one = run_all([path, small(tmp_path, new_code_cell("1"))])
    assert message in odd.error and small_one.error is None


# -- the report --------------------------------------------------------------------------------------------------------


def test_the_report_shows_figures_facts_errors_and_the_score(tmp_path, capsys):
    picture = (
        "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show(); print('fact: 42 <script>alert(1)</script>')"
    )
    key = key_for()
    first = next(iter(key.accepted))
    path = small(
        tmp_path, new_code_cell(picture), new_code_cell(f'{first} = "{key.accepted[first][0]}"'),
        new_code_cell("raise ValueError('<b>bad</b>')"),
    )  # fmt: skip
    assert main(["run", str(path), "--report", str(tmp_path / "report")]) == 1
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "fact: 42 &lt;script&gt;" in page
    assert "<script" not in page
    assert "&lt;b&gt;bad&lt;/b&gt;" in page
    assert (tmp_path / "report" / "figures" / "small-00.png").read_bytes().startswith(b"\x89PNG")
    assert "1 of 32 answered" in page
    assert json.loads((tmp_path / "report" / "times.json").read_text())["small"] > 0
    assert f"<strong>{key.tenths[first] / 10:g}" in page
    assert re.match(r"small +3 of 3 cells +\d+ s  failed: ValueError: <b>bad</b>\n", capsys.readouterr().out)


DRAWS = """
import torch
import hw9_xai as xai

display(xai.plots.pictures(torch.rand(1, 3, 8, 8), titles=["<i>egg</i>"]))
xai.explore_picture(xai.FoodCNN(8).eval(), torch.rand(1, 3, 128, 128), 5, titles=["<i>soup</i>"])
"""


def test_the_report_shows_words_of_figures_and_whole_pages_and_no_other_html(tmp_path):
    forged = "from IPython.display import HTML; HTML('<iframe src=\"x.html\"></iframe><script>alert(1)</script>')"
    path = small(tmp_path, new_code_cell(f"import sys; sys.path.insert(0, {str(ROOT)!r})"), new_code_cell(DRAWS),
                 new_code_cell(forged))  # fmt: skip
    assert main(["run", str(path), "--report", str(tmp_path / "report")]) == 0
    index = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert 'alt="&lt;i&gt;egg&lt;/i&gt;"' in index and "<script" not in index and "x.html" not in index
    assert '<iframe src="figures/small-01.html" sandbox="allow-scripts" title=' in index
    page = (tmp_path / "report" / "figures" / "small-01.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>") and "default-src 'none'" in page


def test_a_report_writes_over_nothing_that_another_made(tmp_path, capsys):
    path, report = small(tmp_path, new_code_cell("1")), tmp_path / "report"
    for place in ("index.html", "notebooks/small.ipynb", "figures/small-00.png"):
        mine = report / place
        mine.parent.mkdir(parents=True, exist_ok=True)
        mine.write_text("mine")
        assert main(["run", str(path), "--report", str(report)]) == 2
        assert "expected a free name" in capsys.readouterr().err and mine.read_text() == "mine"
        mine.unlink()
    copy = report / "notebooks" / "small.ipynb"
    copy.write_bytes(path.read_bytes())
    assert main(["run", str(copy), "--report", str(report)]) == 2
    assert main(["run", str(path), str(copy)]) == 2
    assert "expected notebooks of different names" in capsys.readouterr().err


LOOK = """  # what a reader of the page sees while the second notebook runs
from pathlib import Path
import time
page = Path("report/index.html")
while not page.exists():
    time.sleep(0.1)
print(page.read_text(encoding="utf-8"))
"""


def test_the_report_is_whole_after_every_notebook(tmp_path):
    first, second = small(tmp_path, new_code_cell("print('fact: 1')")), tmp_path / "second.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(LOOK)]), second)
    assert main(["run", str(first), str(second), "--report", str(tmp_path / "report")]) == 0
    (cell,) = nbformat.read(tmp_path / "report" / "notebooks" / "second.ipynb", as_version=4).cells
    meanwhile = cell.outputs[0].text
    assert meanwhile.rstrip().endswith("</html>")
    assert "fact: 1" in meanwhile
    assert "<td>second</td>" in meanwhile and "to come" in meanwhile
    assert 'http-equiv="refresh"' in meanwhile
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "<td>to come" not in page and '<meta http-equiv="refresh"' not in page
    assert list(json.loads((tmp_path / "report" / "times.json").read_text())) == ["small", "second"]


@pytest.mark.parametrize("of_the_kit", [True, False])
def test_in_place_brings_the_readmes_up_to_date_where_the_kits_own_were_run(tmp_path, monkeypatch, of_the_kit):
    refreshed, path = [], small(tmp_path, new_code_cell("print(1)"))
    monkeypatch.setattr("hw9_xai.notebooks.refresh_readmes", refreshed.append)
    if of_the_kit:
        monkeypatch.setattr("hw9_xai.notebooks.FOLDER", path.resolve().parent)
    assert main(["run", str(path), "--in-place", "--report", str(tmp_path / "report")]) == 0
    assert refreshed == ([tmp_path / "report"] if of_the_kit else [])
    assert nbformat.read(path, as_version=4).cells[0].outputs[0].text == "1\n"


def test_the_readmes_maker_is_where_it_is_looked_for(monkeypatch, tmp_path):
    started = []
    monkeypatch.setattr("hw9_xai.notebooks.subprocess.run", lambda command, check: started.append(command))
    refresh_readmes(tmp_path)
    assert started == [[sys.executable, str(ROOT / "data" / "make" / "readme.py"), "tables", "--report", str(tmp_path)]]


def test_open_shows_the_report_once(tmp_path, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    path = small(tmp_path, new_code_cell("1"))
    assert main(["run", str(path), "--report", str(tmp_path / "report"), "--open"]) == 0
    assert opened == [(tmp_path / "report" / "index.html").resolve().as_uri()]


# -- what is said meanwhile --------------------------------------------------------------------------------------------

NOISE = "import os; os.write(2, b'[IPKernelApp] WARNING | noise'); os.write(1, b'more noise')"


def test_what_a_kernel_says_of_itself_is_not_shown(tmp_path, capfd):
    assert main(["run", str(small(tmp_path, new_code_cell(NOISE))), "--report", str(tmp_path / "report")]) == 0
    out, err = capfd.readouterr()
    assert re.fullmatch(r"small +1 of 1 cells +\d+ s  ok\nreport: .*\n", out)
    assert err == ""


def test_the_last_words_of_a_kernel_that_died_are(tmp_path):
    last = "import os; os.write(2, b'out of memory, say'); os._exit(3)"
    (run,) = run_all([small(tmp_path, new_code_cell(last))])
    assert run.error.startswith("Kernel died")
    assert run.error.endswith("out of memory, say")


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal is stood in for by a pty")
def test_on_a_terminal_every_notebook_has_one_line_that_counts(tmp_path):
    import pty

    paths = [tmp_path / f"{name}.ipynb" for name in ("first", "second")]
    for path in paths:
        nbformat.write(new_notebook(cells=[new_code_cell("import time; time.sleep(1.5)")] * 2), path)
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(ROOT)
        os.execv(sys.executable, [sys.executable, "-m", "hw9_xai", "run", *map(str, paths), "--report", str(tmp_path)])
    written = b""
    while True:
        try:
            written += os.read(terminal, 4096)
        except OSError:  # how Linux says that the other side has closed
            break
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    shown = lines_on_screen(written.decode())
    assert [line.split()[0] for line in shown] == ["first", "second", "report:"]
    assert all(re.search(r"2 of 2 cells +\d+ s  ok$", line) for line in shown[:2])
    assert re.search(r"first +1 of 2 cells", written.decode())  # it could be watched


def lines_on_screen(written: str) -> list[str]:
    """What a terminal shows at last: up by n lines, clear a line, and text are all that is written to it."""
    lines, row = [""], 0
    for up, text, end in re.findall(r"\x1b\[(\d+)F|\x1b\[2K|([^\x1b\r\n]+)|(\r?\n)", written):
        if up:
            row -= int(up)
        elif end:
            row += 1
            lines += [""] * (row - len(lines) + 1)
        elif text:
            lines[row] = text
    return [line for line in lines if line]


# -- the set-up cell ---------------------------------------------------------------------------------------------------


def set_up_commands(*missing: str) -> list[list[str]]:
    """The programs that the set-up cell starts, none of which runs, where these packages cannot be found."""
    (cell,) = [cell for cell in cells_of(SHIPPED[0], "code") if cell["id"] == "setup"]
    watched = f"""
import importlib.util, json, subprocess, sys
started, find = [], importlib.util.find_spec
subprocess.run = lambda command, **how: started.append(command)
importlib.util.find_spec = lambda name, *more: None if name in {missing} else find(name, *more)
{source(cell)}
print(json.dumps(started))
"""
    done = subprocess.run([sys.executable, "-c", watched], cwd=FOLDER, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # and nothing else was printed


def test_set_up_cell_starts_nothing_where_all_is_there():
    assert set_up_commands() == []


def test_set_up_cell_installs_what_is_missing_and_nothing_with_it():
    ((*pip, first, second),) = set_up_commands("lime", "skimage")
    assert pip[1:] == ["-m", "pip", "install", "--quiet", "--no-deps"]
    assert (first, second) == ("lime", "scikit-image")

"""Running notebooks, and what the shipped ones promise."""

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from hw9_xai.cli import main
from hw9_xai.notebooks import FOLDER, fill_answers, find_notebooks, refresh_questions, run_all, save_clean
from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.cells import question_cells
from hw9_xai.quiz.key import key_for

ROOT = FOLDER.parent
SHIPPED = sorted(FOLDER.glob("*.ipynb"))
NAMES = [
    "00_start", "01_lime", "02_saliency", "03_smoothgrad", "04_filters", "05_integrated_gradients", "06_attention",
    "07_embedding_visualization", "08_embedding_analysis", "09_trust",
]  # fmt: skip
MOST_BYTES = 2_000_000


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
    for word in ("executionInfo", "outputId", "image/svg+xml", "image/jpeg"):
        assert f'"{word}"' not in text
    for cell in cells_of(path, "code"):
        assert set(cell["metadata"]) <= {"tags", "cellView"}


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


def test_questions_are_the_banks_and_blank():
    cells = [cell for path in SHIPPED for kind in ("markdown", "code") for cell in cells_of(path, kind)]
    there = {cell["id"]: source(cell) for cell in cells}
    for topic in load_bank().topics:
        for cell in question_cells(topic):
            assert there.get(cell["id"]) == cell["source"], cell["id"]


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
    assert "small.ipynb" in capsys.readouterr().out


def test_set_up_cell_installs_nothing_where_all_is_there():
    if not SHIPPED:
        pytest.skip("no notebook yet")
    (cell,) = [cell for cell in cells_of(SHIPPED[0], "code") if cell["id"] == "setup"]
    assert ast.parse(source(cell))
    assert not cell["outputs"]

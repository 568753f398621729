"""What counts as an answer in a notebook or a script: a literal at the top level, and nothing else."""

import json
import time
from symtable import symtable

import pytest
from given.submitted import code, notebook
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hw9_xai.instructor import budget
from hw9_xai.instructor.budget import Budget
from hw9_xai.instructor.files.zips import Refused
from hw9_xai.instructor.reading import COMPUTED, LARGEST
from hw9_xai.instructor.reading import read_document as read_with
from hw9_xai.notebooks import FOLDER


def read_document(name, data):
    return read_with(name, data, Budget())


def answers(source):
    return read_document("a.ipynb", notebook([code(source)])).answers


@pytest.mark.parametrize("source, read", [
    ('Q1 = "A"', [("Q1", "A")]),
    ("Q1='A' # mine", [("Q1", "A")]),
    ('Q23_1 = "B"; Q23_2 = "A"', [("Q23.1", "B"), ("Q23.2", "A")]),
    ('Q1: str = "A"', [("Q1", "A")]),
    ("Q1: str", []),
    ('Q1 = Q2 = "A"', [("Q1", "A"), ("Q2", "A")]),
    ('Q1 = ["A", "C"]', [("Q1", ["A", "C"])]),
    ('Q1 = "A" "C"', [("Q1", "AC")]),
    ('Q1 = "A"\nQ1 = ""', [("Q1", "A"), ("Q1", "")]),
    ('%pip install x\n!ls\nQ1 = "A"\nxai.check?', [("Q1", "A")]),
    ('for i in x:\n    !ls\nQ1 = "A"', [("Q1", "A")]),
    ('%%time\nQ1 = "A"', [("Q1", "A")]),
    ('!ls\nQ1 = "A"  # sure?', [("Q1", "A")]),
    ('!ls\nQ1 = "A"  # Q2?\nQ1?', [("Q1", "A")]),
    ('Ｑ１ = "A"', [("Q1", "A")]),
    ('Ｑ２３_1 = "A"', [("Q23.1", "A")]),
    ('\U0001d410\U0001d7cf = "A"', [("Q1", "A")]),
    ('xai.check("Q1", Q1); xai.score(globals()); re.compile("Q1"); print(f"{Q1}", sep="Q1")', []),
    ('def f(Q1): Q1 = Q1; del Q1', []),
    ('# Q1 = "B"\nx = """\nQ1 = "C"\n"""', []),
    ('%%bash\nQ1="A"', []),
    ('%%writefile a.py\nQ1 = "A"', []),
    ('def f():\n    Q1 = "A"', []),
    ('[Q1 for Q1 in "AB"]', []),
    ('Q1 == "A"', []),
    ('QQ1 = Q1x = Q = Q123 = "A"', []),
    ("print(Q1)", []),
    ("Q1 = None", [("Q1", None)]),
    ("Q1 = 1", [("Q1", 1)]),
    ('Q1 = b"A"', [("Q1", b"A")]),
    ('Q1 = "\\d"', [("Q1", "\\d")]),
])  # fmt: skip
def test_literals(source, read):
    assert answers(source) == read


@pytest.mark.parametrize("source", [
    'Q1 = __import__("os").system("true")', 'Q1 = f"{1}A"', 'print(Q1 := "A")', 'if True:\n    Q1 = "A"', "Q1 = A",
    'for Q1 in "A": pass', 'Q1, x = "A", 1', 'Q1 += "A"', 'Q1 = "A" + "C"', 'Q1 = ["A", x]', 'Q1 = "A', 'Q1 = "A"\n(',
    'Q1 = "A"\0', 'Q1 = "A" # \ud800', "Q1 = " + "9" * 5000, "Q1 = " + "(" * 5000, "Q1 = " + "-" * 50_000 + "1",
    "Q1 = " + "[" * 90_000, "Q1 = " + "not " * 20_000 + "1", "Q1 = a" + ".a" * 40_000, "Q1 = 1" + "+1" * 40_000,
    "Q1 = " + "lambda:" * 10_000 + "1", "Q1 = " + "1 if 1 else " * 8000 + "1", "Q1 = " + "f(" * 150 + ")" * 150,
    "Q1 = 'A'\n" + "#" * 100_001, 'Q1 = "A"\nimport a' + ".a" * 40_000,
    'Q1 = "A"\nfrom a' + ".\\\na" * 30_000 + " import b",
    "del Q1", "def Q1(): pass", "async def Q1(): pass", "class Q1: pass", "try: x\nexcept E as Q1: pass", "import Q1",
    "import x as Q1", "from x import Q1", "with x as Q1: pass", "match x:\n    case Q1: pass",
    "match x:\n    case [*Q1]: pass", "match x:\n    case {**Q1}: pass", "[Q1 := x for x in y]", 'x: (Q1 := "A") = 1',
    'def f(x=(Q1 := "A")): pass', 'lambda x=(Q1 := "A"): x', 'class A((Q1 := "A")): pass', '@(Q1 := f)\ndef g(): pass',
    'def f():\n    global Q1\n    Q1 = "A"', 'class A:\n    global Q1\n    Q1 = "A"', '__main__.Q1 = "A"',
    'globals()["Q1"] = "A"', "exec('Q1 = \"A\"')", "exec(b'Q1 = 1')", 'globals().update(Q1="A")',
    'setattr(m, "Q1", "A")', 'm.__dict__["Q1"] = "A"', '__builtins__["exec"]("Q1 = 1")', 'builtins.exec("Q1 = 1")',
    'ip.user_ns["Q1"] = "A"', 'get_ipython().run_cell("Q1 = 1")',
    "exec('Ｑ１ = \"A\"')", '%time Q1 = "A"', '%time Ｑ１ = "A"', "if x:\n    %time Q1 = 'A'", '!echo \\\nQ1 = "A"',
    '%%capture Q1\nls', "%%bash --out Q1\nls", '%%timeit\nQ1 = "A"', '%%whatever\nQ1 = "A"', '# %%bash\n%%bash\nQ1="A"',
    'Q1 = !ls', 'Q1 = %ls', '%pip x\ny = """\n%x\n"""\nQ1 = "A"', "check(Q1", 'Ｑ１ = A', ">>> Q1 = 'A'",
])  # fmt: skip
def test_what_is_not_written_out_is_not_guessed(source):
    assert answers(source) == [("Q1", COMPUTED)]


def test_a_cell_of_19_mb():
    cells = [code('Q2 = "AD"\n#' + "x" * 19_000_000), code('Q1 = "A"')]
    reading = read_document("a.ipynb", notebook(cells))
    assert reading.answers == [("Q2", COMPUTED), ("Q1", "A")] and reading.flags == ["code cell 1 is too long"]


def test_a_cell_that_is_not_python_is_flagged():
    reading = read_document("a.ipynb", notebook([code('Q1 = "B"'), code('Q1 = "A'), code('check("Q1"')]))
    assert reading.flags == ["code cell 2 is not Python", "code cell 3 is not Python"]


@pytest.mark.parametrize("source", ['Q1 = "A"\nQ2 = "B"', ['Q1 = "A"\n', 'Q2 = "B"'], ['Q1 = "A"\n', 7, 'Q2 = "B"']])
def test_a_source_is_a_text_or_lines(source):
    assert answers(source) == [("Q1", "A"), ("Q2", "B")]


@pytest.mark.parametrize("cell", [
    None, 1, [], {}, {"cell_type": "code"}, code(7), code(None), code({"a": 1}), {"cell_type": ["code"]},
    {"cell_type": "markdown", "source": 'Q1 = "B"'},
])  # fmt: skip
def test_a_strange_cell_costs_only_itself(cell):
    assert read_document("a.ipynb", notebook([cell, code('Q1 = "A"'), cell])).answers == [("Q1", "A")]


def test_other_kernels_and_a_round_trip_through_colab():
    metadata = {"kernelspec": {"language": "中文"}, "language_info": 7, "colab": {"provenance": [], "gpuType": "T4"}}
    cell = code(
        'Q1 = "A" #@param {type:"string"}', id="same", metadata={"id": "x", "outputId": "y", "cellView": "form"}
    )
    assert read_document("a.ipynb", notebook([cell, cell], **metadata)).answers == [("Q1", "A")] * 2


@pytest.mark.parametrize("data, problem", [
    (b"", "no complete JSON: Expecting value at line 1, column 1"),
    (notebook([code("x")])[:-9], "no complete JSON"),
    (b"[" * 100_000, "no JSON: RecursionError"),
    (b"[" + b"[]," * 1_000_000, "more brackets and commas than any notebook has"),
    (b"\xff\xfe\xff", "no JSON: UnicodeDecodeError"),
    (b"[]", "JSON, but no notebook"),
    (b"{}", "JSON, but no notebook"),
    (b'{"cells": {"a": 1}}', "JSON, but no notebook"),
    (b'{"cells": ' + b"9" * 1_000_000 + b"}", "JSON, but no notebook"),
    (b" " * (LARGEST + 1), "larger than 20 MB"),
])  # fmt: skip
def test_a_broken_notebook_says_why(data, problem):
    with pytest.raises(Refused, match="^" + problem):
        read_document("a.ipynb", data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_a_notebook(encoding):
    text = json.dumps({"cells": [code('Q1 = "ａ"')]}, ensure_ascii=False)
    assert read_document("a.IPYNB", text.encode(encoding)).answers == [("Q1", "ａ")]


def test_percent_scripts():
    script = '# %% [markdown]\n# ### Q1\n# Q1 = "B"\n\n# %%\nQ1 = "A"\n# %% broken\nQ2 = "\n#%%\nQ3 = "C"\n'
    reading = read_document("a.py", script.replace("\n", "\r\n").encode("utf-8-sig"))
    assert reading.answers == [("Q1", "A"), ("Q2", COMPUTED), ("Q3", "C")]
    assert reading.flags == ["code cell 4 is not Python"]
    with pytest.raises(Refused, match="no UTF-8"):
        read_document("a.py", b"Q1 = '\xff'")


def test_code_is_charged_before_it_is_parsed():
    mine = Budget()
    long = notebook([code('Q1 = "A"\n' * 10_000)] * 12)
    assert read_with("a.ipynb", long, mine).flags == [
        "from code cell 12 on: more code that names questions than anybody writes; the rest is not read"
    ]
    reading = read_with("b.ipynb", notebook([code('Q1 = "B"')]), mine)
    assert not reading.answers and len(reading.flags) == 1, "one budget for all files of a student"


def test_330_000_broken_cells_are_not_all_parsed():
    reading = read_document("a.ipynb", notebook([{"cell_type": "code", "source": "Q1("}] * 330_000))
    assert len(reading.answers) == 10_000 and reading.flags[-1].startswith("from code cell 10001 on: more code")


def test_time_is_a_budget(monkeypatch):
    monkeypatch.setattr(budget, "MOST_SECONDS", -1)
    assert "seconds to read" in read_document("a.ipynb", notebook([code('Q1 = "A"')])).flags[0]


def test_many_magics_take_no_quadratic_time():
    start = time.process_time()
    assert answers("!\n" * 49_000 + 'Q1 = "A"') == [("Q1", "A")]
    assert time.process_time() - start < 1.5


STATEMENTS = st.sampled_from([
    'Q1 = "A"', "Q1 = 'B'", 'Q1: str = "C"', 'Ｑ１ = "D"', "del Q1", "def Q1(): pass", "class Q1: pass",
    "import os as Q1",
    "from os import path as Q1", '[Q1 := x for x in "EF"]', '(lambda x=(Q1 := "A"): 0)', 'x = [Q1 for Q1 in "AB"]',
    "def f():\n    global Q1\n    Q1 = 'F'\nf()", "try:\n    1 / 0\nexcept ZeroDivisionError as Q1:\n    pass",
    'match "E":\n    case Q1:\n        pass', 'globals()["Q1"] = "A"', "exec('Q1 = 2')", "Q1 = Q2 = 'A'",
    "Q2, Q1 = 'AB'",
    'for Q1 in "AB":\n    pass', "def f(Q1='B'):\n    Q1 = 'C'", "class A:\n    Q1 = 'A'", "Q1 = 'A'  # Q1 = 'B'?",
    "x = 1",
    '"""\nQ1 = "C"\n"""', "globals().update(Q1='D')", "if (Q1 := 'A'):\n    pass", "Q1 = 'A' 'B'", "Q1 = 'A' + 'B'",
])  # fmt: skip


@given(st.lists(STATEMENTS, max_size=6))
def test_what_is_read_is_what_python_would_have(statements):
    names = {}
    try:
        exec("\n".join(statements), names)
    except NameError:
        return  # a del of nothing
    read = [value for question, value in answers("\n".join(statements)) if question == "Q1"]
    assert read[-1:] in ([COMPUTED], [names["Q1"]] if "Q1" in names else [])


PIECES = st.sampled_from([
    "Q1", "Ｑ１ = ", "Q1 = ", "(Q1 := 1)",
    '"A"', "'B'", "\n", "\n    ", " ", "%", "!", "?", "#", "\\", "(", ")", "[", "]", ":", ":=",
    ";", ".", ",", "*", "if 1:", "for ", " in ", "import os as ", "del ", "lambda ", "f",
])  # fmt: skip


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=12).map("".join) | st.lists(PIECES | st.characters(), max_size=30).map("".join))
@example('Q1 = "A"  # sure?')
@example("%time Q1 = 'A'")
def test_any_cell_source(source):
    """It is read, or flagged; what Python binds to Q1 is never passed over."""
    reading = read_document("a.ipynb", notebook([code(source)]))
    assert all(value is COMPUTED or not callable(value) for _, value in reading.answers)
    try:
        bound = symtable(source, "a cell", "exec").lookup("Q1").is_assigned()
    except (SyntaxError, ValueError, KeyError):  # no Python, or no Q1 in it
        return
    assert not bound or reading.flags or any(question == "Q1" for question, _ in reading.answers)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def test_the_kits_notebooks_are_read_plainly(path):
    reading = read_document(path.name, path.read_bytes())
    assert not reading.flags and all(value is not COMPUTED for _, value in reading.answers)

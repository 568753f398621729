"""What counts as an answer in a notebook or a script: a literal at the top level, and nothing else."""

import json

import pytest
from given.submitted import code, notebook

from hw9_xai.instructor.budget import Budget
from hw9_xai.instructor.files.zips import Refused
from hw9_xai.instructor.reading import COMPUTED, LARGEST
from hw9_xai.instructor.reading import read_document as read_with


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
    "Q1 = 'A'\n" + "#" * 100_001,
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

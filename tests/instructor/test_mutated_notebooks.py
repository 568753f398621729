"""Notebooks as nobody hands them in: no crash, nothing executed, nothing written, and never a wrong point.

Each answer cell is written in some odd way whose right reading is known, between cells that mean harm, and the file
is handed in in some odd way. A hundred of them always; ten thousand with `pytest -m bench`.
"""

import codecs
import contextlib
import json
import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from submitted import RIGHT, TENTHS, code, notebook, spoilt, variable, wrong, zipped

from hw9_xai.instructor.grades import grade_student
from hw9_xai.instructor.submissions import find_students
from hw9_xai.quiz.key import State, key_for

KEY = key_for()
CANARY = "executed"
HARM = f'__import__("os").system("touch {CANARY}")'

AS_WRITTEN = [
    '{name} = "{letters}"', "{name}='{letters}'  # sure", '{name} : str = "{letters}"', '{name} = "{spread}"',
    '{name} = ("{letters}")', '{name} = other = "{lower}"', '%pip install x\n{name} = "{letters}"\n!ls\nhelp?',
    '{name} = "" \n{name} = "{letters}"', '{name} = "{letters}"\n{name} = ""', '%%time\n{name} = "{full}"',
    '{name} = "{letters}"\n' + HARM, '{name} = {listed}', "\n\n\n{name} = '''\n{letters}\n'''",
]  # fmt: skip
BLANK = [
    '# {name} = "{letters}"', '"""\n{name} = "{letters}"\n"""', '{name} = ""', '{name}: str', '{name} = None', "",
    'def f():\n    {name} = "{letters}"', '%%bash\n{name}="{letters}"', '%%html\n<script>{name} = "{letters}"</script>',
    '{name} == "{letters}"', 'lambda {name}="{letters}": 0', '["{letters}" for {name} in ()]',
    'class A:\n    {name} = "{letters}"',
]  # fmt: skip
UNREADABLE = [
    '{name} = ' + HARM, '{name} = f"{letters}"', '({name} := "{letters}")', 'if 1:\n    {name} = "{letters}"',
    '{name} = "{letters}', '{name} = "{letters}"\n\0', '{name} = "{letters}" # \ud800', '{name} = 1' + "0" * 5000,
    '{name} = ' + "(" * 3000 + ")" * 3000, '{name} = ' + "-" * 9000 + "1", '{name}, x = "{letters}", 1',
    '{name} = b"{letters}"', '{name} = "I think {letters}"', '{name} = "{letters}" + ""', '{name} = 1e999',
    '{name} = eval("{letters!r}")', '{name} = exec(open("x", "w"))', '{name} = "{letters}" if 1 else ""',
    '{name} = {{"{letters}": 1}}', 'for {name} in ["{letters}"]: pass', '{name} = "{letters}" * 1',
]  # fmt: skip
READINGS = [(AS_WRITTEN, State.CORRECT)] * 3 + [(BLANK, State.UNANSWERED), (UNREADABLE, State.UNREADABLE)]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("Q1 = 'A'"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
hostile_cells = json_values | st.sampled_from([
    code(HARM), code("import os\nos.remove('x')"), code("1/0"), code("raise SystemExit"), code("x = " + "9" * 5000),
    code("while True: pass"), code(["Q", 1, None]), code({"Q1": "A"}), code("x" * 200_000), code("[" * 90_000),
    code("\ud800\0"), {"cell_type": "markdown", "source": "Q1 = 'A'"}, {"cell_type": "raw", "source": "Q3='C'"},
    {"cell_type": "code", "source": "x", "id": "same"}, {"cell_type": "code", "input": "Q1 = 'A'"},
    code("x", outputs=[{"data": {"text/plain": "Q1 = 'A'", "image/png": "A" * 50_000}}]), code("Ｑ = 'A'"),
])  # fmt: skip


@st.composite
def written_answers(draw):  # cells, and the state that each question must get
    cells, states = [], {}
    for question in draw(st.lists(st.sampled_from(list(RIGHT)), unique=True, min_size=3, max_size=12)):
        texts, state = draw(st.sampled_from(READINGS))
        text = draw(st.sampled_from(texts))
        letters = draw(st.sampled_from([RIGHT[question], RIGHT[question], wrong(question), spoilt(question)]))
        full_width = "".join(chr(ord(letter) + 0xFEE0) for letter in letters)
        source = text.replace("{{", "{").replace("}}", "}").replace("{name}", variable(question))
        for mark, value in {
            "letters": letters, "spread": " ; ".join(letters), "lower": letters.lower(), "full": full_width,
            "listed": repr(list(letters)), "letters!r": repr(letters),
        }.items():  # fmt: skip
            source = source.replace(f"{{{mark}}}", value)
        right = letters in KEY.accepted[question]
        states[question] = State.NOT_YET if state is State.CORRECT and not right else state
        lines = source.splitlines(keepends=True)
        cells.append(code(lines if draw(st.booleans()) and "\0" not in source else source))
    return draw(st.permutations(cells + draw(st.lists(hostile_cells, max_size=4)))), states


@st.composite
def submissions(draw):  # the bytes, how they are handed in, whether they are broken, the state of each question
    cells, states = draw(written_answers())
    data = notebook(cells, extra=draw(json_values))
    damage = draw(st.sampled_from(["none"] * 6 + ["cut", "garbage", "no cells", "nul", "deep", "int"]))
    if damage == "cut":
        data = data[: draw(st.integers(0, len(data) - 1))]
    elif damage == "garbage":
        data = draw(st.binary(min_size=1, max_size=50)) + b"\x01" + data
    elif damage == "no cells":
        data = json.dumps(draw(json_values.filter(lambda value: not isinstance(value, dict)))).encode()
    elif damage == "nul":
        data = data.replace(b'"cells"', b'"ce\0lls"')
    elif damage == "deep":
        data = data[:-1] + b', "x": ' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    elif damage == "int":
        data = data[:-1] + b', "x": ' + b"9" * 100_000 + b"}"  # long, and allowed
    broken = damage not in ("none", "int")
    way = draw(st.sampled_from(["file", "folder", "zip", "zip in zip", "zip slip", "beside a bomb", "beside links"]))
    return data, way, broken, {} if broken else states


def hand_in(folder, data, way):
    if way == "file":
        (folder / "s.ipynb").write_bytes(data)
    elif way in ("folder", "beside links"):
        (folder / "s" / "in").mkdir(parents=True)
        (folder / "s" / "in" / "n.ipynb").write_bytes(data)
        if way == "beside links":
            os.symlink("/etc/passwd", folder / "s" / "a.py")
            os.symlink(folder, folder / "s" / "loop")
    else:
        files = {
            "zip": {"n.ipynb": data},
            "zip in zip": {"in.zip": zipped({"x/n.ipynb": data})},
            "zip slip": {"../../../n.ipynb": data, "/n.txt": b"", "..\\evil.txt": b""},
            "beside a bomb": {"a.ipynb": BOMB, "n.ipynb": data},
        }[way]
        (folder / "s.zip").write_bytes(zipped(files))


BOMB = bytes(20_000_001)


def never_a_wrong_point(submission):
    data, way, broken, states = submission
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "in")
        folder.mkdir()
        hand_in(folder, data, way)
        before = sorted(Path(place).rglob("*"))
        with nothing_happening():
            (entry,) = find_students(folder).items()
            grade = grade_student(entry, KEY)
        assert sorted(Path(place).rglob("*")) == before
    expected = dict.fromkeys(RIGHT, State.UNANSWERED) | states
    assert {name: verdict.state for name, verdict in grade.verdicts.items()} == expected
    assert grade.tenths == sum(TENTHS[name] for name, state in states.items() if state is State.CORRECT)
    assert grade.files == (not broken)
    assert any("n.ipynb" in one or "s.ipynb" in one for one in grade.broken) == broken


for encoding in ("cp437", "utf-8-sig", *(f"utf-{bits}{end}" for bits in (16, 32) for end in ("", "-le", "-be"))):
    codecs.lookup(encoding)  # zipfile and json import these on first use; here they must be in by then

FORBIDDEN = ("os.", "subprocess.", "socket.", "shutil.", "ctypes.", "exec", "import", "webbrowser.", "urllib.")
HARMLESS = ("os.listdir", "os.scandir", "os.fwalk", "os.walk")
watching = []


def watch(event, arguments):
    if watching:
        writes = event == "open" and not (arguments[1] or "r").startswith("r")
        if writes or (event.startswith(FORBIDDEN) and event not in HARMLESS):
            watching.append((event, arguments))


sys.addaudithook(watch)  # for good, and idle but for the moments of nothing_happening


@contextlib.contextmanager
def nothing_happening():
    """Python itself reports whatever is executed, imported, started, or opened for writing."""
    watching[:] = ["on"]
    try:
        yield
        assert watching == ["on"]
    finally:
        watching.clear()


def test_the_watch_sees_what_happens(tmp_path):
    for happening in (lambda: exec("1"), lambda: os.system("true"), lambda: open(tmp_path / "x", "w").close()):
        with pytest.raises(AssertionError), nothing_happening():
            happening()


quiet = {"deadline": None, "suppress_health_check": list(HealthCheck)}
test_a_hundred = settings(max_examples=100, **quiet)(given(submissions())(never_a_wrong_point))
test_ten_thousand = pytest.mark.bench(
    settings(max_examples=10_000, database=None, **quiet)(given(submissions())(never_a_wrong_point))
)

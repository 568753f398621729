"""The answers in a notebook or a script, read and never run: json, ast, and literals only."""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hw9_xai.instructor.files.zips import Refused

LARGEST = 20_000_000  # bytes of a file
LONGEST_CELL = 100_000  # characters of a cell that is parsed; no answer cell is longer
MOST_STRUCTURE = 2_000_000  # brackets and commas; more of them would take memory far beyond the file's size
MOST_CODE = 1_000_000  # characters of all cells of a file that name questions
COMPUTED = object()  # the value of an answer that is not written out

MENTION = re.compile(r"\bQ\d")
VARIABLE = re.compile(r"(Q\d{1,2})(?:_(\d))?")
ASSIGNMENT = re.compile(r"^[ \t]*(Q\d{1,2}(?:_\d)?)[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE)
CELL_MARK = re.compile(r"^#[ \t]*%%.*$", re.MULTILINE)
PYTHON_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")  # the rest of their cell is Python
OWN_SCOPE = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip


@dataclass
class Reading:
    answers: list[tuple[str, Any]] = field(default_factory=list)  # question and value, in the order of the cells
    flags: list[str] = field(default_factory=list)


def read_document(name: str, data: bytes) -> Reading:
    if len(data) > LARGEST:
        raise Refused("larger than 20 MB")
    sources = notebook_sources(data) if name.lower().endswith(".ipynb") else script_sources(data)
    cells = [(number, source) for number, source in enumerate(sources, 1) if MENTION.search(source)]
    if sum(len(source) for _, source in cells if len(source) <= LONGEST_CELL) > MOST_CODE:
        raise Refused("more code that names questions than any notebook has")
    reading = Reading()
    for number, source in cells:
        _read_cell(source, number, reading)
    return reading


def notebook_sources(data: bytes) -> list[str]:
    """The code cells of a notebook, whatever else is wrong with it."""
    if data.count(b"[") + data.count(b"{") + data.count(b",") > MOST_STRUCTURE:
        raise Refused("more brackets and commas than any notebook has")
    try:  # float, because a long int takes quadratic time to read
        notebook = json.loads(data, parse_int=float)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Refused(f"no complete JSON: {error.msg} at {where}") from None
    except (ValueError, RecursionError) as error:
        raise Refused(f"no JSON: {type(error).__name__}") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise Refused("JSON, but no notebook: it has no list of cells")
    return [_source(cell) for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    return "".join(line for line in lines if isinstance(line, str))


def script_sources(data: bytes) -> list[str]:
    """The cells of a percent script; a script without marks is one cell."""
    try:
        return CELL_MARK.split(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise Refused("no UTF-8") from None


def _read_cell(source: str, number: int, reading: Reading) -> None:
    if source.lstrip().startswith("%%") and not source.lstrip().startswith(PYTHON_MAGICS):
        return  # shell, HTML and the like: nothing in it is a variable of the notebook
    try:
        reading.answers += _assignments(_parse(source))
    except Refused as problem:
        names = dict.fromkeys(ASSIGNMENT.findall(source))
        reading.answers += [(question, COMPUTED) for name in names if (question := _question(name))]
        reading.flags.append(f"code cell {number} {problem}")


def _parse(source: str) -> ast.Module:
    if len(source) > LONGEST_CELL:
        raise Refused("is too long")
    for attempt in (source, _without_magics(source)):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about escapes in a student's strings
                return ast.parse(attempt)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    raise Refused("is not Python")


def _without_magics(source: str) -> str:
    """Lines only IPython understands, %pip and !ls and help?, replaced by `pass`."""
    lines = source.split("\n")
    return "\n".join(
        line[: len(line) - len(line.lstrip())] + "pass"
        if line.lstrip().startswith(("%", "!", "?")) or line.rstrip().endswith("?")
        else line
        for line in lines
    )


def _assignments(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    """Q1 = "A" at the top level counts; whatever else gives Q1 a value, a condition or a loop, is not evaluated."""
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        names = [one.id for one in targets if isinstance(one, ast.Name)]
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or len(names) < len(targets):
            yield from _computed(statement)
        elif statement.value is not None:  # Q1: str says nothing
            yield from _computed(statement.value)
            value = _literal(statement.value)
            yield from ((question, value) for name in names if (question := _question(name)))


def _computed(node: ast.AST) -> Iterator[tuple[str, Any]]:
    nodes = [node]
    while nodes:  # no recursion: a student's expression may be deep
        node = nodes.pop()
        if isinstance(node, OWN_SCOPE):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and (question := _question(node.id)):
            yield question, COMPUTED
        nodes += ast.iter_child_nodes(node)


def _literal(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        values = [one.value for one in node.elts if isinstance(one, ast.Constant)]
        return values if len(values) == len(node.elts) else COMPUTED
    return COMPUTED


def _question(variable: str) -> str | None:
    match = VARIABLE.fullmatch(variable)
    return match and ".".join(filter(None, match.groups()))

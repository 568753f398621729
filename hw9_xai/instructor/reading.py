"""The answers in a notebook or a script, read and never run: json, ast, and literals only."""

from __future__ import annotations

import ast
import json
import re
import unicodedata
import warnings
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hw9_xai.instructor.budget import LEAST_CELL, Budget, Exhausted
from hw9_xai.instructor.files.zips import Refused

LARGEST = 20_000_000  # bytes of a file
LONGEST_CELL = 100_000  # characters of a cell that is parsed; no answer cell is longer
MOST_DOTS = 100  # of one import: Python takes quadratic time and memory to read them
MOST_STRUCTURE = 1_000_000  # brackets and commas; more of them would take memory far beyond the file's size
COMPUTED = object()  # the value of an answer that is not written out

MENTION = re.compile(r"\bQ\d")
VARIABLE = re.compile(r"\b(Q\d{1,2})(?:_(\d))?\b")
CELL_MARK = re.compile(r"^#[ \t]*%%.*$", re.MULTILINE)
IMPORT = re.compile(r"\b(?:import|from)\b(?:\\\r?\n|[^\n;])*")
HELP = r"%{0,2}[\w.*\[\]]+[ \t]*\?{1,2}[ \t]*$"
MAGIC = re.compile(rf"^([ \t]*)(?:(?P<help>{HELP})|[%!?](?:\\\n|.)*)", re.MULTILINE)
PYTHON_MAGIC = re.compile(r"%%(?:time|capture|prun)\b")  # the rest of the cell runs among the notebook's variables
FOREIGN_MAGIC = re.compile(  # the rest is another language, or is not run
    r"%%(?:!|(?:bash|sh|script|system|sx|cmd|html|svg|javascript|js|latex|markdown|writefile|file|perl|ruby)\b)", re.I
)
SETTERS = {"globals", "locals", "vars", "__dict__", "__builtins__", "exec", "eval", "setattr", "get_ipython", "user_ns"}
INNER = {  # what has names of its own, and where
    ast.FunctionDef: "body", ast.AsyncFunctionDef: "body", ast.Lambda: "body", ast.ClassDef: "body",
    ast.comprehension: "target",
}  # fmt: skip


class _Narrow(dict[int, str]):
    """Each character as Python reads it in a name: a full-width Q is a Q."""

    def __missing__(self, code: int) -> str:
        narrow = unicodedata.normalize("NFKC", chr(code))
        self[code] = narrow if len(narrow) == 1 else chr(code)
        return self[code]


NARROW = _Narrow()


@dataclass
class Reading:
    answers: list[tuple[str, Any]] = field(default_factory=list)  # question and value, in the order of the cells
    flags: list[str] = field(default_factory=list)


def read_document(name: str, data: bytes, budget: Budget) -> Reading:
    if len(data) > LARGEST:
        raise Refused("larger than 20 MB")
    sources = notebook_sources(data) if name.lower().endswith(".ipynb") else script_sources(data)
    reading = Reading()
    for number, source in enumerate(sources, 1):
        narrow = source.translate(NARROW)
        if not MENTION.search(narrow):
            continue
        try:
            budget.charge(code=max(len(source) if len(source) <= LONGEST_CELL else 0, LEAST_CELL))
            reading.answers += _answers(source, narrow)
        except Refused as problem:
            reading.answers += [(question, COMPUTED) for question in _named(narrow)]
            reading.flags.append(f"code cell {number} {problem}")
        except Exhausted as problem:
            reading.flags.append(f"from code cell {number} on: {problem}")
            break
    return reading


def notebook_sources(data: bytes) -> list[str]:
    """The code cells of a notebook, whatever else is wrong with it."""
    if data.count(b"[") + data.count(b"{") + data.count(b",") > MOST_STRUCTURE:
        raise Refused("more brackets and commas than any notebook has")
    try:  # float, because a long int takes quadratic time to read
        notebook = json.loads(data, parse_int=float, object_hook=_what_counts)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Refused(f"no complete JSON: {error.msg} at {where}") from None
    except (ValueError, RecursionError) as error:
        raise Refused(f"no JSON: {type(error).__name__}") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise Refused("JSON, but no notebook: it has no list of cells")
    return [_source(cell) for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def _what_counts(read: dict[str, Any]) -> dict[str, Any]:
    """Outputs are let go while the rest is still being read."""
    return {name: read[name] for name in ("cells", "cell_type", "source") if name in read}


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


def _answers(source: str, narrow: str) -> Iterator[tuple[str, Any]]:
    """Of one cell. `Q1 = "A"` at the top level counts; whatever else binds Q1, a condition, a loop, a magic, is not
    evaluated."""
    if len(source) > LONGEST_CELL:
        raise Refused("is too long")
    if any(found[0].count(".") > MOST_DOTS for found in IMPORT.finditer(source)):
        raise Refused("imports a name longer than any")
    if narrow.lstrip().startswith("%%"):
        first = narrow.lstrip().partition("\n")[0]
        yield from ((question, COMPUTED) for question in _named(first))  # %%capture Q1
        if FOREIGN_MAGIC.match(first):
            return
        if not PYTHON_MAGIC.match(first):
            raise Refused("starts with a magic that may do anything")
        source = source.lstrip().partition("\n")[2]
    for statement in (_parsed(source) or _parsed_without_magics(source)).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        names = [one.id for one in targets if isinstance(one, ast.Name)]
        plain = isinstance(statement, ast.Assign | ast.AnnAssign) and len(names) == len(targets)
        beside = [*ast.iter_child_nodes(statement)][len(targets) :] if plain else [statement]
        yield from ((question, COMPUTED) for question in _bound(beside))
        if plain and (value := getattr(statement, "value", None)):  # Q1: str says nothing
            yield from ((question, _literal(value)) for name in names for question in _named(name))


def _parsed(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes in a student's strings
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parsed_without_magics(source: str) -> ast.Module:
    """Lines that only IPython understands, %pip and !ls and help?, do nothing here; what they name is lost."""
    ends, left_out = [end.start() for end in re.finditer("\n", source)], set()

    def replaced(magic: re.Match[str]) -> str:
        if magic[0].lstrip().startswith("%%"):
            raise Refused("has a cell magic inside")
        left_out.add(bisect_left(ends, magic.start()) + 1)
        lost = "" if magic["help"] else ", ".join(name[0] for name in VARIABLE.finditer(magic[0].translate(NARROW)))
        return magic[1] + (f"del {lost}" if lost else "pass") + "\n" * magic[0].count("\n")

    tree = _parsed(MAGIC.sub(replaced, source))
    if tree is None:
        raise Refused("is not Python")
    if left_out - {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Pass | ast.Delete)}:
        raise Refused("has what looks like a magic inside a text or an expression")
    return tree


def _bound(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Questions that get or lose their value there, or may: exec("Q1 = 'A'")."""
    waiting, texts, anything_goes = [(node, False) for node in nodes], [], False
    while waiting:  # no recursion: a student's expression may be deep
        node, is_inner = waiting.pop()
        for place, value in ast.iter_fields(node):
            inner = is_inner or place == INNER.get(type(node))
            waiting += [
                (one, inner) for one in (value if isinstance(value, list) else [value]) if isinstance(one, ast.AST)
            ]
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            anything_goes |= (node.id if isinstance(node, ast.Name) else node.attr) in SETTERS
        elif isinstance(node, ast.Constant | ast.keyword):
            texts.append(node.arg if isinstance(node, ast.keyword) else node.value)
        elif isinstance(node, ast.Global):
            yield from _named(" ".join(node.names))
        elif isinstance(node, ast.Attribute):
            yield from _named(node.attr)  # __main__.Q1 = "A"
        elif not is_inner:
            bound = [getattr(node, place, None) for place in ("id", "name", "asname", "rest")]
            yield from _named(" ".join(one for one in bound if isinstance(one, str)))
    if anything_goes:
        yield from _named(" ".join(repr(one) for one in texts if isinstance(one, str | bytes)).translate(NARROW))


def _literal(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        values = [one.value for one in node.elts if isinstance(one, ast.Constant)]
        return values if len(values) == len(node.elts) else COMPUTED
    return COMPUTED


def _named(text: str) -> dict[str, None]:
    return dict.fromkeys(".".join(filter(None, name.groups())) for name in VARIABLE.finditer(text))

"""Answers and explanations that are not read by accident: zlib and base64. This stops peeking, not an attack.

To edit them:   python -m hw9_xai.quiz.sealed open questions.yaml    ... edit ...
                python -m hw9_xai.quiz.sealed close questions.yaml
"""

from __future__ import annotations

import base64
import re
import sys
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

ENTRY = re.compile(r"    (key|kit|[A-F]): (.+)")


def seal(text: str, salt: str) -> str:
    """The salt, the question's id, makes equal answers look different."""
    return base64.b64encode(zlib.compress(f"{salt} {text}".encode(), 9)).decode()


def unseal(sealed: str) -> str:
    return zlib.decompress(base64.b64decode(sealed, validate=True)).decode().split(" ", 1)[1]


def close(yaml: str) -> str:
    return _rewrite(yaml, "open", "sealed", seal)


def open_(yaml: str) -> str:
    return _rewrite(yaml, "sealed", "open", lambda text, salt: unseal(text))


def with_kit_key(yaml: str, answers: Mapping[str, str]) -> str:
    """The bank with these answers, letters by question, as the kit's own key."""
    lines, question = [], ""
    for line in yaml.splitlines():
        if line.startswith("- id: "):
            question = line.removeprefix("- id: ")
        if line.startswith("    kit: "):
            continue  # measured before
        lines.append(line)
        if line.startswith("    key: ") and question in answers:
            lines.append(f"    kit: {seal(f'[{answers[question]}]', question)}")
    return "\n".join(lines) + "\n"


def _rewrite(yaml: str, old: str, new: str, change: Callable[[str, str], str]) -> str:
    """Line by line, so that comments and layout stay as they are."""
    lines, question, inside = [], "", False
    for line in yaml.splitlines():
        if line.startswith("- id: "):
            question = line.removeprefix("- id: ")
        if not line.startswith("    "):
            inside = line == f"  {old}:"
        if line == f"  {old}:":
            line = f"  {new}:"
        elif inside and (entry := ENTRY.fullmatch(line)):
            line = f"    {entry[1]}: {change(entry[2], question)}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    if len(arguments) != 2 or arguments[0] not in ("open", "close"):
        print("usage: python -m hw9_xai.quiz.sealed open|close questions.yaml", file=sys.stderr)
        return 2
    file = Path(arguments[1])
    change = open_ if arguments[0] == "open" else close
    file.write_text(change(file.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

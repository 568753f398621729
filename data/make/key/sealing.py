"""The bank's answers and explanations, open for editing, closed for everyone else."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from hw9_xai.quiz.sealed import seal, unseal

ENTRY = re.compile(r"    (key|kit|[A-F]): (.+)")


def sealed(yaml: str) -> str:
    return _rewrite(yaml, "open", "sealed", seal)


def unsealed(yaml: str) -> str:
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

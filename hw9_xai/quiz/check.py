"""The self-check in a notebook: four states, a hint, and the explanation once the answer is right."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from html import escape
from typing import Any

from hw9_xai.assets import edition_in_use
from hw9_xai.output import printable
from hw9_xai.quiz.answers import plain_text
from hw9_xai.quiz.bank import Question, load_bank
from hw9_xai.quiz.key import Key, State, Verdict, key_for, points

LONGEST_ECHO = 60  # characters of what the student wrote
MARKS = {State.UNANSWERED: "○", State.UNREADABLE: "?", State.NOT_YET: "✗", State.CORRECT: "✓"}
COLOURS = {State.UNANSWERED: "#8a8a8a", State.UNREADABLE: "#c77700", State.NOT_YET: "#d7263d", State.CORRECT: "#00a651"}


@dataclass(frozen=True)
class Note:
    """A few lines that show as HTML in a notebook and as text elsewhere."""

    lines: tuple[str, ...]
    colour: str = COLOURS[State.UNANSWERED]

    def __repr__(self) -> str:
        return "\n".join(self.lines)

    def _repr_html_(self) -> str:
        head, *rest = (escape(line) for line in self.lines)
        body = "".join(f"<div>{line}</div>" for line in rest)
        style = f"border-left:4px solid {self.colour};padding:.2em .8em;white-space:pre-wrap;overflow-wrap:anywhere"
        return f'<div style="{style}"><strong>{head}</strong>{body}</div>'


@dataclass(frozen=True, repr=False)
class Check(Note):
    state: State = State.UNANSWERED
    letters: str = ""


def check(question: str, answer: Any, *, edition: str | None = None) -> Check:
    """Is this the answer? Shows one of: unanswered, unreadable, not yet, correct. No answer makes it fail.

    `edition`: which pictures are asked about, "kit" or "course"; those in use unless given.

    >>> check("Q17", "a").state.value
    'not yet'
    """
    edition = edition or edition_in_use()
    key, found = key_for(edition), find(question, edition)
    if found is None:
        return Check(_no_such(question), COLOURS[State.UNREADABLE], State.UNREADABLE)
    verdict = key.judge(found, answer)
    head, *rest = _lines(found, verdict, key)
    lines = (f"{MARKS[verdict.state]} {found.id} · {head}", *rest)
    return Check(lines, COLOURS[verdict.state], verdict.state, verdict.letters)


def hint(question: str, *, edition: str | None = None) -> Note:
    """Where to look: the cell whose output decides.

    >>> hint("Q1")
    Q1 · hint 提示
    01_lime: ...
    """
    found = find(question, edition or edition_in_use())
    return Note(_no_such(question) if found is None else (f"{found.id} · hint 提示", found.hint.en, found.hint.zh))


def find(question: Any, edition: str) -> Question | None:
    """By id, written as "Q23.1", "q23_1" or "Ｑ２３．１"."""
    text = plain_text(question)
    if text is None or len(text) > LONGEST_ECHO:
        return None
    name = unicodedata.normalize("NFKC", text).strip().upper().replace("_", ".")
    return load_bank(edition).questions.get(name)


def _lines(question: Question, verdict: Verdict, key: Key) -> list[str]:
    if verdict.state is State.UNANSWERED:
        return ["unanswered 尚未作答"]
    if verdict.state is State.UNREADABLE:
        return [
            "unreadable 看不懂",
            f'Write letters of {", ".join(question.options)}, such as "A" or "AC"; got {_echo(verdict.problem)}.',
            f'請寫 {"、".join(question.options)} 中的字母，例如 "A" 或 "AC"。',
        ]
    if verdict.state is State.NOT_YET:
        ask = f'xai.hint("{question.id}")'
        return [
            f"not yet 還不對：{verdict.letters}",
            f"{ask} names the output that decides. {ask} 會告訴你該看哪個輸出。",
        ]
    lines = [f"correct 答對了：{verdict.letters} · {points(key.tenths[question.id])} points 分"]
    for letter, option in question.options.items():
        other = any(letter in answer for answer in key.accepted[question.id])
        mark = "✓" if letter in verdict.letters else "(✓)" if other else "✗"
        lines += [
            f"{mark} {letter} · {option.text.zh} · {option.text.en}",
            f"      {option.why.zh}",
            f"      {option.why.en}",
        ]
    if len(key.accepted[question.id]) > 1:
        lines.append(f"accepted 都算對：{', '.join(key.accepted[question.id])}")
    return [*lines, f"key 答案來源：{key.source.zh} · {key.source.en}"]


def _no_such(question: Any) -> tuple[str, ...]:
    text = plain_text(question)
    shown = f"a value of type {type(question).__name__}" if text is None else f'"{text}"'
    return (
        f"? no such question 沒有這一題：{_echo(shown)}",
        'Questions are "Q1" to "Q30"; 23 and 28 are "Q23.1", "Q23.2", "Q28.1", "Q28.2".',
        '題號為 "Q1" 到 "Q30"；第 23、28 題為 "Q23.1"、"Q23.2"、"Q28.1"、"Q28.2"。',
    )


def _echo(text: str) -> str:
    """What a student wrote, cut short, and without what a screen cannot show."""
    return printable(text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO] + "…")

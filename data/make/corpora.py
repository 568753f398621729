"""Write the held-out texts that the kit ships, from the grammars: python -m data.make.corpora

story.tsv         sentences to search: words, and a universal part of speech per word
coreference.jsonl pronouns with the mentions before them, and which one is meant
questions.jsonl   questions of every kind on short texts, with the answer's characters; first the homework's three
apples.tsv        Chinese sentences with 蘋果: the sense, and the place of 果
No sentence of story.tsv and apples.tsv is ever trained on, and no whole text of the other two.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from data.make.grammar import chinese, english, questions
from data.make.grammar.questions import Question
from data.make.grammar.text import Mention, Text, is_held_out, join_words, sentence_is_held_out

CORPORA = Path(__file__).resolve().parent.parent / "corpora"
SEED = 9
# So few of the pronouns mean the nearest mention: recency must not pass for understanding.
NEAREST_IS_RIGHT = 0.4


def stories(rng: random.Random, count: int) -> Iterator[str]:
    seen = set()
    while len(seen) < count:
        text = english.draw_sentence(rng) if rng.random() < 0.97 else questions.draw_question(rng).context
        for words, pos in text.sentences():
            row = f"{' '.join(words)}\t{' '.join(pos)}"
            if sentence_is_held_out(words) and row not in seen:
                seen.add(row)
                yield row


def coreferences(rng: random.Random, count: int) -> Iterator[str]:
    wanted = {True: round(count * NEAREST_IS_RIGHT), False: count - round(count * NEAREST_IS_RIGHT)}
    while any(wanted.values()):
        text = english.draw_sentence(rng)
        if not is_held_out(text):
            continue
        for pronoun, antecedent in text.links:
            rivals = _mentioned_before(text, pronoun)
            nearest = antecedent is rivals[-1]
            if len(rivals) > 1 and wanted[nearest]:
                wanted[nearest] -= 1
                yield json.dumps(
                    {
                        "words": text.words,
                        "pronoun": pronoun.start,
                        "mentions": [[m.start, m.end] for m in rivals],
                        "antecedent": rivals.index(antecedent),
                    }
                )
                break


def _mentioned_before(text: Text, pronoun: Mention) -> list[Mention]:
    """The latest mention by name of each entity, in the order of the text."""
    latest = {id(m.entity): m for m in text.mentions if not m.is_pronoun and m.start < pronoun.start}
    return sorted(latest.values(), key=lambda m: m.start)


def asked(rng: random.Random, per_kind: int) -> Iterator[str]:
    for item in questions.homework_questions():
        yield _as_json(item, homework=True)
    wanted = dict.fromkeys(questions.KINDS, per_kind)
    while any(wanted.values()):
        item = questions.held_out_question(rng)
        if wanted[item.kind]:
            wanted[item.kind] -= 1
            yield _as_json(item, homework=False)


def _as_json(item: Question, homework: bool) -> str:
    first, end = item.answer
    start = len(join_words([*item.context.words[:first], "x"])) - 1
    row = {
        "kind": item.kind,
        "homework": homework,
        "question": str(item.question),
        "context": str(item.context),
        "answer": join_words(item.context.words[first:end]),
        "start": start,
    }
    return json.dumps(row)


def apples(rng: random.Random, count: int) -> Iterator[str]:
    seen = set()
    while len(seen) < count:
        sentence = chinese.held_out_apple(rng)
        if sentence.text not in seen:
            seen.add(sentence.text)
            yield f"{sentence.text}\t{sentence.sense}\t{sentence.text.index('蘋果') + 1}"


def main() -> None:
    CORPORA.mkdir(exist_ok=True)
    written = {
        "story.tsv": stories(random.Random(SEED), 5500),
        "coreference.jsonl": coreferences(random.Random(SEED), 300),
        "questions.jsonl": asked(random.Random(SEED), 40),
        "apples.tsv": apples(random.Random(SEED), 200),
    }
    for name, rows in written.items():
        (CORPORA / name).write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

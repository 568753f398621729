"""Options for the questions whose options name pictures, layers, heads or amounts: chosen by what was measured, so that
one of them is right by a clear margin. It takes the official key's letter, as the explanations go by letter."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from data.make.key.claims import decide, lead
from data.make.key.evidence import measure_of
from data.make.key.exhibits import SEEDS, Exhibits, Unmeasurable
from data.make.key.measures.attention import (
    FUNCTIONS,
    POLICE,
    best_head,
    chances_of_pronouns,
    coreference_of_heads,
    heads,
    masked_word,
    nearest_tokens,
    settles,
    starts_at,
)
from data.make.key.measures.embedding_visualization import answering
from data.make.key.measures.smoothgrad import emphasis_moved
from hw9_xai.quiz.bank import Bilingual, Option, Question, load_bank

APART = 0.15  # two amounts nearer than this would be hard to tell from a figure
CLEARLY_WORSE = 0.2  # in lead
SHOWN = 8  # of the choices that a question's text has


Chooser = Callable[[Question, Exhibits, int], dict[str, Bilingual]]  # to a text for each letter


@dataclass(frozen=True)
class Proposal:
    question: Question  # with the proposed options
    margin: float

    def __str__(self) -> str:
        course = load_bank("course").questions[self.question.id].options
        rows = [
            f"    {letter}: {{kit: {_yaml(option.text)}, course: {_yaml(course[letter].text)}}}"
            for letter, option in self.question.options.items()
        ]
        return "\n".join([f"{self.question.id}, margin {self.margin:+.2f}", *rows])


def _yaml(text: Bilingual) -> str:
    return f'{{en: "{text.en}", zh: "{text.zh}"}}'


def propose(exhibits: Exhibits, seed: int = 0) -> list[Proposal | Unmeasurable]:
    questions = load_bank(exhibits.edition).questions
    return [_proposal(questions[name], choose, exhibits, seed) for name, choose in CHOOSERS.items()]


def _proposal(question: Question, choose: Chooser, exhibits: Exhibits, seed: int) -> Proposal | Unmeasurable:
    try:
        texts = choose(question, exhibits, seed)
        options = {letter: Option(texts[letter], option.why) for letter, option in question.options.items()}
        proposed = replace(question, options=options)
        answer, margin = decide(measure_of(proposed)(proposed, exhibits, seed).claims, question.choose)
    except Unmeasurable as problem:
        return Unmeasurable(f"{question.id}: {problem}")
    if answer != question.official[0]:
        return Unmeasurable(
            f"{question.id}: not {texts[question.official[0]].en} but {texts[answer].en} turns out best"
        )
    return Proposal(proposed, margin)


def _arranged(question: Question, right: Bilingual, wrong: Sequence[Bilingual]) -> dict[str, Bilingual]:
    """The right one at the official letter, the first of the others in any order around it."""
    count = len(question.options) - 1
    if len(wrong) < count:
        raise Unmeasurable(f"only {len(wrong)} options are clearly worse than: {right.en}")
    rest = iter(random.Random(question.id).sample(wrong[:count], count))
    return {letter: right if letter == question.official[0] else next(rest) for letter in question.options}


def pictures_of_moved_emphasis(question: Question, exhibits: Exhibits, seed: int) -> dict[str, Bilingual]:
    """Two statements that are plainly wrong: the same emphasis where it moves most, another where it moves least."""
    moved = {picture: emphasis_moved(exhibits, seed, picture) for picture in range(len(exhibits.pictures))}
    chosen = {"A": max(moved, key=moved.__getitem__), "D": min(moved, key=moved.__getitem__)}
    texts = {letter: option.text for letter, option in question.options.items()}
    for letter, picture in chosen.items():
        texts[letter] = Bilingual(*(re.sub(r"\d", str(picture), one) for one in (texts[letter].en, texts[letter].zh)))
    return texts


def layers_of_takeover(question: Question, exhibits: Exhibits, seed: int) -> dict[str, Bilingual]:
    """Where the masked word's part of speech takes over, among the layers around it."""
    leads = nearest_tokens(exhibits, seed, masked_word(question)).leads
    settled = settles(leads)
    if not settled:
        raise Unmeasurable("the masked word's part of speech takes over in no layer, or is there from the start")
    others = sorted((layer for layer in range(1, len(leads)) if layer != settled), key=lambda one: abs(one - settled))
    return _arranged(question, _layer(settled), [_layer(layer) for layer in others])


def falls_of_he(question: Question, exhibits: Exhibits, seed: int) -> dict[str, Bilingual]:
    """The fall itself, among a certain one, none, and what is left of the probability."""
    before, after = (chances_of_pronouns(exhibits, *masked)["he"] for masked in (("she",), ("she", "officer")))
    right = round(before - after, 2)
    amounts = [right]
    for amount in (0.99, round(after, 2), 0.01, 0.5, 0.25, 0.75, 0.33, 0.67):
        if all(abs(amount - other) >= APART for other in amounts):
            amounts.append(amount)
    return _arranged(question, _amount(right), [_amount(amount) for amount in amounts[1:]])


def heads_of_coreference(question: Question, exhibits: Exhibits, seed: int) -> dict[str, Bilingual]:
    """The best head of all, among heads of the same number in the layers nearest to it that are clearly worse."""
    accuracy = coreference_of_heads(exhibits, seed).accuracy
    layer, head = divmod(int(accuracy.argmax()), accuracy.shape[1])
    near = sorted(
        ((l, h) for l in range(accuracy.shape[0]) for h in range(accuracy.shape[1])),
        key=lambda one: (one[1] != head, abs(one[0] - layer), abs(one[1] - head)),
    )
    worse = [one for one in near if lead(float(accuracy[layer, head]), float(accuracy[one])) >= CLEARLY_WORSE]
    return _arranged(question, _head(layer, head), [_head(*one) for one in worse])


def layers_of_the_answer(question: Question, exhibits: Exhibits, seed: int) -> dict[str, Bilingual]:
    """Where the answer stands farthest apart, among layers at equal steps from it."""
    apart = answering(exhibits, seed)["answer apart"][1:]
    best = int(apart.argmax())
    wrong = len(question.options) - 1
    step = len(apart) // (wrong + 1)
    others = [(best - k * step) % len(apart) for k in range(1, wrong + 1)]
    return _arranged(question, _layer(best + 1), [_layer(layer + 1) for layer in others])


# --- where the question's own text has to change ---------------------------------------------------------------------


def words_to_mask(exhibits: Exhibits) -> str:
    """For Q22: where each word's part of speech takes over for good, with the smallest margin of all seeds."""
    words = re.findall(r"\w+", POLICE)
    rows = []
    for word in words:
        if words.count(word) > 1:
            continue
        try:
            leads = [nearest_tokens(exhibits, seed, word).leads for seed in SEEDS]
        except Unmeasurable:
            continue
        if settled := settles(leads[0]):
            margin = min(starts_at(one, settled) for one in leads)
            rows.append((margin, f"{word}: layer {settled}, {margin:+.2f}"))
    return f"Q22 by masked word: {'; '.join(row for _, row in sorted(rows, reverse=True)) or 'none takes over'}"


def heads_to_ask(exhibits: Exhibits, seed: int = 0) -> str:
    """For Q21: which functions are found among the heads of one number, and of one layer, the clearest first."""
    layers, count = heads(exhibits, seed).entropy.shape
    asked = [(None, head) for head in range(1, count + 1)] + [(layer, None) for layer in range(1, layers + 1)]
    rows = []
    for layer, head in asked:
        claims = {letter: best_head(exhibits, seed, name, layer, head).claim for letter, name in FUNCTIONS.items()}
        answer, margin = decide(claims, "any")
        name = f"head {head} in each layer" if layer is None else f"heads of layer {layer}"
        rows.append((margin, f"{name}: {answer}, {margin:+.2f}"))
    return f"Q21 by heads: {'; '.join(row for _, row in sorted(rows, reverse=True)[:SHOWN])}"


def _layer(layer: int) -> Bilingual:
    return Bilingual(f"Layer {layer}", f"第 {layer} 層")


def _head(layer: int, head: int) -> Bilingual:
    return Bilingual(f"Layer {layer + 1}, head {head + 1}", f"第 {layer + 1} 層 head {head + 1}")


def _amount(amount: float) -> Bilingual:
    return Bilingual(f"About {amount:.2f}", f"大約 {amount:.2f}")


CHOOSERS: dict[str, Chooser] = {
    "Q11": pictures_of_moved_emphasis,
    "Q22": layers_of_takeover, "Q23.2": falls_of_he, "Q24": heads_of_coreference, "Q25": layers_of_the_answer,
}  # fmt: skip

"""Q25 to Q27: what becomes of a question, its context and the answer, layer by layer."""

from __future__ import annotations

import random

import torch
from torch import Tensor

from data.make.key.claims import Measured, numbers_in, ranked, winner
from data.make.key.exhibits import Exhibits, Unmeasurable, once
from hw9_xai.bert.hidden import hidden_states, layer_numbers
from hw9_xai.bert.neighbours import relations
from hw9_xai.bert.questions import load_questions
from hw9_xai.quiz.bank import Question

QUESTIONS = 60


@once
def answering(exhibits: Exhibits, seed: int) -> dict[str, Tensor]:  # (L+1,) each, the mean over questions
    """What becomes of a question and its context: the homework's three, and others of the kit's."""
    every = load_questions()
    homework, others = [one for one in every if one.homework], [one for one in every if not one.homework]
    rows: dict[str, list[Tensor]] = {"answer apart": [], "own sentence": [], "told apart": []}
    for one in homework + random.Random(seed).sample(others, min(len(others), QUESTIONS - len(homework))):
        states = hidden_states(exhibits.bert("qa"), one.question, one.context, one.span)
        numbers = layer_numbers(states)
        rows["answer apart"].append(numbers.answer_distance)
        rows["own sentence"].append(relations(states))
        rows["told apart"].append(numbers.question_to_answer_sentence - numbers.question_to_other_sentences)
    return {name: torch.stack(values).nanmean(0) for name, values in rows.items()}


def best_layers(question: Question, values: Tensor, what: str, *, climb: bool = False) -> Measured:
    """Which of the layers that the options name has the largest value: one layer, or the mean from one to another; or
    over which of them it climbs most, from the layer before the first to the last."""
    spans = {letter: [int(number) for number in numbers_in(option)] for letter, option in question.options.items()}
    if max(map(max, spans.values())) >= len(values):
        raise Unmeasurable(f"the model has {len(values) - 1} layers, and an option names another")
    means = {
        letter: float(values[span[-1]] - values[span[0] - 1] if climb else values[span[0] : span[-1] + 1].mean())
        for letter, span in spans.items()
    }
    first, second = ranked(means)[:2]
    layers = {letter: question.options[letter].text for letter in (first, second)}
    return Measured(
        winner(means),
        {question.options[letter].text.en.lower(): value for letter, value in means.items()},
        f"{what}: {layers[first].en.lower()} {means[first]:.2f}, next {layers[second].en.lower()} "
        f"{means[second]:.2f}; the lowest {min(means.values()):.2f}.",
    )


def q25(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """The distance of the answer to the rest over the mean distance, in the layers that the options name."""
    what = f"Distance of the answer to the rest over the mean distance, in {QUESTIONS} questions"
    return best_layers(question, answering(exhibits, seed)["answer apart"], what)


def q26(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """How far the question's cosine with the sentence that holds the answer lies from that with others, whichever is
    nearer: what counts is that the model treats the two unlike each other."""
    what = "Cosine of the question with the sentence that holds the answer and with others, how far the two lie apart"
    return best_layers(question, answering(exhibits, seed)["told apart"].abs(), what)


def q27(question: Question, exhibits: Exhibits, seed: int) -> Measured:
    """How far the cosine of words of one sentence, about the mean, less that of words of two, climbs over the layers:
    they are gathered where it climbs, and lie together from there on."""
    what = "How far the cosine of words of one sentence less that of two climbs over the layers"
    return best_layers(question, answering(exhibits, seed)["own sentence"], what, climb=True)


MEASURES = {"Q25": q25, "Q26": q26, "Q27": q27}

"""Words brought together, on states made by hand: directions for who belongs to whom."""

import pytest
import torch

from hw9_xai.bert.hidden import HiddenStates
from hw9_xai.bert.relations import relations

# Question: who ran ; context: ann ran home . | bob sat still .     the answer is ann
TOKENS = ("who", "ran", "ann", "ran", "home", ".", "bob", "sat", "still", ".")
SEGMENTS = (0, 0, 1, 1, 1, 1, 1, 1, 1, 1)


def hidden(directions, answer=(2,)):
    """One layer; a token's state is the unit vector of its direction, plus one that all share."""
    states = torch.eye(max(directions) + 1)[list(directions)] + 5.0
    return HiddenStates(states[None], TOKENS, SEGMENTS, (False,) * len(TOKENS), answer)


def test_words_of_one_sentence():
    of_sentences = relations(hidden([0, 0, 1, 1, 1, 1, 2, 2, 2, 2])).sentence
    assert of_sentences > 1.2  # 1 within; below 0 between, about the mean
    crossed = relations(hidden([0, 0, 1, 2, 1, 2, 1, 2, 1, 2])).sentence
    assert crossed < 0.1


@pytest.mark.parametrize("home, still, sign", [(0, 1, 1), (1, 0, -1)])
def test_the_question_and_what_answers_it(home, still, sign):
    found = relations(hidden([0, 0, 2, 1, home, 1, 1, 1, still, 1])).question
    assert float(found) * sign > 0.3


def test_the_answer_and_shared_words_play_no_part():
    base = relations(hidden([0, 0, 1, 1, 0, 1, 1, 1, 1, 1])).question
    shared = hidden([0, 0, 1, 1, 0, 1, 1, 1, 1, 1])
    cosines_with_themselves = shared.states.clone()
    cosines_with_themselves[0, [2, 3]] = cosines_with_themselves[0, [3, 2]]  # the answer and "ran" change places
    moved = HiddenStates(cosines_with_themselves, *list(vars(shared).values())[1:])
    assert relations(moved).question == pytest.approx(float(base))


def test_nothing_to_compare_is_no_number():
    one = HiddenStates(torch.rand(2, 4, 3), ("who", "?", "ann", "."), (0, 0, 1, 1), (False,) * 4, (2,))
    assert relations(one).sentence.isnan().all() and relations(one).question.isnan().all()


def test_without_an_answer():
    with pytest.raises(ValueError, match=r"^hidden: expected states of a question, a context and an answer"):
        relations(hidden([0] * 10, answer=()))


def test_a_table():
    assert "own sentence" in str(relations(hidden([0, 0, 1, 1, 1, 1, 2, 2, 2, 2])))

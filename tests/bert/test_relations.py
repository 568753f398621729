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
    of_sentences = relations(hidden([0, 0, 1, 1, 1, 1, 2, 2, 2, 2]))
    assert of_sentences > 1.2  # 1 within; below 0 between, about the mean
    crossed = relations(hidden([0, 0, 1, 2, 1, 2, 1, 2, 1, 2]))
    assert crossed < 0.1


def test_one_sentence_has_nothing_to_be_compared_with():
    one = HiddenStates(torch.rand(2, 4, 3), ("who", "?", "ann", "."), (0, 0, 1, 1), (False,) * 4, (2,))
    assert relations(one).isnan().all()


def test_without_a_context():
    alone = HiddenStates(torch.rand(2, 2, 3), ("who", "?"), (0, 0), (False,) * 2, ())
    with pytest.raises(ValueError, match=r"^hidden: expected states of a question and its context"):
        relations(alone)

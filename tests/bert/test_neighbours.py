import pytest
import torch
from berts import tiny_qa

from hw9_xai.bert.hidden import HiddenStates, hidden_states
from hw9_xai.bert.neighbours import neighbours, relations

TOKENS = ("[CLS]", "who", "cat", "[SEP]", "the", "cat", ".", "The", "dog", ".", "[SEP]")
SEGMENTS = (0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1)
PLAIN = ("who", "cat", "the", "cat", ".", "The", "dog", ".")


def states(*pairs):
    """One layer in which the members of each pair share a direction that no other token has."""
    vectors = torch.eye(len(PLAIN))
    for a, b in pairs:
        vectors[b] = vectors[a] + 0.1 * vectors[b]
    vectors[[2, 5]] += 0.05 * vectors[[3, 6]]  # without their twin, the and The are nearest to what they precede
    whole = torch.zeros(1, len(TOKENS), len(PLAIN))
    whole[0, [i for i, token in enumerate(TOKENS) if token[0] != "["]] = vectors
    return HiddenStates(whole, TOKENS, SEGMENTS, tuple(token[0] == "[" for token in TOKENS), ())


def test_kinds_of_neighbours_by_hand():
    found = neighbours(states((0, 1), (2, 5), (3, 4), (6, 7)))
    assert found.tokens == PLAIN
    assert found.nearest[0].tolist() == [1, 0, 3, 4, 3, 6, 7, 6]
    assert found.shares["same word"].tolist() == [pytest.approx(2 / 6)]  # the and The, of cat cat the The . .
    assert found.shares["same sentence"].tolist() == [1]
    assert found.shares["other text"].tolist() == [0]
    assert found.beside(6, 0) == "." and found.beside(0, 0) == "cat"


def test_the_same_word_is_passed_over():
    found = neighbours(states((1, 3), (0, 2), (4, 7), (5, 6)))
    assert found.shares["same word"].tolist() == [pytest.approx(4 / 6)]
    assert found.nearest[0, [0, 2, 5, 6]].tolist() == [2, 0, 6, 5]
    assert found.nearest[0, 1] != 3 and found.nearest[0, 4] != 7


def test_chance_is_the_share_of_candidates():
    chance = neighbours(states((0, 1))).chance
    assert chance["same word"] == pytest.approx(1 / 7)
    # the cat . and The dog . : two others in the sentence, of the 7 - 1 or, for dog, 7 that are another word
    assert chance["same sentence"] == pytest.approx((5 * 2 / 6 + 2 / 7) / 6)
    # who: 6 of 7; question's cat: 5 of 6; context: 2 of 6, for its cat 1 of 6, for dog 2 of 7
    assert chance["other text"] == pytest.approx((6 / 7 + 5 / 6 + 4 * 2 / 6 + 1 / 6 + 2 / 7) / 8)


def test_every_layer_of_a_real_model():
    hidden = hidden_states(tiny_qa(), "who sleeps ?", "the dog sleeps . a wolf is kind .")
    found = neighbours(hidden)
    count = len(found.tokens)
    assert found.nearest.shape == (5, count) and "[SEP]" not in found.tokens
    assert (found.nearest != torch.arange(count)).all()
    assert "other text" in str(found) and "by chance" in str(found)


def test_without_a_context_there_is_nothing_to_say():
    with pytest.raises(ValueError, match="hidden: expected states of a question and its context"):
        neighbours(hidden_states(tiny_qa(), "who sleeps ?"))


# Question: who ran ; context: ann ran home . | bob sat still .     the answer is ann
RAN = ("who", "ran", "ann", "ran", "home", ".", "bob", "sat", "still", ".")
OF_RAN = (0, 0, 1, 1, 1, 1, 1, 1, 1, 1)


def directed(directions, answer=(2,)):
    """One layer; a token's state is the unit vector of its direction, plus one that all share."""
    states = torch.eye(max(directions) + 1)[list(directions)] + 5.0
    return HiddenStates(states[None], RAN, OF_RAN, (False,) * len(RAN), answer)


def test_words_of_one_sentence():
    of_sentences = relations(directed([0, 0, 1, 1, 1, 1, 2, 2, 2, 2]))
    assert of_sentences > 1.2  # 1 within; below 0 between, about the mean
    crossed = relations(directed([0, 0, 1, 2, 1, 2, 1, 2, 1, 2]))
    assert crossed < 0.1


def test_one_sentence_has_nothing_to_be_compared_with():
    one = HiddenStates(torch.rand(2, 4, 3), ("who", "?", "ann", "."), (0, 0, 1, 1), (False,) * 4, (2,))
    assert relations(one).isnan().all()


def test_without_a_context():
    alone = HiddenStates(torch.rand(2, 2, 3), ("who", "?"), (0, 0), (False,) * 2, ())
    with pytest.raises(ValueError, match=r"^hidden: expected states of a question and its context"):
        relations(alone)

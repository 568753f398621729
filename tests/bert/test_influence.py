import math

import pytest
import torch
from given.berts import leaves_no_trace, tiny_bert, tiny_qa

from hw9_xai.bert.influence import influence
from hw9_xai.bert.prediction import predict_masked

TEXT = "Emily is kind because she sleeps ."


def test_is_what_hiding_one_word_more_does_to_the_probability():
    bert = tiny_bert()
    found = influence(bert, TEXT, "she")
    alone = predict_masked(bert, TEXT, "she", top=1)[found.position].top[0]
    assert (found.predicted, found.probability) == (alone.token, pytest.approx(alone.probability))
    assert found.tokens[found.position] == "[MASK]"
    for word in ("Emily", "because", "."):
        both = predict_masked(bert, TEXT, ["she", word], watch=[found.predicted])
        i = found.tokens.index(word)
        expected = found.probability - both[found.position].watched[0].probability
        assert found.drop[i].item() == pytest.approx(expected, abs=1e-6)


def test_special_tokens_and_the_place_itself_have_none():
    found = influence(tiny_bert(), TEXT, "she")
    without = [0, found.position, len(found.tokens) - 1]
    assert [i for i, drop in enumerate(found.drop.tolist()) if math.isnan(drop)] == without
    assert sorted([*found.others, *without]) == list(range(len(found.tokens)))


def test_of_any_token_of_the_vocabulary():
    bert = tiny_bert()
    found = influence(bert, TEXT, "she", watch="dog")
    assert found.predicted == "dog"
    expected = predict_masked(bert, TEXT, "she", watch=["dog"])[found.position].watched[0].probability
    assert found.probability == pytest.approx(expected)
    with pytest.raises(ValueError, match="watch: expected tokens"):
        influence(bert, TEXT, "she", watch="unheard-of")


def test_wrong_arguments_are_told():
    with pytest.raises(ValueError, match="masked: expected one token"):
        influence(tiny_bert(), TEXT, ["she", "kind"])
    with pytest.raises(ValueError, match="predicts masked words"):
        influence(tiny_qa(), TEXT, "she")


def test_leaves_no_trace():
    bert = tiny_bert()
    with leaves_no_trace(bert.model):
        drop = influence(bert, TEXT, "she").drop
    assert torch.equal(drop.isnan(), influence(bert, TEXT, "she").drop.isnan())

"""Every score on attention made by hand."""

import pytest
import torch
from given.berts import SENTENCES, kit, tiny_bert

from hw9_xai.bert.attention import Attention, attention
from hw9_xai.bert.corpus import load_corpus
from hw9_xai.bert.heads import head_functions

TOKENS = ("[CLS]", "The", "wolf", "sleeps", "today", ".", "[SEP]")
N = len(TOKENS)


def by_hand(*matrices, tokens=TOKENS):
    words = tuple(None if token in ("[CLS]", "[SEP]") else i for i, token in enumerate(tokens))
    return Attention(tokens, torch.stack(matrices)[None], words)  # one layer, a head for each matrix


def to(column, tokens=TOKENS):
    matrix = torch.zeros(len(tokens), len(tokens))
    matrix[:, column] = 1
    return matrix


IDENTITY = torch.eye(N)
NEXT = torch.eye(N).roll(1, dims=1)  # row i points at i + 1, the last at the first
UNIFORM = torch.full((N, N), 1 / N)


def scores(matrix, tokens=TOKENS):
    found = head_functions(by_hand(matrix, tokens=tokens))
    return {name: score if score is None else round(score[0, 0].item(), 5) for name, score in found.score.items()}


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (IDENTITY, {"next": 0, "previous": 0, "self": 1, "special": 0, "period": 0}),
        (NEXT, {"next": 1, "previous": 0, "self": 0, "special": 0.2, "period": 0.25}),
        (NEXT.T, {"next": 0, "previous": 1, "self": 0, "special": 0.2, "period": 0}),
        (to(6), {"next": 0, "previous": 0, "self": 0, "special": 1, "period": 0}),
        (to(0), {"next": 0, "previous": 0, "self": 0, "special": 1, "period": 0}),
        (to(5), {"next": 0.25, "previous": 0, "self": 0.2, "special": 0, "period": 1}),
        (UNIFORM, {"next": 1 / 7, "previous": 1 / 7, "self": 1 / 7, "special": 2 / 7, "period": 1 / 7}),
    ],
)
def test_scores(matrix, expected):
    assert scores(matrix) == pytest.approx(expected, abs=1e-5)


def test_labels():
    found = head_functions(by_hand(NEXT, NEXT.T, IDENTITY, to(6), to(5), UNIFORM))
    assert found.label == [["next", "previous", "self", "special", "period", "mixed"]]


def test_uniform_has_every_lift_1_and_entropy_1():
    found = head_functions(
        [by_hand(UNIFORM), by_hand(torch.full((4, 4), 0.25), tokens=("[CLS]", "wolf", ".", "[SEP]"))]
    )
    assert all(lift[0, 0].item() == pytest.approx(1) for lift in found.lift.values())
    assert found.entropy.item() == pytest.approx(1)
    assert head_functions(by_hand(IDENTITY)).entropy.item() == 0


def test_a_score_that_even_attention_has_too_names_nothing():
    few = ("[CLS]", "wolf", "[SEP]")
    assert scores(torch.full((3, 3), 1 / 3), few)["special"] == pytest.approx(2 / 3, abs=1e-5)
    assert head_functions(by_hand(torch.full((3, 3), 1 / 3), tokens=few)).label == [["mixed"]]


def test_where_no_row_qualifies_the_score_is_none():
    few = ("[CLS]", "wolf", "[SEP]")
    assert scores(to(2, few), few) == {"next": None, "previous": None, "self": 0, "special": 1, "period": None}
    found = head_functions([by_hand(to(2, few), tokens=few), by_hand(NEXT)])
    assert found.score["next"].item() == 1  # of the sentence that has neighbours
    assert found.score["self"].item() == 0 and found.best("next") == [(1, 1, 1.0, pytest.approx(7.0))]
    assert head_functions(by_hand(to(2, few), tokens=few)).best("period") == []


def test_is_averaged_over_sentences_and_weak_below_20():
    found = head_functions([by_hand(NEXT)] * 3 + [by_hand(IDENTITY)])
    assert found.score["next"].item() == pytest.approx(0.75) and found.sentences == 4 and found.weak
    assert not head_functions([by_hand(NEXT)] * 20).weak


def test_prints_the_best_heads():
    shown = str(head_functions(by_hand(NEXT, IDENTITY))).splitlines()
    assert shown[0].startswith("1 sentence, too few") and "layer 1 head 1 1.00 x7.0" in shown[1]


def test_the_chinese_full_stop_is_a_period():
    tokens = ("[CLS]", "蘋", "果", "。", "[SEP]")
    assert scores(to(3, tokens), tokens)["period"] == 1


def test_two_segments_have_three_special_tokens():
    tokens = ("[CLS]", "who", "[SEP]", "a", "wolf", "[SEP]")
    assert scores(to(2, tokens), tokens)["special"] == 1
    assert scores(torch.eye(6).roll(1, dims=1), tokens)["next"] == 1  # only a-wolf: none across a [SEP]


def test_permuting_heads_permutes_scores():
    found = attention(tiny_bert(heads=4), SENTENCES)
    order = [2, 0, 3, 1]
    shuffled = [Attention(one.tokens, one.weights[:, order], one.words) for one in found]
    before, after = head_functions(found), head_functions(shuffled)
    for name in before.score:
        assert torch.equal(before.score[name][:, order], after.score[name])
        assert torch.equal(before.lift[name][:, order], after.lift[name])
    assert after.label == [[row[i] for i in order] for row in before.label]


@pytest.mark.parametrize("given", [[], "a sentence", [torch.eye(3)]])
def test_a_wrong_argument_is_told(given):
    with pytest.raises(TypeError, match="attention: expected what attention"):
        head_functions(given)


def test_the_kits_model_has_heads_of_every_function():
    sentences = [" ".join(words) for words, _ in load_corpus().sentences[:40]]
    found = head_functions(attention(kit("kit-en"), sentences))
    assert found.score["next"].shape == (12, 12) and not found.weak
    assert found.best("next")[0][2] >= 0.5 and found.best("previous")[0][2] >= 0.5
    assert all(found.lift[name].max() >= 2 for name in ("self", "special", "period"))


def test_one_head_of_every_layer_as_a_table():
    functions = head_functions(attention(tiny_bert(heads=4), SENTENCES))
    head, *rows = functions.of_head(2).splitlines()
    assert head.split() == ["layer", *functions.score, "called"]
    assert len(rows) == 4
    for layer, row in enumerate(rows):
        cells = row.split()
        assert cells[0] == str(layer + 1) and cells[-1] == functions.label[layer][1]
        assert cells[1::2][:-1] == [f"{score[layer, 1]:.2f}" for score in functions.score.values()]
    _, *rows = functions.of_layer(3).splitlines()
    assert len(rows) == 4 and rows[1].split()[1:] == functions.of_head(2).splitlines()[3].split()[1:]


@pytest.mark.parametrize("number", [0, -1, 99])
def test_heads_and_layers_are_counted_from_1(number):
    functions = head_functions(attention(tiny_bert(), SENTENCES))
    with pytest.raises(ValueError, match=f"^head: expected a whole number from 1 to .* got {number}$"):
        functions.of_head(number)
    with pytest.raises(ValueError, match=f"^layer: expected a whole number from 1 to .* got {number}$"):
        functions.of_layer(number)

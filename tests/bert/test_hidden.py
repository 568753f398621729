import pytest
import torch
from given.berts import tiny_bert, tiny_qa

from hw9_xai.bert.hidden import HiddenStates, answer_distance, hidden_states, layer_numbers
from hw9_xai.bert.tables import layer_table

QUESTION = "What is Emily afraid of ?"
CONTEXT = "The cats is afraid of the dog . Emily is afraid of cats . a wolf sleeps ."


@pytest.mark.parametrize("bert", [tiny_bert(), tiny_qa()], ids=lambda bert: bert.name)
def test_are_what_the_model_computes_under_any_head(bert):
    found = hidden_states(bert, QUESTION, CONTEXT)
    with torch.no_grad():
        output = bert.model(**bert.tokenizer(QUESTION, CONTEXT, return_tensors="pt"), output_hidden_states=True)
    assert found.states.shape == (5, len(found.tokens), 16)
    assert torch.allclose(found.states, torch.stack(output.hidden_states)[:, 0], atol=1e-5)
    assert found.answer == () and found.segments.count(0) == 8


def test_the_answer_is_found_by_its_place():
    at = CONTEXT.rindex("cats")
    found = hidden_states(tiny_bert(), QUESTION, CONTEXT, (at, at + 4))
    assert [found.tokens[i] for i in found.answer] == ["cats"] and found.answer == (20,)
    assert found.tokens[9] == "cats"  # the other one is not taken for it
    without = found.without_special()
    assert [without.tokens[i] for i in without.answer] == ["cats"] and without.answer == (18,)
    assert "[SEP]" not in without.tokens and torch.equal(without.states[:, 0], found.states[:, 1])


def test_an_answer_of_several_pieces():
    found = hidden_states(tiny_bert(), "What ?", "Tesla is 1856 .", "1856")
    assert [found.tokens[i] for i in found.answer] == ["18", "##5", "##6"]


@pytest.mark.parametrize(
    ("context", "answer", "says"),
    [
        (CONTEXT, "cats", "'cats', which occurs 2 times; the .start, end. of its characters says which one"),
        (CONTEXT, "cow", "'cow', which occurs 0 times"),
        (CONTEXT, "", "'', which occurs 0 times"),
        (CONTEXT, (900, 904), r"within the context's 73 characters, got \(900, 904\)"),
        (None, "cats", "expected a context that holds it"),
    ],
)
def test_a_wrong_answer_is_told(context, answer, says):
    with pytest.raises(ValueError, match=f"answer: .*{says}"):
        hidden_states(tiny_bert(), QUESTION, context, answer)


def test_answer_distance_by_hand():
    line = torch.tensor([0.0, 1.0, 2.0, 9.0])[None, :, None]
    pairs = [1, 2, 9, 1, 8, 7]
    assert answer_distance(line, (3,)).item() == pytest.approx((9 + 8 + 7) / 3 / (sum(pairs) / 6))
    assert answer_distance(line, (0, 1)).item() == pytest.approx((2 + 9 + 1 + 8) / 4 / (sum(pairs) / 6))
    with pytest.raises(ValueError, match="answer: expected tokens beside the answer's"):
        answer_distance(line, (0, 1, 2, 3))


def by_hand(points, tokens, segments, answer):
    return HiddenStates(torch.tensor(points)[None], tokens, segments, (False,) * len(tokens), answer)


def test_numbers_by_hand():
    hidden = by_hand(
        [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [3.0, 3.0], [3.0, 3.0]],
        ("who", "?", "wolf", ".", "cat", "."), (0, 0, 1, 1, 1, 1), (4,),
    )  # fmt: skip
    found = layer_numbers(hidden)
    assert found.question_to_answer_sentence.item() == pytest.approx(0.5**0.5)
    assert found.question_to_other_sentences.item() == pytest.approx(0.0)
    apart = by_hand([[0.0, 0.0], [0.0, 0.0], [5.0, 0.0], [5.0, 0.0]], ("a", "b", "c", "d"), (0, 0, 1, 1), (3,))
    assert layer_numbers(apart).silhouette.item() == pytest.approx(1)
    assert layer_numbers(apart).question_to_other_sentences.isnan().all()  # its context is one sentence


def test_numbers_of_every_layer():
    found = layer_numbers(hidden_states(tiny_qa(), QUESTION, CONTEXT, "dog"))
    for numbers in vars(found).values():
        assert numbers.shape == (5,) and not numbers.isnan().any()


def test_numbers_print_as_a_rounded_table():
    shown = str(layer_numbers(hidden_states(tiny_qa(), QUESTION, CONTEXT, "dog"))).splitlines()
    assert len(shown) == 6 and shown[0].split()[:3] == ["layer", "answer", "apart"] and shown[5].split()[0] == "4"
    assert layer_table({"a": [0.126, -1]}) == "layer        a\n    0     0.13\n    1    -1.00"
    with pytest.raises(ValueError, match=r"columns: expected .* got lengths \[1, 2\]"):
        layer_table({"a": [1], "b": [1, 2]})


def test_numbers_want_an_answer():
    with pytest.raises(ValueError, match="hidden: expected states of a question, a context and an answer"):
        layer_numbers(hidden_states(tiny_bert(), QUESTION, CONTEXT))

import pytest
import torch
from given.berts import leaves_no_trace, tiny_bert, tiny_qa

from hw9_xai.bert.models import Bert
from hw9_xai.bert.questions import answer_question, load_questions

QUESTION, CONTEXT = "who sleeps ?", "the dog is a wolf . Emily is kind ."


def pointing(first: str, last: str) -> Bert:
    """A model whose start and end scores are highest at these words, wherever they stand."""
    bert = tiny_qa()
    vocabulary = bert.tokenizer.get_vocab()
    embedded = bert.model.bert.embeddings.word_embeddings.weight

    def forward(input_ids, **_):
        chosen = torch.stack([input_ids == vocabulary[first], input_ids == vocabulary[last]], dim=-1)
        output = type("Output", (), {})()
        output.start_logits, output.end_logits = (chosen * 20.0 + 0 * embedded.sum()).unbind(-1)
        return output

    bert.model.forward = forward
    return bert


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [("dog", "dog", "dog"), ("dog", "wolf", "dog is a wolf"), ("Emily", "kind", "Emily is kind")],
)
def test_the_answer_is_the_span_that_is_pointed_at(first, last, text):
    found = answer_question(pointing(first, last), QUESTION, CONTEXT)
    assert found.text == text == CONTEXT[slice(*found.span)]
    assert found.probability > 0.99


def test_an_answer_does_not_run_backwards_and_lies_in_the_context():
    found = answer_question(pointing("wolf", "dog"), QUESTION, CONTEXT)
    assert found.span[0] < found.span[1]
    assert answer_question(pointing("[SEP]", "[SEP]"), QUESTION, CONTEXT).text in CONTEXT
    assert answer_question(pointing("who", "who"), QUESTION, CONTEXT).text in CONTEXT


def test_a_model_that_was_not_tuned_is_told():
    with pytest.raises(ValueError, match=r"bert: expected a model that is tuned for questions.*got tiny"):
        answer_question(tiny_bert(), QUESTION, CONTEXT)


def test_leaves_no_trace():
    bert = tiny_qa()
    with leaves_no_trace(bert.model):
        answer_question(bert, QUESTION, CONTEXT)


def test_the_kits_questions_hold_their_answers():
    questions = load_questions()
    assert [one.homework for one in questions[:4]] == [True, True, True, False]
    assert all(one.context[slice(*one.span)] == one.answer for one in questions)

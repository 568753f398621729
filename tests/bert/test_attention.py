import pytest
import torch
from given.berts import SENTENCES, tiny_bert

from hw9_xai.bert.attention import Attention, attention

BERT = tiny_bert()


def test_is_what_the_model_computes():
    found = attention(BERT, "The wolf sleeps .")
    with torch.no_grad():
        output = BERT.model(**BERT.tokenizer("The wolf sleeps .", return_tensors="pt"), output_attentions=True)
    assert found.tokens == ("[CLS]", "The", "wolf", "sleep", "##s", ".", "[SEP]")
    assert found.weights.shape == (4, 2, 7, 7) and found.weights.dtype == torch.float32
    assert torch.allclose(found.weights, torch.stack(output.attentions)[:, 0], atol=1e-6)
    assert torch.allclose(found.weights.sum(-1), torch.ones(4, 2, 7), atol=1e-5)


def test_a_masked_word_changes_it_and_is_named():
    whole, hidden = attention(BERT, "The wolf sleeps ."), attention(BERT, "The wolf sleeps .", masked="wolf")
    assert hidden.tokens[2] == "[MASK]"
    assert not torch.allclose(whole.weights, hidden.weights)
    assert torch.equal(hidden.weights, attention(BERT, "The wolf sleeps .", masked=2).weights)


def test_a_list_gives_a_list_as_if_each_stood_alone():
    together = attention(BERT, SENTENCES)
    assert len(together) == 3
    for text, found in zip(SENTENCES, together, strict=True):
        assert torch.allclose(found.weights, attention(BERT, text).weights, atol=1e-5)


def test_two_segments_and_60_tokens():
    found = attention(BERT, ("What is Emily afraid of ?", "cats sleep . " * 17))
    assert found.weights.shape == (4, 2, 60, 60)
    assert [i for i, special in enumerate(found.special) if special] == [0, 7, 59]


def test_by_word_sums_what_goes_to_a_word_and_averages_what_comes_from_it():
    weights = torch.tensor([[0.1, 0.2, 0.3, 0.4], [0.4, 0.0, 0.6, 0.0], [0.0, 0.5, 0.1, 0.4], [1.0, 0.0, 0.0, 0.0]])
    pieces = Attention(("[CLS]", "sleep", "##s", "[SEP]"), weights[None, None], (None, 0, 0, None))
    words = pieces.by_word()
    assert words.tokens == ("[CLS]", "sleeps", "[SEP]") and words.words == (None, 0, None)
    assert torch.allclose(words.weights[0, 0], torch.tensor([[0.1, 0.5, 0.4], [0.2, 0.6, 0.2], [1.0, 0.0, 0.0]]))


def test_by_word_rows_sum_to_1():
    words = attention(BERT, ("Emily is a sleepy dog", "sleeping cats .")).by_word()
    assert words.tokens[4] == "sleepy"
    assert torch.allclose(words.weights.sum(-1), torch.ones(words.weights.shape[:3]), atol=1e-5)


def test_a_model_that_never_forms_the_weights_is_told():
    bert = tiny_bert()
    bert.model.set_attn_implementation("sdpa")
    with pytest.raises(ValueError, match="bert: expected a model whose attention_implementation is 'eager'"):
        attention(bert, "a dog")

"""Nothing here leaves a trace on the model or the random state, not even after an error."""

import pytest
import torch
from given.berts import SENTENCES, leaves_no_trace, tiny_bert

from hw9_xai.bert.attention import attention
from hw9_xai.bert.corpus import Corpus, search_corpus
from hw9_xai.bert.hidden import hidden_states
from hw9_xai.bert.prediction import predict_masked
from hw9_xai.bert.similarity import compare_embeddings

METHODS = {
    "attention": lambda bert: attention(bert, SENTENCES).pop().weights,
    "predict_masked": lambda bert: predict_masked(bert, SENTENCES[0], "wolf").tokens,
    "search_corpus": lambda bert: (
        search_corpus(bert, SENTENCES[0], "wolf", layer=1, top=2, corpus=Corpus([(["a", "dog"], ["DET", "NOUN"])])).hits
    ),
    "hidden_states": lambda bert: hidden_states(bert, "What ?", "a dog").states,
    "compare_embeddings": lambda bert: compare_embeddings(bert, ["蘋果", "的蘋果"], "果", layer=1).values,
}


def in_training():
    bert = tiny_bert()
    bert.model.train()
    bert.model.base_model.encoder.layer[1].eval()
    bert.model.base_model.encoder.layer[0].attention.output.dense.weight.requires_grad_(False)
    return bert


@pytest.mark.parametrize("method", METHODS)
def test_no_trace_and_no_dropout(method):
    bert = in_training()
    with leaves_no_trace(bert.model):
        first = METHODS[method](bert)
    again = METHODS[method](bert)
    assert torch.equal(first, again) if isinstance(first, torch.Tensor) else first == again
    assert not isinstance(first, torch.Tensor) or not first.requires_grad


@pytest.mark.parametrize("method", METHODS)
def test_no_trace_after_the_model_breaks(method):
    bert = in_training()

    def broken(*_):
        raise RuntimeError("the layer broke")

    bert.model.base_model.encoder.layer[2].register_forward_pre_hook(broken)
    with leaves_no_trace(bert.model), pytest.raises(RuntimeError, match="the layer broke"):
        METHODS[method](bert)


def test_works_in_inference_mode():
    with torch.inference_mode():
        assert not attention(tiny_bert(), "a dog").weights.is_inference()

"""Small BERTs with random weights, in a size that is not the kit's: 4 layers, 2 heads."""

import contextlib
import copy
import random

import numpy as np
import torch
from transformers import BertConfig, BertForMaskedLM, BertForQuestionAnswering, BertTokenizer

from hw9_xai.bert.models import Bert, load_bert

VOCABULARY = """
[PAD] [UNK] [CLS] [SEP] [MASK] . , ? ! < > / = ( ) ; ' " a the The wolf cat cats dog Emily Tesla sleep ##s ##ing ##y
is of afraid who What and he she officer police because kind 今 天 買 了 蘋 果 來 吃 手 機 的 股 價 跌 i ##P ##hone
18 ##5 ##6 alert on error img src script 1 x 。
"""
WORDS = VOCABULARY.split()
SENTENCES = ["The wolf is afraid of the cat .", "a dog sleeps .", "Emily is kind because she sleeps ."]


def tiny_bert(kind=BertForMaskedLM, *, layers=4, heads=2, positions=128, name="tiny") -> Bert:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        config = BertConfig(
            vocab_size=len(WORDS), hidden_size=16, num_hidden_layers=layers, num_attention_heads=heads,
            intermediate_size=32, max_position_embeddings=positions, initializer_range=0.6,
            attn_implementation="eager",
        )  # fmt: skip
        model = kind(config).eval()
    vocabulary = {word: i for i, word in enumerate(WORDS)}
    return Bert(name, model, BertTokenizer(vocab=vocabulary, do_lower_case=False))


def tiny_qa() -> Bert:
    return tiny_bert(BertForQuestionAnswering, name="tiny-qa")


def kit(name: str) -> Bert:
    """One of the kit's models: it is shipped, so a test that cannot have it fails."""
    return load_bert(name)


@contextlib.contextmanager
def leaves_no_trace(model):
    before = _trace(model)
    yield
    after = _trace(model)
    assert before[0].keys() == after[0].keys()
    assert all(torch.equal(before[0][name], after[0][name]) for name in before[0])
    assert before[1:] == after[1:]


def _trace(model):
    return copy.deepcopy(
        (
            dict(model.state_dict()),
            [module.training for module in model.modules()],
            [parameter.requires_grad for parameter in model.parameters()],
            [parameter.grad for parameter in model.parameters()],
            [len(module._forward_hooks) for module in model.modules()],
            (random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()),
            (torch.is_grad_enabled(), torch.is_inference_mode_enabled()),
        )
    )

"""Every BERT path on a model of the size of the hub's, random weights: tests/given/full_size.py KIND FOLDER SENTENCES

Writes the model into FOLDER in the hub's form, goes through the paths, and prints seconds and the peak of memory as
one line of JSON. The weights do not matter to either.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import torch
from transformers import BertConfig, BertForMaskedLM, BertForQuestionAnswering, BertTokenizer

import hw9_xai as xai
from hw9_xai.assets import DATA
from hw9_xai.bert.corpus import Corpus

KINDS = {  # of bert-base-cased, of a question model tuned from it, and of bert-base-chinese
    "english": (BertForMaskedLM, 28996),
    "question": (BertForQuestionAnswering, 28996),
    "chinese": (BertForMaskedLM, 21128),
}
POLICE = "The police officer is popular with the residents because she is very generous and kind."
QUESTION, CONTEXT, ANSWER = "What is Emily afraid of?", "Wolves are afraid of cats. " * 30 + "Emily is a wolf.", "wolf."
APPLES = ("今天買了蘋果來吃", "蘋果茶真難喝", "蘋果的股價又跌了", "進口蘋果（富士)平均每公斤下跌12.3%")


def write_model(kind: str, folder: Path) -> None:
    """As the hub has it: config.json, model.safetensors in half a gigabyte, and the tokenizer with all its words."""
    architecture, size = KINDS[kind]
    text = (DATA / "corpora" / "story.tsv").read_text("utf-8") + POLICE + QUESTION + CONTEXT + "".join(APPLES)
    letters = sorted(set(text) - set(" \t\n"))
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    words += sorted({word for word in text.split() if len(word) > 1} - set(words))
    words += [f"[unused{number}]" for number in range(size - len(words))]
    BertTokenizer(vocab={word: i for i, word in enumerate(words)}, do_lower_case=False).save_pretrained(folder)
    torch.manual_seed(0)
    architecture(BertConfig(vocab_size=size)).save_pretrained(folder)


def run(kind: str, folder: Path, sentences: int) -> dict[str, float]:
    seconds: dict[str, float] = {}

    @contextmanager
    def timed(name: str):
        start = time.perf_counter()
        yield
        seconds[name] = round(time.perf_counter() - start, 1)

    with timed("load_bert"):
        bert = xai.load_bert(folder)
    assert bert.model.config.num_hidden_layers == bert.model.config.num_attention_heads == 12
    for path in (masked_words, questions, characters)[list(KINDS).index(kind)](bert, sentences):
        with timed(path.__name__):
            path()
    return seconds | {"peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9}


def masked_words(bert, sentences: int) -> list[Callable[[], None]]:
    def attention():
        assert xai.attention(bert, POLICE).weights.shape[:2] == (12, 12)

    def attention_of_512_tokens():
        assert xai.attention(bert, "a " * 510).weights.shape == (12, 12, 512, 512)

    def head_functions():
        texts = [" ".join(words) for words, _ in xai.load_corpus().sentences[:20]]
        assert xai.head_functions([xai.attention(bert, text) for text in texts]).entropy.shape == (12, 12)

    def predict_masked():
        assert len(xai.predict_masked(bert, POLICE, ["she"], top=10, watch=["he"])["she"].top) == 10

    def explore():
        assert len(xai.explore(bert, POLICE, pairs=[("officer", "she")]).html) < 3_000_000

    def influence():
        assert xai.influence(bert, POLICE, "she") is not None

    def search_corpus_by_layer():
        corpus = Corpus(xai.load_corpus().sentences[:sentences])
        assert len(xai.search_corpus_by_layer(bert, POLICE, "officer", corpus=corpus)) == 13

    return [
        attention, attention_of_512_tokens, head_functions, predict_masked, explore, influence, search_corpus_by_layer,
    ]  # fmt: skip


def questions(bert, _: int) -> list[Callable[[], None]]:
    def hidden_states():
        hidden = xai.hidden_states(bert, QUESTION, CONTEXT, ANSWER)
        assert hidden.states.shape[::2] == (13, 768)
        assert xai.project(hidden).points.shape == (13, len(hidden.tokens), 2)
        assert xai.layer_numbers(hidden).silhouette.shape == (13,)

    def answer_question():
        assert xai.answer_question(bert, QUESTION, CONTEXT).text in CONTEXT

    def explore():
        assert len(xai.explore(bert, POLICE).html) < 3_000_000

    return [hidden_states, answer_question, explore]


def characters(bert, _: int) -> list[Callable[[], None]]:
    def similarity_by_layer():
        for metric in ("cosine", "euclidean"):
            found = xai.similarity_by_layer(bert, APPLES, "蘋", metric=metric)
            assert found.values.shape == (13, 4, 4) and torch.isfinite(found.values).all()

    return [similarity_by_layer]


if __name__ == "__main__":
    kind, folder, sentences = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    if not (folder / "config.json").exists():
        write_model(kind, folder)  # the peak of memory shall be that of using it: so in a process of its own
    else:
        print(json.dumps(run(kind, folder, sentences)))

"""The explorer's numbers, limits and page; what it does in a browser is tested in tests/browser."""

import base64
import html
import json
import re
from zlib import decompress

import pytest
import torch
from berts import SENTENCES, leaves_no_trace, tiny_bert, tiny_qa

from hw9_xai.bert.attention import attention
from hw9_xai.bert.heads import head_functions
from hw9_xai.bert.prediction import predict_masked
from hw9_xai.pages.attention import exploration as module
from hw9_xai.pages.attention.exploration import exploration
from hw9_xai.pages.attention.explorer import explore

BERT = tiny_bert()
TEXT = "Emily is kind because she sleeps ."


def read(page):
    return json.loads(page.split('type="application/json">')[1].split("</script>")[0])


def test_has_every_single_mask_and_the_pairs():
    states = exploration(BERT, TEXT, [("she", "Emily"), (1, 5), [2, 3, 4]])["states"]
    assert [state["masked"] for state in states] == [[], *([i] for i in range(1, 9)), [1, 5], [2, 3, 4]]
    assert all(len(state["predictions"]) == 10 for state in states)


def test_attention_is_packed_to_the_nearest_255th():
    found = exploration(BERT, TEXT, [("she", "Emily")])
    blocks = torch.tensor(list(decompress(base64.b64decode(found["attention"])))).reshape(10, 4, 2, 10, 10)
    for state in found["states"]:
        weights = attention(BERT, TEXT, state["masked"]).weights
        ours = blocks[0] if state["block"] == 0 else (blocks[state["block"]] + blocks[0]) % 256
        assert torch.allclose(ours / 255, weights, atol=0.5 / 255 + 1e-5)


def test_a_pair_is_compared_with_nothing_masked_and_with_one_masked():
    state = exploration(BERT, TEXT, [("she", "Emily")])["states"][-1]
    pair, alone = (predict_masked(BERT, TEXT, masked, top=72) for masked in (["she", "Emily"], ["she"]))
    probabilities = {one.token: one.probability for one in alone["she"].top}
    watched = {one.token: one for one in pair["she"].top}
    for token, p, change, against_alone in state["predictions"][5]:
        assert (p, change) == pytest.approx((watched[token].probability, watched[token].change), abs=1e-5)
        assert against_alone == pytest.approx(p - probabilities[token], abs=1e-5)
    shown = {token for token, *_ in state["predictions"][5]}
    assert {one.token for one in alone["she"].top[:5]} <= shown  # what was likely before is watched
    assert all(one[3] is None for one in state["predictions"][3])  # which is not masked


@pytest.mark.parametrize(("room", "kept"), [(2_300_000, [0, 1, 2, 3, 4]), (600, [0, 4]), (300, [0]), (0, [0])])
def test_where_room_is_short_the_whole_sentence_comes_first_then_the_pairs(monkeypatch, room, kept):
    monkeypatch.setattr(module, "MOST_ATTENTION", room)
    states = exploration(BERT, "a dog .", [("a", "dog")])["states"]
    assert [i for i, state in enumerate(states) if state["block"] is not None] == kept
    assert all(state["predictions"] for state in states)


def test_heads_are_judged_by_the_sentence_or_by_what_is_given():
    assert read(explore(BERT, TEXT).html)["functions"]["weak"]
    given = head_functions(attention(BERT, SENTENCES * 7))
    shown = read(explore(BERT, TEXT, functions=given).html)["functions"]
    assert shown["sentences"] == 21 and not shown["weak"]
    assert torch.allclose(torch.tensor(shown["score"]["self"]), given.score["self"], atol=1e-4)
    with pytest.raises(ValueError, match=r"functions: expected scores of \(2, 2\) layers and heads, got \(4, 2\)"):
        explore(tiny_bert(layers=2), TEXT, functions=given)


def test_without_periods_there_is_no_score_of_them():
    assert read(explore(BERT, "a dog").html)["functions"]["score"]["period"] is None


def test_save_writes_the_page_that_the_notebook_frames(tmp_path):
    explorer = explore(BERT, TEXT)
    path = explorer.save(tmp_path / "page.html")
    assert path.read_text(encoding="utf-8") == explorer.html
    shown = explorer._repr_html_()
    assert html.unescape(re.search('srcdoc="([^"]*)"', shown)[1]) == explorer.html
    assert 'sandbox="allow-scripts"' in shown and "<table>" in shown and "data:image/png;base64," in shown


def test_the_page_names_the_only_script_it_may_run_and_nothing_outside():
    page = explore(BERT, TEXT).html
    policy = re.search('Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-") and "unsafe" not in policy
    outside = re.sub(r"http://www\.w3\.org/2000/svg", "", page)
    assert not re.search(r"https?://|src=\"(?!data:)|@import|url\(", outside)


def test_the_plain_table_shows_text_as_text():
    page = explore(BERT, "the <script> dog \u202e").html
    plain = page.split("<noscript>")[1].split("</noscript>")[0]
    assert "&lt;" in plain and "<script" not in plain and "<img alt" in plain


def test_a_model_that_predicts_no_words_still_shows_its_heads():
    data = read(explore(tiny_qa(), ("who ?", "a dog .")).html)
    assert all(state["predictions"] is None for state in data["states"])
    assert data["tokens"][3] == "[SEP]" and data["special"][3]


def test_leaves_no_trace():
    bert = tiny_bert()
    with leaves_no_trace(bert.model):
        explore(bert, TEXT, pairs=[(1, 2)])


@pytest.mark.parametrize(
    ("text", "pairs", "says"),
    [
        ("dog " * 63, (), "text: expected at most 64 tokens, got 65"),
        ("dog " * 10_000, (), "text: expected at most 128 tokens, all that tiny reads, got 10002"),
        ("", (), "text: expected at least one word, got ''"),
        ("a dog", [("a", 9)], "masked: expected token positions from 0 to 3, got 9"),
        ("a dog", [("a",)], r"pairs: expected two tokens or more to mask together, got \('a',\)"),
        ("a dog", "a dog", "pairs: expected a list of what to mask together, got 'a dog'"),
    ],
)
def test_wrong_arguments_are_told(text, pairs, says):
    with pytest.raises((ValueError, TypeError), match=says):
        explore(BERT, text, pairs=pairs)


def test_above_40_tokens_it_warns():
    with pytest.warns(UserWarning, match="text: 41 tokens are hard to read"):
        explore(BERT, "dog " * 39)

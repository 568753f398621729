"""The model of a live page in a real browser, the network refused: what it computes is what Python computes."""

import base64
import json
import random
import shutil
from contextlib import suppress
from html import escape
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch
from browser.chromium import Browser
from given.berts import WORDS, kit, tiny_bert
from transformers import BertTokenizer

import hw9_xai.pages.attention
from hw9_xai.assets import DATA
from hw9_xai.bert.attention import attention
from hw9_xai.bert.corpus import Corpus, load_corpus, search_corpus
from hw9_xai.bert.encoding import encode, encode_with, mask
from hw9_xai.bert.models import Bert
from hw9_xai.bert.prediction import predict_masked
from hw9_xai.bert.questions import answer_question, load_questions
from hw9_xai.bert.running import attention_weights, word_probabilities
from hw9_xai.pages.attention.live import HOMEWORK, live
from hw9_xai.pages.page import Page

CLOSE = 2e-5  # of probabilities and attention; 4e-6 was measured
BUSY = 3  # other work on this machine may make it so much slower
SHE, OFFICER = 11, 3
SCRIPT = """
const { ask } = engine(JSON.parse(document.getElementById("data").textContent).live);
const asText = (floats) => {
  const bytes = new Uint8Array(floats.buffer), parts = [];
  for (let i = 0; i < bytes.length; i += 8192) parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
  return btoa(parts.join(""));
};
const look = async (text, masked) => {
  const found = await ask({ ask: "look", text, masked });
  return { ...found, weights: asText(found.weights) };
};
const refusal = (promise) => promise.then(() => null, ({ key, values, message }) => ({ key, values, message }));
const median = async (work) => {
  const times = [];
  for (let i = 0; i < 5; i++) { const start = performance.now(); await work(); times.push(performance.now() - start); }
  return times.sort((a, b) => a - b)[2] / 1000;
};
document.documentElement.dataset.ready = "true";
"""


@pytest.fixture(scope="module")
def engine_page(tmp_path_factory):
    """A page with nothing but the engine, put together and guarded as every page is."""

    def page_of(bert):
        folder = tmp_path_factory.mktemp("engine")
        shutil.copy(Path(hw9_xai.pages.attention.__file__).with_name("kit.js"), folder)
        for name, text in (("body.html", ""), ("style.css", ""), ("script.js", SCRIPT)):
            (folder / name).write_text(text)
        page = Page(folder, "engine", {"live": live(bert)}, "", height=1, argument="bert", live=True)
        return page.save(folder / "page.html")

    return page_of


@pytest.fixture(scope="module")
def english(engine_page):
    return engine_page(kit("kit-en"))


def call(page, expression, **given):
    """What an asynchronous expression gives; the names in it are those of what is given."""
    values = "".join(f"const {name} = {json.dumps(value)};" for name, value in given.items())
    return page.evaluate(f"(async () => {{ {values} return {expression}; }})()")


def look(page, bert, text, masked=()):
    found = call(page, "await look(text, masked)", text=text, masked=masked)
    config, size = bert.model.config, len(found["tokens"])
    weights = np.frombuffer(base64.b64decode(found["weights"]), "<f4").copy()
    shape = (config.num_hidden_layers, config.num_attention_heads, size, size)
    return found | {"weights": torch.from_numpy(weights).view(shape)}


def one_of(encoding, dice):
    return dice.choice([i for i, special in enumerate(encoding.special) if not special])


def assert_computed_alike(page, bert, texts):
    """Each with one word masked: all probabilities that are shown, their changes, and all attention."""
    dice, wholes = random.Random(0), [encode(bert, text) for text in texts]
    places = [one_of(whole, dice) for whole in wholes]
    masked = [mask(bert, whole, [place]) for whole, place in zip(wholes, places, strict=True)]
    ours = (word_probabilities(bert, wholes), word_probabilities(bert, masked), attention_weights(bert, masked))
    cases = zip(texts, places, wholes, masked, *ours, strict=True)
    for text, place, whole, hidden, before, after, weights in cases:
        found = look(page, bert, [text], [place])
        assert found["tokens"] == list(hidden.tokens) and found["hidden"] == list(whole.tokens)
        assert found["words"] == list(whole.words) and found["special"] == list(whole.special)
        shown = torch.tensor([[one[1:3] for one in row] for row in found["candidates"]])
        tokens = [[one[0] for one in row] for row in found["candidates"]]
        numbers = torch.tensor([bert.tokenizer.convert_tokens_to_ids(row) for row in tokens])
        likely, changed = after.gather(1, numbers), (after - before).gather(1, numbers)
        assert (after.topk(5).values - likely).abs().max() < CLOSE  # the five most probable, or as probable as they
        assert (shown - torch.stack([likely, changed], -1)).abs().max() < CLOSE, text
        assert (found["weights"] - weights).abs().max() < CLOSE, text


def test_two_hundred_held_out_sentences(opened, english):
    texts = [" ".join(words) for words, _ in load_corpus().sentences[1000:1200]]
    assert_computed_alike(opened(english), kit("kit-en"), texts)


def test_fifty_chinese_sentences(opened, engine_page):
    lines = (DATA / "corpora" / "apples.tsv").read_text(encoding="utf-8").splitlines()
    sentences, page = [line.split("\t")[0] for line in lines], opened(engine_page(kit("kit-zh")))
    assert_computed_alike(page, kit("kit-zh"), sentences[:50])
    assert call(page, "(await kit.read()).sentences") == 200
    found = call(page, "await kit.search('蘋果茶真難喝', [1], { place: 1, layer: 12, heads: [0], top: 3 })")
    assert found["base"] is found["layers"] is found["attended"] is None
    assert ["".join(hit["words"]) for hit in found["hits"]] == [sentences[hit["sentence"]] for hit in found["hits"]]
    assert all(hit["words"][hit["word"]] == hit["token"] for hit in found["hits"])


def test_thirty_questions_have_the_same_answers(opened, engine_page):
    bert = kit("kit-qa")
    page = opened(engine_page(bert))
    for one in load_questions()[:30]:
        ours, found = answer_question(bert, one.question, one.context), look(page, bert, [one.question, one.context])
        whole, answer = encode(bert, (one.question, one.context)), found["answer"]
        assert found["tokens"] == list(whole.tokens) and found["segments"] == list(whole.segments)
        assert (answer["text"], tuple(answer["span"])) == (ours.text, ours.span) and found["candidates"] is None
        assert (whole.spans[answer["first"]][0], whole.spans[answer["last"]][1]) == ours.span
        assert answer["probability"] == pytest.approx(ours.probability, abs=CLOSE)
    assert look(page, bert, [one.context])["answer"] is None  # nothing was asked
    asked = "await kit.predict([question, context])"
    found = call(page, asked, question=one.question, context=one.context)
    assert found["answer"]["text"] == ours.text and found["places"] == []


def test_several_masked_differ_from_nothing_masked_and_from_each_alone(opened, english):
    bert, page = kit("kit-en"), opened(english)
    whole = encode(bert, HOMEWORK)
    masks = ([], [OFFICER], [SHE], [OFFICER, SHE])
    nothing, officer, she, both = word_probabilities(bert, [mask(bert, whole, masked) for masked in masks])
    for order in (range(4), (3, 0)):  # whatever was kept from before
        for masked in (masks[i] for i in order):
            found = look(page, bert, [HOMEWORK], masked)
    look(page, bert, [HOMEWORK], masks[1])
    found = look(page, bert, [HOMEWORK], masks[3])
    for place, alone in ((OFFICER, officer), (SHE, she)):
        shown = found["candidates"][place]
        numbers = bert.tokenizer.convert_tokens_to_ids([one[0] for one in shown])
        likely = [row[place].topk(5).indices.tolist() for row in (both, alone)]
        assert numbers == list(dict.fromkeys(likely[0] + likely[1]))
        differences = [both[place], both[place] - nothing[place], both[place] - alone[place]]
        assert [one[1:] for one in shown] == [
            pytest.approx([d[n].item() for d in differences], abs=1e-4) for n in numbers
        ]
    assert all(one[3] is None for one in found["candidates"][5])


def test_queries_and_keys_make_the_attention_that_is_shown(opened, english):
    bert, page = kit("kit-en"), opened(english)
    found = look(page, bert, [HOMEWORK], [SHE])
    asked = "{ ...one, queries: asText(one.queries), keys: asText(one.keys) }"
    detail = call(page, f"await ask({{ ask: 'detail', layer: 8, head: 4 }}).then((one) => ({asked}))")
    queries, keys = (
        torch.from_numpy(np.frombuffer(base64.b64decode(detail[name]), "<f4").copy()).view(-1, detail["width"])
        for name in ("queries", "keys")
    )
    by_hand = (queries @ keys.T / detail["width"] ** 0.5).softmax(-1)
    assert torch.allclose(by_hand, found["weights"][8, 4], atol=1e-4)
    assert torch.allclose(by_hand, attention(bert, HOMEWORK, SHE).weights[8, 4], atol=1e-3)


def test_what_stands_in_the_console(opened, english):
    bert, page = kit("kit-en"), opened(english)
    both = predict_masked(bert, HOMEWORK, ["officer", "she"], top=7)
    found = call(page, "await kit.predict(text, ['she', 'officer'], 7)", text=HOMEWORK)
    assert found["tokens"] == list(both.tokens) and found["answer"] is None
    for place, ours in zip(found["places"], both.places, strict=True):
        assert [one["token"] for one in place] == [one.token for one in ours.top]
        assert [one["probability"] for one in place] == pytest.approx([one.probability for one in ours.top], abs=1e-3)
    asked = "await kit.attention(text, [3]).then(({ tokens, weights }) => ({ tokens, weights: asText(weights) }))"
    found, ours = call(page, asked, text=HOMEWORK), attention(bert, HOMEWORK, OFFICER)
    weights = np.frombuffer(base64.b64decode(found["weights"]), "<f4")
    assert found["tokens"] == list(ours.tokens) and np.allclose(weights, ours.weights.flatten(), atol=1e-3)


HOSTILE = [
    "", " ", "\t\n", "\x00", "�", "\x01\x7f\x85", "[MASK]", "[MASK", "a[MASK]b", "[mask]", "[[MASK]]", "[CLS] [SEP]",
    "[PAD][UNK]", "x" * 100, "x" * 101, "the" * 34, "e\u0301te\u0301", "É İ ß Σ ﬁ Ω", "🐺", "👩\u200d🚀 flies",
    "sh\u200be", "\u200bshe\u200b", "she\xadis", "a\u2028b\u2029c\u3000d", "今天買了iPhone，好。",
    "豈\uf900更\U0002f800\U0002b740\U0002b81e", "한국어 かな カナ", "\u202eדג\u200f", "</script><img src=x>",
    "a\rb\nc\x0bd\x0ce", "\ufeffshe", "\u061c\u0890\u08e2", "\u166d\u2e52\U00010ead\U00016e97", "don't—stop… «now»",
    "$5^6`7~8+9=|<>", "I\u0307stanbul", "\u1e9b\u0323", "\u0344", "ἀδελφός ΑΔΕΛΦΌΣ", "\U000e0001\U000f0000\ue000",
    "she  is\xa0 kind", "1.5%", "U+1F600 😀😀",
]  # fmt: skip


def random_texts(count):
    """Some of every kind of character, and words between them."""
    dice = random.Random(23)
    ranges = [
        (0, 0x7F), (0x80, 0x24F), (0x300, 0x36F), (0x590, 0x8FF), (0x2000, 0x206F), (0x2E00, 0x30FF), (0x4E00, 0x4FFF),
        (0xAC00, 0xD7A3), (0xE000, 0xFFFF), (0x10000, 0x1FFFF), (0x20000, 0x10FFFF),
    ]  # fmt: skip
    words = ["she", "The", "officer", "##s", "[MASK]", "[SEP]", "police", "unhappiness", " ", "  "]

    def character():
        return chr(dice.randint(*dice.choice(ranges)))

    for _ in range(count):
        yield "".join(dice.choice([character, lambda: dice.choice(words)])() for _ in range(dice.randint(1, 24)))


def assert_read_alike(page, tokenizer):
    texts = HOSTILE + list(random_texts(300))
    for segments in ([[text] for text in texts], [["she is", text] for text in texts]):
        asked = "await Promise.all(all.map((text) => ask({ ask: 'encode', text }).catch(({ key }) => key)))"
        for text, found in zip(segments, call(page, asked, all=segments), strict=True):
            try:
                ours = encode_with(tokenizer, tuple(text))
            except ValueError:
                assert found == "empty", text
                continue
            names = ("tokens", "ids", "segments", "words", "special")
            assert {name: found[name] for name in names} == {name: list(getattr(ours, name)) for name in names}, text
            assert found["spans"] == [list(span) for span in ours.spans], text


def test_hostile_and_random_texts_are_read_as_transformers_reads_them(opened, english):
    page = opened(english)
    assert_read_alike(page, kit("kit-en").tokenizer)
    half = call(
        page, "(await ask({ ask: 'encode', text: ['she \\ud83d is \\udc00kind'] })).tokens"
    )  # Python refuses it
    assert half == ["[CLS]", "she", "is", "kind", "[SEP]"]


def test_a_tokenizer_that_lowers_letters_and_strips_accents_is_followed(opened, engine_page):
    words = [
        *WORDS,
        "e",
        "t",
        "##e",
        "##t",
        "i",
        "##s",
        "##t",
        "##a",
        "s",
        "##ss",
        "σ",
        "##ς",
        "##σ",
        "α",
        "##α",
        "##ο",
    ]
    vocabulary = {word: number for number, word in enumerate(dict.fromkeys(words))}
    model = tiny_bert().model
    with torch.random.fork_rng():
        model.resize_token_embeddings(len(vocabulary), mean_resizing=False)
    tokenizer = BertTokenizer(vocab=vocabulary, do_lower_case=True)
    assert_read_alike(opened(engine_page(Bert("tiny-uncased", model, tokenizer))), tokenizer)


def test_what_cannot_be_done_is_told_by_a_key_and_a_sentence(opened, english):
    page = opened(english)

    def refused(asked):
        return tuple(call(page, f"await refusal({asked})").values())

    assert refused("kit.predict('she is kind', ['she', 'he'])")[:2] == ("word", ["he"])
    assert refused("kit.predict('she is she', ['she'])") == (
        "twice", ["she", 2], "masked: she occurs 2 times; give its token position",
    )  # fmt: skip
    assert refused("kit.predict('she', [3])")[:2] == ("position", [3, 2])
    assert refused("kit.predict('she', [1.5])")[:2] == ("position", [1.5, 2])
    assert refused("kit.predict('she', [0])") == (
        "special",
        [0],
        "masked: expected positions of words, got 0, which is [CLS]",
    )
    assert refused("kit.predict(' ', [1])") == ("empty", [], 'text: expected at least one word, got " "')
    assert refused("kit.predict('she '.repeat(200))") == (
        "long", [202, 128], "text: expected at most 128 tokens, all that kit-en reads, got 202",
    )  # fmt: skip
    assert refused("kit.search('she', [1], { place: 1, layer: 3 })")[0] == "unread"
    assert call(page, "(await kit.predict('she is', ['she'])).tokens") == [
        "[CLS]",
        "[MASK]",
        "is",
        "[SEP]",
    ]  # it goes on


def test_a_browser_without_workers_says_so(opened, english, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(english.read_text().replace("worker-src blob:", "worker-src 'none'"))
    page = opened(path)
    assert call(page, "(await refusal(kit.predict('she'))).key") == "worker"
    page._browser.events[:] = [event for event in page._browser.events if event["method"] != "Log.entryAdded"]


@pytest.fixture(scope="module")
def reading(english):
    """A page alone in its browser that has read its corpus, what it said meanwhile, and what both hold in memory."""
    browser = Browser()

    def held():
        root, total = psutil.Process(browser._process.pid), 0
        for one in (root, *root.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                total += one.memory_full_info().uss
        return total

    browser.send("Target.createTarget", url="about:blank")
    empty, page = held(), browser.open(english)
    page.evaluate("""
      const seen = [], order = [], start = performance.now();
      const answered = (what) => (answer) => { order.push(what); return answer; };
      const first = kit.read((done, all) => seen.push([done, all])).then(answered("read"));
      const second = kit.read();
      const between = kit.predict("she is kind", [1]).then(answered("predicted"));
      const seconds = first.then(() => (performance.now() - start) / 1000);
    """)
    said = call(page, "[await first, await second, await kit.read(), order, seen, await seconds]")
    call(page, "void await kit.search('she is kind', ['she'], { place: 1, layer: 12 })")
    yield page, said, held() - empty
    errors = page.errors
    browser.close()
    assert errors == []


def test_the_corpus_is_read_once_and_other_questions_are_answered_meanwhile(reading):
    first, second, third, order, seen, seconds = reading[1]
    bert = kit("kit-en")
    tokens = sum(len(encode(bert, " ".join(words)).ids) - 2 for words, _ in load_corpus().sentences[:1000])
    assert first == second == third == {"sentences": 1000, "tokens": tokens}
    assert order == ["predicted", "read"]
    assert seen == sorted(seen) and seen[-1] == [1000, 1000] and len(seen) > 100
    assert seconds < 30 * BUSY


def test_the_page_and_its_corpus_fit_in_300_mb(reading):
    assert reading[2] < 300e6


def test_ten_searches_at_every_layer_by_one_of_both(reading):
    bert, page, dice = kit("kit-en"), reading[0], random.Random(0)
    corpus = Corpus(load_corpus().sentences[:1000])
    for number, (words, _) in enumerate(dice.sample(load_corpus().sentences[1000:1200], 10)):
        text = " ".join(words)
        place = one_of(encode(bert, text), dice)
        call(page, "void await ask({ ask: 'look', text: [text], masked: [place] })", text=text, place=place)
        for layer in range(1, 13):
            by = ("embedding", "context")[(number + layer) % 2]
            ours = search_corpus(bert, text, place, layer=layer, corpus=corpus, by=by)
            asked = "await ask({ ask: 'search', place, layer, by, heads: [0, 1], top: 50 })"
            theirs = call(page, asked, place=place, layer=layer, by=by)
            hits = {(" ".join(one["words"]), one["word"], one["token"], one["pos"]) for one in theirs["hits"]}
            least = ours.hits[-1].similarity + 1e-6  # whoever ties with the last may be another
            same = [
                hit.similarity < least or (hit.sentence, hit.position, hit.token, hit.pos) in hits for hit in ours.hits
            ]
            assert sum(same) / 50 >= 0.95 and len(hits) == 50
            similarities = [one["similarity"] for one in theirs["hits"]]
            assert similarities == pytest.approx([hit.similarity for hit in ours.hits], abs=2e-3)
            assert theirs["base"] == pytest.approx(ours.base_rate)
            assert sum(theirs["attended"].values()) == 100 and sum(theirs["layers"][layer].values()) == 50


def test_whom_the_nearest_attend_to_by_hand(reading):
    """Of the five nearest, every head's most attended word and its part of speech, from Python's own attention."""
    bert, page, heads, layer = kit("kit-en"), reading[0], range(12), 7
    asked = "await kit.search(text, ['officer'], { place, layer, heads, top: 5 })"
    found = call(page, asked, text=HOMEWORK, place=OFFICER, layer=layer, heads=list(heads))
    counts = {}
    for hit in found["hits"]:
        words, tags = load_corpus().sentences[hit["sentence"]]
        assert list(words) == hit["words"] and tags[hit["word"]] == hit["pos"]
        one = attention(bert, " ".join(words))
        (place,) = [i for i, word in enumerate(one.words) if word == hit["word"] and one.tokens[i] == hit["token"]]
        for head in heads:
            to = 1 + int(one.weights[layer - 1, head, place, 1:-1].argmax())
            counts[tags[one.words[to]]] = counts.get(tags[one.words[to]], 0) + 1
    assert found["attended"] == counts and sum(counts.values()) == 60
    assert call(page, "(await kit.search('she', [1], { place: 1, layer: 0, heads: [0] })).attended") is None
    assert call(page, "(await refusal(kit.search('she', [1], { place: 1, layer: 0, by: 'context' }))).key") == "layer"
    assert call(page, "(await refusal(kit.search('she', [1], { place: 3, layer: 1 }))).values") == [3, 2]


def test_a_question_in_the_console_does_not_change_what_the_page_looks_at(reading):
    page, detail = reading[0], "await ask({ ask: 'detail', layer: 0, head: 0 }).then(({ keys }) => asText(keys))"
    call(page, "void await look(['she is kind'], [])")
    before = call(page, detail)
    call(page, "void await kit.predict('the officer', [1])")
    assert call(page, detail) == before


def test_a_look_takes_no_time_that_one_waits_for(opened, english):
    page = opened(english)
    words = ["she", "is", "very", "generous", "and", "kind"]
    for size, most in ((18, 0.15), (60, 0.5)):
        text = " ".join((words * 10)[: size - 2])
        assert len(look(page, kit("kit-en"), [text])["tokens"]) == size
        assert call(page, "await median(() => ask({ ask: 'look', text: [text], masked: [] }))", text=text) < most * BUSY


def test_it_runs_in_a_notebooks_frame(opened, engine_page, tmp_path):
    bert = tiny_bert()
    frame = escape(engine_page(bert).read_text())
    path = tmp_path / "notebook.html"
    path.write_text(f'<iframe srcdoc="{frame}" sandbox="allow-scripts"></iframe>')
    found = opened(path).evaluate("kit.predict('a dog', [1], 1)", frame=1)
    assert found["places"][0][0]["token"] == predict_masked(bert, "a dog", [1], top=1).places[0].top[0].token

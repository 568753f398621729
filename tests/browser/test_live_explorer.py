"""The live explorer as a person uses it: any sentence, any mask, the corpus beside it; by mouse and by keyboard."""

import json

import pytest
from browser.test_explorer import CONTRAST, candidates, choose_only, head, mask_button, notebook, number, texts, token
from given.berts import kit

from hw9_xai.bert.attention import attention
from hw9_xai.bert.corpus import Corpus, load_corpus, search_corpus_by_layer
from hw9_xai.bert.encoding import encode
from hw9_xai.bert.heads import head_functions
from hw9_xai.bert.prediction import predict_masked
from hw9_xai.bert.questions import answer_question, load_questions
from hw9_xai.pages.attention.explorer import explore
from hw9_xai.quiz.bank import load_bank
from hw9_xai.quiz.check import check
from hw9_xai.quiz.key import State

OFFICER = "The police officer is popular with the residents because she is very generous and kind."
OTHER = "In Rome , the villagers thanked the shop assistant because she was very fair ."
HEADS = 12
ACTIVE = "document.activeElement"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    return explore(kit("kit-en"), OFFICER, live=True).save(tmp_path_factory.mktemp("live") / "page.html")


def write(page, text, field="text"):
    """As a person does it: into the field, over what stands there, and Enter."""
    page.click(f"#{field}")
    page.evaluate(f"document.getElementById('{field}').select()")
    page.write(text)
    page.press("Enter")


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def read_as(page, text, bert="kit-en"):
    """Until the page shows the tokens that Python reads."""
    shown = "[...document.querySelectorAll('#from .token')].map(t => t.textContent.replace(/^[◇◆○] /, ''))"
    page.wait(f"JSON.stringify({shown}) === {json.dumps(compact(encode(kit(bert), text).tokens))}")


def test_any_sentence_and_any_mask(opened, page_file):
    page = opened(page_file)
    assert page.evaluate("performance.getEntriesByType('paint').map(e => e.startTime)")[0] < 2000
    read_as(page, OFFICER)
    write(page, OTHER)
    read_as(page, OTHER)
    for place in (5, 9, 11):  # villagers, assistant and she
        page.click(mask_button(place))
        page.wait(f"document.querySelectorAll('#from .row')[{place}].querySelector('.is-masked') !== null")
    found = predict_masked(kit("kit-en"), OTHER, [5, 9, 11], top=5)
    rows = candidates(page)
    for place in (5, 9, 11):
        for one in found[place].top:
            shown = [row for row in rows if row[0] == one.token and row[1] == pytest.approx(one.probability, abs=0.01)]
            assert any(row[2] == pytest.approx(one.change, abs=0.011) for row in shown)
    alone = predict_masked(kit("kit-en"), OTHER, [11], top=3000 // 3)[11].top
    best = found[11].top[0]
    change = best.probability - next(one.probability for one in alone if one.token == best.token)
    assert any(row[0] == best.token and row[3] == pytest.approx(change, abs=0.011) for row in rows)
    choose_only(page, 5, 9, HEADS)
    page.point(token("from", 11))
    weights = attention(kit("kit-en"), OTHER, [5, 9, 11]).weights
    assert list(map(number, texts(page, "#to .weight"))) == pytest.approx(weights[4, 8, 11].tolist(), abs=0.0101)


STRANGE = {
    "</script><img src=x onerror=alert(1)> the nurse <!-- {{data}}": "",
    "\u202eThe nurse\u200f \u2028 smiled \x00 \ud800 🐺 .": "",
    "🐺 🐺🐺 ዐዐ": "Not in this model's vocabulary",
    "x" * 10_000: "Not in this model's vocabulary",  # one word that is too long for any vocabulary
    "the nurse " * 1000: "reads at most",
    "": "no word",
    " \t \u200b ": "no word",
    "[MASK] [CLS] [SEP] the [MASK].": "",
    "__proto__ constructor toString .": "",
}


def test_strange_text_is_text(opened, page_file):
    page = opened(page_file)
    for text, says in STRANGE.items():
        page.click("#text")
        page.evaluate(f"document.getElementById('text').value = {json.dumps(text)}")
        page.press("Enter")
        if says:
            page.wait(f"document.getElementById('said').textContent.includes({json.dumps(says)})")
        else:
            read_as(page, text.replace("\ud800", "\ufffd"))
        assert page.evaluate("document.images.length") == 0 and page.evaluate("document.scripts.length") == 2
        assert page.evaluate("document.title").startswith("Attention explorer")
        assert len(texts(page, "#from .token")) > 2
    write(page, OFFICER)
    read_as(page, OFFICER)
    assert texts(page, "#said") == [""]


def test_a_link_holds_sentence_and_masks_and_a_broken_one_is_said(opened, page_file):
    page = opened(page_file)
    write(page, OTHER)
    read_as(page, OTHER)
    page.click(mask_button(11))
    page.wait("!!document.querySelector('#from .is-masked')")
    link = page.evaluate("document.getElementById('link').getAttribute('href')")
    assert "text=In+Rome" in link and "masked=11" in link
    other = opened(page_file)
    other.evaluate(f"location.hash = {json.dumps(link)}")
    other.wait("!!document.querySelector('#from .is-masked')")
    assert candidates(other) == candidates(page)
    assert other.evaluate("document.getElementById('text').value") == OTHER
    for broken in ("text=&masked=3", "masked=0", "masked=400", "text=%00%ff&heads=13.1", "text=" + "a+" * 300):
        other.evaluate(f"location.hash = {json.dumps(broken)}")
        other.wait("document.getElementById('said').textContent !== ''")
        assert len(texts(other, "#from .token")) > 2


def test_whom_a_pronoun_means_is_marked_where_it_is_known(opened, page_file):
    page = opened(page_file)
    assert texts(page, "#from .is-gold") == ["◆ officer", "○ residents", "◇ she"]
    assert "◇ she means ◆ officer" in texts(page, "#says")[0]
    page.evaluate("const e = document.getElementById('examples'); e.value = 3; e.onchange()")
    page.wait(
        "document.querySelectorAll('#from .is-gold').length >= 3"
        " && !document.getElementById('says').textContent.includes('officer')"
    )
    write(page, "The nurse smiled .")
    read_as(page, "The nurse smiled .")
    assert texts(page, "#from .is-gold") == []


def test_a_query_and_the_keys_make_the_weights(opened, page_file):
    page = opened(page_file)
    page.click("#detail summary")
    page.wait("document.getElementById('products').textContent.startsWith('Choose one head')")
    choose_only(page, 2, 3, HEADS)
    page.click(token("from", 10))
    page.wait("document.querySelectorAll('#products tbody tr').length === 19")
    scores, shown = ([number(text) for text in texts(page, f"#products td:nth-child({n})")[1:]] for n in (3, 4))
    weights = attention(kit("kit-en"), OFFICER).weights[1, 2, 10]
    assert shown == pytest.approx(weights.tolist(), abs=0.001)
    # The score is what softmax turns into the weights: differences of scores are logarithms of ratios.
    ratio = (weights / weights.max()).log().tolist()
    assert [s - max(scores) for s in scores] == pytest.approx(ratio, abs=0.02)


# -- the homework's questions, answered in the page alone -------------------------------------------------------------


@pytest.fixture(scope="module")
def well_read(browser, page_file):
    """The page once it has read its corpus, which was started by keyboard."""
    page = browser.open(page_file)
    page.evaluate("document.getElementById('read').focus()")
    page.press("Enter")
    page.wait("document.getElementById('to-read').hidden", seconds=300)
    yield page
    assert page.errors == [] and all(url.startswith(("file:", "data:", "about:", "blob:")) for url in page.requests)
    page.close()


def by_layer(page):
    names = texts(page, "#by-layer thead th")[1:]
    rows = page.evaluate(
        "[...document.querySelectorAll('#by-layer tbody tr')]"
        ".map(r => [...r.querySelectorAll('td')].map(c => [c.textContent, c.className]))"
    )
    return [
        {name: (int(text or 0), kind == "most") for name, (text, kind) in zip(names, row, strict=True)} for row in rows
    ]


def test_the_nearest_are_those_of_python(well_read):
    page = well_read
    corpus = Corpus(load_corpus().sentences[:1000])
    page.click(mask_button(3))
    page.wait("document.querySelectorAll('#by-layer tbody tr').length === 13")
    ours = search_corpus_by_layer(kit("kit-en"), OFFICER, "officer", corpus=corpus)
    for found, row in list(zip(ours, by_layer(page), strict=True))[1:]:
        counts = found.pos_counts
        assert sum(abs(counts.get(name, 0) - count) for name, (count, _) in row.items()) <= 5
    hits = texts(page, "#hits b")
    assert len(hits) == 50
    base = dict(zip(texts(page, "#shares tbody th"), texts(page, "#shares td:nth-child(3)"), strict=True))
    assert {name: number(text.rstrip(" %")) for name, text in base.items()} == pytest.approx(
        {name: 100 * share for name, share in ours[0].base_rate.items()}, abs=0.51
    )
    page.click(mask_button(3))


def is_right(question, *said):
    """Whether the options that say this are the answer."""
    options = load_bank("kit").questions[question].options
    letters = [letter for letter, option in options.items() if option.text.en in said]
    return len(letters) == len(said) and check(question, "".join(letters), edition="kit").state is State.CORRECT


def commonest_from(page, pos):
    """Counted back from the last layer: how far the part of speech stays the commonest."""
    rows = by_layer(page)
    first = len(rows)
    while first and rows[first - 1].get(pos, (0, False))[1]:
        first -= 1
    return first


def test_q22_by_mouse(well_read):
    page = well_read
    page.click(mask_button(3))
    page.wait("document.querySelectorAll('#by-layer tbody tr').length === 13")
    assert is_right("Q22", f"Layer {commonest_from(page, 'NOUN')}")
    page.click(mask_button(3))


def test_q22_by_keyboard(well_read):
    page = well_read
    page.evaluate("document.getElementById('pairs').scrollIntoView(); document.querySelector('#from .mask').focus()")
    page.press("ArrowDown", "ArrowDown", "Enter")
    assert page.evaluate(f"{ACTIVE}.getAttribute('aria-label')") == "mask officer"
    page.wait("document.querySelectorAll('#by-layer tbody tr').length === 13")
    assert is_right("Q22", f"Layer {commonest_from(page, 'NOUN')}")
    page.press("Enter")


def test_by_context_other_tokens_are_near_and_what_they_attend_to_is_counted(well_read):
    page = well_read
    page.click(token("from", 10))
    page.wait("document.getElementById('asked').textContent.includes('she')")
    by_embedding = texts(page, "#hits b")
    page.evaluate("(by => { by.value = 'context'; by.onchange() })(document.getElementById('by'))")
    page.wait("document.getElementById('asked').textContent.includes('by context')")
    page.wait(
        "JSON.stringify([...document.querySelectorAll('#hits b')].map(e => e.textContent))"
        f" !== {json.dumps(compact(by_embedding))}"
    )
    shares = [number(text.rstrip(" %")) for text in texts(page, "#shares td:nth-child(4)")]
    assert sum(shares) == pytest.approx(100, abs=8) and max(shares) > 10
    page.evaluate("(d => { d.value = 0; d.oninput() })(document.getElementById('depth'))")
    page.wait("document.getElementById('asked').textContent.startsWith('At layer 0')")
    page.press("Escape")
    page.evaluate("(d => { d.value = 12; d.oninput() })(document.getElementById('depth'))")
    page.evaluate("(by => { by.value = 'embedding'; by.onchange() })(document.getElementById('by'))")


def test_q21_by_mouse_and_keyboard(opened, page_file):
    """The names of layer one's heads, read from their small pictures."""
    page = opened(page_file)
    functions = head_functions(
        attention(kit("kit-en"), [" ".join(words) for words, _ in load_corpus().sentences[:100]])
    )
    signs = {"next": "›", "previous": "‹", "self": "=", "special": "*", "period": "•", "mixed": ""}
    expected = [f"{h} {signs[label]}".strip() for h, label in enumerate(functions.label[0], 1)]
    assert [text.strip() for text in texts(page, "#thumbs button")] == expected
    names = {
        "›": "The next token",
        "‹": "The previous token",
        "=": "The token itself",
        "*": "Special tokens",
        "•": "The period",
    }
    assert is_right("Q21", *{names[text.split()[1]] for text in texts(page, "#thumbs button") if " " in text.strip()})
    page.evaluate("document.getElementById('layer').focus()")
    page.press("Tab", "ArrowRight")
    page.wait("document.getElementById('chosen').textContent.startsWith('Preview')")
    assert "next token" in texts(page, "#chosen")[0]


@pytest.mark.parametrize("keyboard", [False, True])
def test_q23(opened, page_file, keyboard):
    page = opened(page_file)

    def mask(place):
        if keyboard:
            page.evaluate("document.querySelector('#from .mask').focus()")
            page.press("Home", *["ArrowDown"] * (place - 1), "Enter")
        else:
            page.click(mask_button(place))
        page.wait(f"document.querySelectorAll('#from .row')[{place}].querySelector('.is-masked') !== null")

    mask(10)
    page.point("h1")
    page.evaluate(f"{ACTIVE}.blur()")
    assert is_right("Q23.1", candidates(page)[0][0])
    mask(3)
    page.point("h1")
    page.evaluate(f"{ACTIVE}.blur()")
    rows = [row for row in candidates(page) if row[0] == "he" and len(row) > 3]
    offered = ("About 0.81", "About 0.99", "About 0.18", "About 0.01")
    assert is_right("Q23.2", min(offered, key=lambda text: abs(float(text.split()[1]) + rows[-1][3])))


@pytest.mark.parametrize("keyboard", [False, True])
def test_q24(opened, page_file, keyboard):
    """Of the five heads, the one that finds whom a pronoun means: its share in the table, and its row of she."""
    page = opened(page_file)
    if keyboard:
        page.evaluate("document.querySelector('#scores summary').focus()")
        page.press("Enter")
        page.press("Tab", *["Tab"] * 9)
        assert "coreference" in page.evaluate(f"{ACTIVE}.textContent")
        page.press("Enter")
    else:
        page.click("#scores summary")
        page.click("#table th:nth-child(9) button")
    rows = page.evaluate(
        "[...document.querySelectorAll('#table tbody tr')].map(r => [...r.cells].map(c => c.textContent))"
    )
    offered = [(4, 12), (5, 12), (11, 12), (8, 12), (10, 12)]
    order = [(int(row[0]), int(row[1])) for row in rows if (int(row[0]), int(row[1])) in offered]
    best = order[0]
    accuracy = {(int(row[0]), int(row[1])): float(row[8]) for row in rows}
    assert is_right("Q24", "Layer {}, head {}".format(*best))
    assert accuracy[best] > 1.5 * max(accuracy[one] for one in offered if one != best)
    if keyboard:
        page.evaluate("document.querySelector('#grid button').focus()")
        page.press(*["ArrowDown"] * (best[0] - 1), *["ArrowRight"] * (best[1] - 1), "Enter")
    else:
        page.click(head(*best, HEADS))
    choose_only(page, *best, HEADS)
    page.evaluate("document.querySelector('#from .row:nth-child(11) .token').focus()")
    assert "she" in texts(page, "#live")[0] and "officer" in texts(page, "#live")[0]


# -- other models, and how it looks -----------------------------------------------------------------------------------


def test_an_answer_is_pointed_at(opened, tmp_path):
    first, second = load_questions()[:2]
    page = opened(explore(kit("kit-qa"), (first.question, first.context), live=True).save(tmp_path / "qa.html"))
    answer = answer_question(kit("kit-qa"), first.question, first.context)
    assert texts(page, "#candidates b") == [answer.text]
    assert "".join(texts(page, "#from .is-answer")).replace(" ", "") == answer.text.replace(" ", "")
    write(page, second.question)
    write(page, second.context, "context")
    answer = answer_question(kit("kit-qa"), second.question, second.context)
    page.wait(f"document.querySelector('#candidates b').textContent === {json.dumps(answer.text)}")
    assert number(texts(page, "#candidates p")[0].split()[-1]) == pytest.approx(answer.probability, abs=0.01)
    write(page, "", "context")
    page.wait("document.getElementById('said').textContent.includes('no word')")


def test_chinese_lies_down_and_finds_its_like(opened, tmp_path):
    text = "今天買了蘋果來吃。"
    page = opened(explore(kit("kit-zh"), text, live=True).save(tmp_path / "zh.html"))
    assert page.evaluate("document.getElementById('columns').className") == "lying"
    write(page, "蘋果的股價又跌了。")
    read_as(page, "蘋果的股價又跌了。", "kit-zh")
    page.click("#read")
    page.wait("document.getElementById('to-read').hidden", seconds=120)
    page.click(token("from", 1))
    page.wait("document.querySelectorAll('#hits li').length === 50")
    assert "蘋" in texts(page, "#hits b")[0] and texts(page, "#shares tr") == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_fits_its_width_and_can_be_read(opened, page_file, width, dark):
    page = opened(page_file, width=width, dark=dark)
    page.click("#detail summary")
    page.click(token("from", 10))
    page.click(head(5, 9, HEADS))
    page.evaluate("document.getElementById('scores').open = true")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST) == []


def test_in_a_notebook_too(opened, tmp_path):
    page = opened(notebook(tmp_path, explore(kit("kit-zh"), "今天買了蘋果來吃。", live=True)))
    page.click(mask_button(5), frame=1)
    page.wait("!!document.querySelector('#from .is-masked')", frame=1)
    ours = predict_masked(kit("kit-zh"), "今天買了蘋果來吃。", [5], top=5)[5].top
    assert [row[0] for row in candidates(page, 1)][:2] == [one.token for one in ours][:2]
    assert page.evaluate("document.getElementById('link').hidden", frame=1)  # a frame has no address to link to

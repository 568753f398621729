"""The explorer in a real browser, the network refused: from a file and from a notebook, by mouse and by keyboard."""

import json
import struct
import warnings

import nbformat
import pytest
from given.berts import kit, tiny_bert, tiny_qa
from nbconvert import HTMLExporter

from hw9_xai.bert.attention import attention
from hw9_xai.bert.heads import head_functions
from hw9_xai.bert.prediction import predict_masked
from hw9_xai.pages.attention.explorer import explore

BERT = tiny_bert()
TEXT = "Emily is kind because she sleeps ."  # 10 tokens: sleep ##s
SHE, EMILY = 5, 1
ROW = "document.querySelectorAll('#from .row')"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    return explore(BERT, TEXT, pairs=[("Emily", "she")]).save(tmp_path_factory.mktemp("explorer") / "page.html")


def mask_button(i):
    return f"#from .row:nth-child({i + 1}) .mask"


def token(side, i):
    return f"#{side} .row:nth-child({i + 1}) .token"


def head(layer, number, heads=2):
    return f"#grid button:nth-of-type({(layer - 1) * heads + number})"


def texts(page, selector, frame=0):
    return page.evaluate(f"[...document.querySelectorAll({json.dumps(selector)})].map(e => e.textContent)", frame)


def number(text):
    return float(text.replace("−", "-"))


def candidates(page, frame=0):
    rows = page.evaluate(
        "[...document.querySelectorAll('#candidates tbody tr')].map(r => [...r.cells].map(c => c.textContent))", frame
    )
    return [(row[0], *map(number, row[1:])) for row in rows]


def choose_only(page, layer, number, heads=2):
    page.click("#none")
    page.click(head(layer, number, heads))


def test_predictions_equal_pythons(opened, page_file):
    page = opened(page_file)
    page.click(mask_button(SHE))
    ours = predict_masked(BERT, TEXT, "she", top=5)["she"].top
    shown = candidates(page)
    assert [row[0] for row in shown] == [one.token for one in ours]
    assert [row[1] for row in shown] == pytest.approx([one.probability for one in ours], abs=6e-4)
    assert [row[2] for row in shown] == pytest.approx([one.change for one in ours], abs=6e-4)
    assert ours[0].token in page.evaluate("document.getElementById('live').textContent")
    assert texts(page, token("from", SHE)) == ["[MASK]"]
    page.click(mask_button(SHE))
    assert texts(page, token("from", SHE)) == ["she"]


def test_a_pair_is_shown_with_both_differences(opened, page_file):
    page = opened(page_file)
    page.click("#pairs button")
    pair, alone = predict_masked(BERT, TEXT, ["Emily", "she"]), predict_masked(BERT, TEXT, "she", top=72)["she"].top
    rows = candidates(page)
    at_she = rows[next(i for i, row in enumerate(rows) if i >= 5 and row[0] == pair[SHE].top[0].token) :]
    first, only_she = pair[SHE].top[0], {one.token: one.probability for one in alone}
    assert at_she[0][1:] == pytest.approx(
        (first.probability, first.change, first.probability - only_she[first.token]), abs=6e-4
    )
    assert page.evaluate("document.querySelector('#pairs button').getAttribute('aria-pressed')") == "true"
    assert texts(page, token("to", EMILY)) == texts(page, token("to", SHE)) == ["[MASK]"]


def test_two_masks_by_their_buttons_are_the_pair_and_another_is_refused_in_words(opened, page_file):
    page = opened(page_file)
    page.click(mask_button(SHE))
    page.click(mask_button(EMILY))
    assert page.evaluate("document.querySelector('#pairs button').getAttribute('aria-pressed')") == "true"
    page.click(mask_button(3))
    assert "were not computed" in texts(page, "#refused")[0]
    assert texts(page, ".mask[aria-pressed=true]") == ["■"] and texts(page, token("from", 3)) == ["[MASK]"]


@pytest.mark.parametrize("masked", [(), "she"])
def test_attention_equals_pythons(opened, page_file, masked):
    page = opened(page_file)
    choose_only(page, 3, 2)
    if masked:
        page.click(mask_button(SHE))
    weights = attention(BERT, TEXT, masked).weights[2, 1]
    page.point(token("from", 3))
    assert list(map(number, texts(page, "#to .weight"))) == pytest.approx(weights[3].tolist(), abs=0.0071)
    page.point(token("to", 4))
    assert list(map(number, texts(page, "#from .weight"))) == pytest.approx(weights[:, 4].tolist(), abs=0.0071)


def test_several_heads_are_averaged_and_said_so(opened, page_file):
    page = opened(page_file)
    choose_only(page, 1, 1)
    page.click(head(4, 2))
    page.point(token("from", 2))
    weights = attention(BERT, TEXT).weights
    assert list(map(number, texts(page, "#to .weight"))) == pytest.approx(
        ((weights[0, 0, 2] + weights[3, 1, 2]) / 2).tolist(), abs=0.0071
    )
    assert texts(page, "#chosen") == ["Curves: mean of 2 heads."]
    page.click("#all")
    assert texts(page, "#chosen") == ["Curves: mean of 8 heads."]
    page.click("#none")
    assert texts(page, "#curves path") == [] and texts(page, "#chosen") == ["No head is chosen."]


def test_without_special_tokens_rows_are_scaled_up_and_said_so(opened, page_file):
    page = opened(page_file)
    choose_only(page, 2, 1)
    page.click("#special")
    page.point(token("from", 3))
    row = attention(BERT, TEXT).weights[1, 0, 3, 1:-1]
    assert list(map(number, texts(page, "#to .weight")[1:-1])) == pytest.approx((row / row.sum()).tolist(), abs=0.02)
    assert "scaled up to sum to 1" in texts(page, "#says")[0]


def test_the_slider_keeps_the_strongest_links_that_hold_the_share(opened, page_file):
    page = opened(page_file)
    choose_only(page, 3, 1)
    page.evaluate("document.getElementById('top').focus()")
    counts = {}
    for key in ("End", "Home"):
        page.press(key)
        counts[texts(page, "#top-shown")[0]] = page.evaluate("document.querySelectorAll('#curves path').length")
    weights = attention(BERT, TEXT).weights[2, 0].numpy()
    assert counts["5 %"] == len(weights)  # one link of each token
    assert counts["100 %"] == (weights * 255).round().astype(bool).sum()


def test_the_table_of_scores_equals_pythons(opened, page_file):
    page = opened(page_file)
    found = head_functions(attention(BERT, TEXT))
    rows = page.evaluate(
        "[...document.querySelectorAll('#table tbody tr')].map(r => [...r.cells].map(c => c.textContent))"
    )
    assert len(rows) == 8
    for row in rows:
        layer, number_ = int(row[0]) - 1, int(row[1]) - 1
        for cell, name in zip(row[2:7], found.score, strict=True):
            score, lift = cell.split(" ×")
            assert float(score) == pytest.approx(found.score[name][layer, number_].item(), abs=6e-4)
            assert float(lift) == pytest.approx(found.lift[name][layer, number_].item(), abs=0.06)
        assert float(row[7]) == pytest.approx(found.entropy[layer, number_].item(), abs=6e-4)
    assert "1 sentence: weak" in texts(page, "#weak")[0]


def test_every_control_by_keyboard_alone(opened, page_file):
    page = opened(page_file)
    active = "document.activeElement"
    page.press("Tab")
    assert page.evaluate(f"{active}.id") == "link"
    page.press("Tab")
    assert page.evaluate(f"{active}.id") == "language"
    page.press("Enter")
    assert texts(page, "h1") == ["注意力瀏覽器"] and page.evaluate("document.documentElement.lang") == "zh-Hant"
    page.press(" ", "Tab", "Enter")
    assert texts(page, "h1") == ["Attention explorer"]
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.press("Tab", "Home", "ArrowDown", "ArrowDown", "ArrowRight")  # the grid is one stop of Tab
    assert page.evaluate(f"{active}.title").startswith("layer 3 head 2")
    before = page.evaluate(f"{active}.getAttribute('aria-pressed')")
    page.press("Enter")
    assert page.evaluate(f"{active}.getAttribute('aria-pressed')") != before
    page.press("Tab", "Enter")
    assert len(texts(page, "#grid [aria-pressed=true]")) == 8
    page.press("Tab", " ")
    assert texts(page, "#grid [aria-pressed=true]") == []
    page.press("Tab", "ArrowRight")
    assert texts(page, "#layer-shown") == ["2"]
    page.press("Tab", "ArrowRight", "Enter")
    assert page.evaluate("document.querySelector('#grid [aria-pressed=true]').title").startswith("layer 2 head 2")
    page.press("Enter", "Tab", "ArrowRight")
    assert texts(page, "#top-shown") == ["65 %"]
    page.press("Tab", " ")
    assert not page.evaluate("document.getElementById('special').checked")
    page.press("Tab", " ")
    assert page.evaluate("document.getElementById('columns').className") == "lying"
    page.press(" ", "Tab", "Enter")
    assert page.evaluate(f"{active}.textContent") == "Emily + she"
    assert page.evaluate(f"{active}.getAttribute('aria-pressed')") == "true"
    page.press("Enter", "Tab", *["ArrowDown"] * SHE, "ArrowLeft")
    assert page.evaluate(f"{active}.getAttribute('aria-label')") == "mask she"
    page.press(" ")
    assert texts(page, token("from", SHE)) == ["[MASK]"]
    page.press("ArrowRight", "ArrowDown")  # focus does what pointing does
    assert page.evaluate(f"{active}.getAttribute('aria-label')") == "from 6 sleep"
    assert texts(page, "#candidates caption") == ["6 sleep"]
    page.press("Enter", "Tab")  # pinned: it stays after the focus has gone
    assert texts(page, "#candidates caption") == ["6 sleep"]
    page.press("Escape")
    assert texts(page, "#candidates caption") == ["5 masked: she"]
    assert page.evaluate(f"{active}.tagName") == "SUMMARY"
    page.press("Enter")
    assert page.evaluate("document.getElementById('scores').open")


def test_the_other_controls_by_mouse(opened, page_file):
    page = opened(page_file)
    page.click("#language")
    assert texts(page, "h1") == ["注意力瀏覽器"]
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"
    page.click("#theme")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.drag("#top", 60)
    assert texts(page, "#top-shown") == ["100 %"]
    page.click(token("from", 3))
    page.point("h1")
    assert texts(page, "#candidates caption") == ["3 kind"]  # pinned
    page.click(token("from", 3))
    page.point("h1")
    page.evaluate("document.activeElement.blur()")
    assert texts(page, "#candidates caption") == []
    page.click("#scores summary")
    assert page.evaluate("document.getElementById('scores').open")


def test_a_head_that_is_pointed_at_is_previewed(opened, page_file):
    page = opened(page_file)
    choose_only(page, 3, 2)
    curves = "document.getElementById('curves').innerHTML"
    before = page.evaluate(curves)
    page.point("#thumbs button:nth-of-type(2)")
    assert texts(page, "#chosen")[0].startswith("Preview: layer 1 head 2") and page.evaluate(curves) != before
    assert page.evaluate("document.querySelectorAll('#grid [aria-pressed=true]').length") == 1
    page.point("h1")
    assert page.evaluate(curves) == before
    page.point(head(3, 1))
    assert texts(page, "#chosen")[0].startswith("Preview: layer 3 head 1")


INK = """((c) => { const d = c.getContext('2d').getImageData(0, 0, c.width, c.height);
  return Array.from({length: c.height}, (_, y) =>
    Array.from({length: c.width}, (_, x) => d.data[4 * (y * c.width + x) + 3]));
})(document.querySelector('%s'))"""


def test_small_pictures_show_the_attention_of_their_heads(opened, page_file):
    page = opened(page_file)
    page.evaluate("const slider = document.getElementById('layer'); slider.value = 4; slider.oninput()")
    weights = attention(BERT, TEXT).weights
    for number_ in (1, 2):
        ink = page.evaluate(INK % f"#thumbs button:nth-of-type({number_}) canvas")
        side = len(ink) // weights.shape[-1]
        size = range(weights.shape[-1])
        drawn = [ink[i * side][j * side] / 255 for i in size for j in size]
        assert drawn == pytest.approx(weights[3, number_ - 1].flatten().tolist(), abs=0.01)


@pytest.mark.parametrize("side", ["from", "to"])
def test_beside_the_text_stands_what_each_chosen_head_does(opened, page_file, side):
    page = opened(page_file)
    choose_only(page, 1, 1)
    page.click(head(4, 2))
    page.point(token(side, 2))
    ink = page.evaluate(INK % "#matrix")
    weights = attention(BERT, TEXT).weights
    for column, (layer, number_) in enumerate([(0, 0), (3, 1)]):
        expected = weights[layer, number_, 2] if side == "from" else weights[layer, number_, :, 2]
        for i, weight in enumerate(expected.tolist()):
            cell = [row[2 + 15 * column : 17 + 15 * column] for row in ink[34 + 26 * i : 60 + 26 * i]]
            across = sum(any(row[x] > 100 for row in cell) * 1 for x in range(15) if x != 7)
            # Its side is the root of the weight; the thin line in the middle is there for all.
            assert across + 1 == pytest.approx(max(1, 14 * weight**0.5), abs=2.1)
    assert texts(page, "#says")[0].endswith("token by token.")


def test_lying_down_the_arrows_follow_the_tokens(opened, page_file):
    page = opened(page_file)
    page.click("#lying")
    lines = page.evaluate(
        "['from', 'to'].map(s => [...document.querySelectorAll('#' + s + ' .token')]"
        ".map(t => t.getBoundingClientRect()).map(r => [r.x + r.width / 2, r.y]))"
    )
    for above, below in zip(*lines, strict=True):
        assert above[0] == pytest.approx(below[0], abs=1) and above[1] + 100 < below[1]
    page.evaluate("document.querySelector('#from .row:nth-child(4) .token').focus()")
    page.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "from 4 because"
    page.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "to 4 because"
    weights = attention(BERT, TEXT).weights
    page.press("ArrowUp")
    choose_only(page, 3, 2)
    page.point(token("from", 3))
    assert list(map(number, texts(page, "#to .weight"))) == pytest.approx(weights[2, 1, 3].tolist(), abs=0.0071)


def test_a_link_brings_the_view_back(opened, page_file):
    page = opened(page_file)
    choose_only(page, 3, 2)
    page.click(head(4, 1))
    page.click(mask_button(SHE))
    page.click(token("to", 3))
    page.click("#special")
    page.click("#lying")
    page.click("#language")
    page.evaluate("const slider = document.getElementById('layer'); slider.value = 2; slider.oninput()")
    link = page.evaluate("document.getElementById('link').getAttribute('href')")
    state = "document.querySelector('main').innerHTML.replace(/ tabindex=.[-0-9]+.|<canvas id=.matrix[^>]*>/g, '')"
    page.point("h1")
    page.evaluate("document.activeElement.blur()")
    before = page.evaluate(state)
    other = opened(page_file)
    assert other.evaluate(state) != before
    other.evaluate(f"location.hash = {json.dumps(link)}")
    other.wait("document.documentElement.lang === 'zh-Hant'")
    other.wait("!!document.querySelector('#from .is-masked')")
    assert other.evaluate(state) == before
    assert texts(other, "#said") == [""]


@pytest.mark.parametrize(
    "link",
    [
        "heads=99.1",
        "masked=<img>",
        "token=from.999",
        "x=1",
        "%E0%A4%A",
        "top=-5",
        "masked=1,2,3",
        "heads=,,",
        "language=constructor",
        "language=__proto__",
    ],
)
def test_a_broken_link_is_said_and_what_is_sound_is_kept(opened, page_file, link):
    page = opened(page_file)
    page.evaluate(f"location.hash = {json.dumps('layer=3&' + link)}")
    page.wait("document.getElementById('layer-shown').textContent === '3'")
    assert texts(page, "#said")[0] or texts(page, "#refused")[0] or link == "token=from.999"
    assert len(texts(page, "#from .token")) == 10 and page.evaluate("document.images.length") == 0


def test_a_column_of_the_scores_sorts(opened, page_file):
    page = opened(page_file)
    page.click("#scores summary")
    page.click("#table th:nth-child(3) button")
    column = [float(text.split(" ")[0]) for text in texts(page, "#table td:nth-child(3)")]
    assert column == sorted(column, reverse=True) and len(set(column)) > 1


HOSTILE = "</script><img src=x onerror=alert(1)> \u2028 \u202edog\u200f '\"; the cat 🐺 <!-- {{data}}"


def test_hostile_text_is_shown_as_text(opened, tmp_path):
    explorer = explore(BERT, HOSTILE)
    page = opened(explorer.save(tmp_path / "hostile.html"))
    shown = "".join(texts(page, "#from .token"))
    assert all(part in shown for part in ("<", "/", "script", "img", "dog", "[UNK]"))
    assert page.evaluate("document.images.length") == 0 and page.evaluate("document.scripts.length") == 2
    assert "</script><img" not in explorer.html and "\u2028" not in explorer.html and "\u202e" not in explorer.html


def test_hostile_tokens_are_shown_as_text(opened, tmp_path):
    bert = tiny_bert()
    evil = "</script><img/src=x/onerror=document.title=1>"
    bert.tokenizer.add_tokens([evil])
    bert.model.resize_token_embeddings(len(bert.tokenizer))
    page = opened(explore(bert, f"the {evil} sleeps").save(tmp_path / "hostile.html"))
    assert texts(page, token("from", 2)) == [evil]
    assert page.evaluate("document.images.length") == 0 and "Attention" in page.evaluate("document.title")


def notebook(tmp_path, *explorers):
    """What nbconvert makes of a notebook that shows these."""
    cells = [
        nbformat.v4.new_code_cell(
            "explore(...)", outputs=[nbformat.v4.new_output("display_data", {"text/html": one._repr_html_()})]
        )
        for one in explorers
    ]
    exporter = HTMLExporter(template_name="basic")  # nbconvert's other templates load MathJax from a network
    html, _ = exporter.from_notebook_node(nbformat.v4.new_notebook(cells=cells))
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><meta charset='utf-8'><body>{html}", encoding="utf-8")
    return path


def test_two_explorers_of_a_notebook_do_not_interfere(opened, tmp_path):
    page = opened(notebook(tmp_path, explore(BERT, TEXT), explore(BERT, "the dog sleeps .")))
    page.click(mask_button(SHE), frame=1)
    page.click(mask_button(2), frame=2)
    page.click("#language", frame=2)
    assert texts(page, token("from", SHE), 1) == ["[MASK]"] and texts(page, token("from", 2), 2) == ["[MASK]"]
    assert texts(page, "h1", 1) == ["Attention explorer"] and texts(page, "h1", 2) == ["注意力瀏覽器"]
    ours = predict_masked(BERT, "the dog sleeps .", "dog", top=5)["dog"].top
    assert [row[0] for row in candidates(page, 2)] == [one.token for one in ours]
    assert page.evaluate("document.querySelectorAll('details img').length") == 2  # the plain form beneath each
    assert page.evaluate("[...document.querySelectorAll('details')].every(d => !d.open)")


def test_without_scripts_the_page_is_a_table_and_a_picture(opened, page_file):
    page = opened(page_file, scripts=False)
    assert "Emily + she" in page.evaluate("document.querySelector('noscript td:last-of-type, noscript').innerText")
    assert page.evaluate("document.querySelector('noscript img').naturalWidth") > 100


def test_a_frame_cannot_reach_its_page(opened, tmp_path):
    page = opened(notebook(tmp_path, explore(BERT, TEXT)))
    reach = "(() => { try { return parent.document.title } catch (error) { return error.name } })()"
    assert page.evaluate(reach, 1) == "SecurityError"


def test_a_model_that_predicts_no_words_says_so(opened, tmp_path):
    page = opened(explore(tiny_qa(), ("who sleeps ?", "the dog sleeps .")).save(tmp_path / "qa.html"))
    page.click(mask_button(2))
    assert texts(page, "#candidates") == ["This model predicts no words."]


def test_64_tokens_still_answer(opened, tmp_path):
    big = tiny_bert(layers=12, heads=4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = explore(big, " ".join(["the dog sleeps ."] * 12 + ["a"] * 2), pairs=[(1, 2)]).save(
            tmp_path / "long.html"
        )
    page = opened(path)
    assert len(texts(page, "#from .token")) == 64 and path.stat().st_size < 3_000_000
    page.click("#all")
    page.click(mask_button(7))
    assert len(candidates(page)) == 5
    assert page.evaluate("(() => { const t = performance.now(); document.getElementById('all').click();"
                         "return performance.now() - t })()") < 1000  # fmt: skip


def test_the_homeworks_sentence_is_small_and_soon_interactive(opened, tmp_path):
    text = "The police officer is popular with the residents because she is very generous and kind."
    explorer = explore(kit("kit-en"), text)
    path = explorer.save(tmp_path / "officer.html")
    assert path.stat().st_size < 1_500_000 and len(explorer._repr_html_()) < 1_500_000
    page = opened(path)
    assert len(texts(page, "#from .token")) == 18 and len(texts(page, "#grid button")) == 144
    page.click(mask_button(10))
    ours = predict_masked(kit("kit-en"), text, "she", top=5)["she"].top
    assert [row[1] for row in candidates(page)] == pytest.approx([one.probability for one in ours], abs=6e-4)
    assert page.evaluate("performance.getEntriesByName('ready')[0].startTime") < 1000  # milliseconds from the start


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_fits_its_width_and_can_be_read(opened, page_file, tmp_path, width, dark):
    page = opened(page_file, width=width, dark=dark)
    page.click("#pairs button")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    low = page.evaluate(CONTRAST)
    assert low == []
    page.screenshot(tmp_path / "shot.png")
    assert struct.unpack(">I", (tmp_path / "shot.png").read_bytes()[16:20])[0] == width


CONTRAST = """(() => {
  const parse = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => { for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0) return c;
  } return [255, 255, 255]; };
  return [...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && e.id !== 'live'
      && [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .map((e) => { const [a, b] = [light(parse(getComputedStyle(e).color)), light(ground(e))];
      return [e.outerHTML.slice(0, 80), (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]; })
    .filter(([, ratio]) => ratio < 4.5);
})()"""

"""The layers page in a real browser, the network refused: from a file and from a notebook, by mouse and keyboard."""

import json

import nbformat
import pytest
import torch
from nbconvert import HTMLExporter

from hw9_xai.bert.hidden import HiddenStates
from hw9_xai.pages.layers.explorer import explore_layers

HOSTILE = "</script><img src=x onerror=alert(1)>\u202e"
TOKENS = ("who", "?", HOSTILE, "nurse", ".")


def states(seed):
    drawn = torch.randn(4, 5, 8, generator=torch.Generator().manual_seed(seed))
    return HiddenStates(drawn, TOKENS, (0, 0, 1, 1, 1), (False,) * 5, (3,))


@pytest.fixture(scope="module")
def made():
    return explore_layers(states(0), states(1))


@pytest.fixture(scope="module")
def page_file(made, tmp_path_factory):
    return made.save(tmp_path_factory.mktemp("layers") / "page.html")


def texts(page, selector, frame=0):
    return page.evaluate(f"[...document.querySelectorAll({json.dumps(selector)})].map(e => e.textContent)", frame)


def places(page, panel, frame=0):  # {token: [x, y]}, as drawn, in the page's own unit
    found = page.evaluate(f"""[...document.querySelectorAll('.plane')[{panel}].querySelectorAll('.at')].map(g => {{
        const moved = new DOMMatrix(getComputedStyle(g).transform);
        return [g.textContent, moved.e, -moved.f]; }})""", frame)  # fmt: skip
    return {token: (x, y) for token, x, y in found}


def settled(page, frame=0):
    page.wait("document.getAnimations().length === 0", frame)


def points_of(made):
    data = json.loads(made.html.split('type="application/json">')[1].split("</script>")[0])
    return [panel["points"] for panel in data["panels"]], [panel["explained"] for panel in data["panels"]]


def agrees(page, made, layer, frame=0):
    settled(page, frame)
    points, explained = points_of(made)
    for panel in (0, 1):
        drawn = places(page, panel, frame)
        for token, (x, y) in zip(TOKENS, points[panel][layer], strict=True):
            assert drawn[token] == pytest.approx((x, y), abs=0.051)
        kept = texts(page, "section .note", frame)[panel]
        assert f"{round(100 * explained[panel][layer])} %" in kept


def test_the_slider_moves_every_token_to_its_place_by_keyboard(opened, page_file, made):
    page = opened(page_file)
    agrees(page, made, 0)
    page.evaluate("document.getElementById('layer').focus()")
    page.press("ArrowRight", "ArrowRight")
    assert texts(page, "#layer-shown") == ["2"]
    agrees(page, made, 2)
    page.press("End")
    agrees(page, made, 3)


def test_play_goes_to_the_last_layer_and_stops(opened, page_file, made):
    page = opened(page_file)
    page.click("#play")
    assert texts(page, "#play") == ["stop"]
    page.wait("document.getElementById('play').textContent === 'play'")
    agrees(page, made, 3)


def test_names_by_pointer_by_list_and_all(opened, page_file):
    page = opened(page_file)
    seen = "getComputedStyle(t).visibility === 'visible'"
    shown = f"[...document.querySelectorAll('.at text')].filter(t => {seen}).length"
    assert page.evaluate(shown) == 2  # the answer, in both panels
    settled(page)
    page.point(".plane .question path")
    assert page.evaluate(shown) == 4
    assert texts(page, "#live")[0] in ("who (question), layer 0", "? (question), layer 0")
    page.press("Escape")
    assert page.evaluate(shown) == 2 and texts(page, "#live") == [""]
    page.evaluate("const t = document.getElementById('token'); t.value = '2'; t.onchange()")
    assert texts(page, "#live")[0].startswith(HOSTILE) and len(texts(page, ".chosen")) == 2
    page.click("#names")
    assert page.evaluate(shown) == 10


def test_kinds_differ_in_form_as_well_as_in_colour(opened, page_file):
    page = opened(page_file)
    forms = page.evaluate("[...document.querySelectorAll('#key path')].map(p => p.getAttribute('d'))")
    assert len(set(forms)) == 3 and texts(page, "#key span") == ["question", "context", "answer"]


def test_both_languages_and_a_phone(opened, page_file):
    page = opened(page_file, width=320, height=900)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.click("#language")
    assert texts(page, "h2") == ["微調前", "微調後"] and page.evaluate("document.documentElement.lang") == "zh-Hant"


def test_two_pages_live_in_one_notebook(opened, made, tmp_path):
    outputs = [nbformat.v4.new_output("display_data", {"text/html": made._repr_html_()}) for _ in range(2)]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("page", outputs=outputs)])
    path = tmp_path / "notebook.html"
    html = HTMLExporter(template_name="basic").from_notebook_node(notebook)[0]
    path.write_text("<!DOCTYPE html>" + html, encoding="utf-8")
    page = opened(path)
    for frame in (1, 2):
        agrees(page, made, 0, frame)
    assert page.evaluate("document.images.length", 1) == 0  # a hostile token is text

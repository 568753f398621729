"""The picture page in a real browser, the network refused: from a file and from a notebook, by mouse and keyboard."""

import json

import nbformat
import pytest
import torch
from given.nets import food_cnn, random_pictures
from nbconvert import HTMLExporter
from torch.nn.functional import interpolate

import hw9_xai as xai
from hw9_xai.cnn.classifier import CLASSES
from hw9_xai.pages.picture.explorer import explore_picture

MODEL, LABELS = food_cnn(width=4), [3, 9]
IMAGES = interpolate(random_pictures(2, 3, 16, 16), (128, 128), mode="bilinear")
IMAGES[1] *= 0.2
MODEL.fc[3].weight.data.mul_(100)  # untrained, its scores would hardly move
LEFT = torch.zeros(128, 128, dtype=torch.bool)
LEFT[:, :60] = True
HOSTILE = "</script><img src=x onerror=alert(1)> & \u202epea"
PARTS = {HOSTILE: LEFT, "pea": ~LEFT}
WITHOUT = [{"pea": IMAGES[1], HOSTILE: IMAGES[0] / 2}, {}]


@pytest.fixture(scope="module")
def made():
    return explore_picture(MODEL, IMAGES, LABELS, titles=[HOSTILE, "two"], masks=[PARTS, {}], without=WITHOUT)


@pytest.fixture(scope="module")
def page_file(made, tmp_path_factory):
    return made.save(tmp_path_factory.mktemp("picture") / "page.html")


def texts(page, selector, frame=0):
    return page.evaluate(f"[...document.querySelectorAll({json.dumps(selector)})].map(e => e.textContent)", frame)


def number(text):
    return float(text.replace("−", "-").replace("%", "").split("(")[0])


def bars(page, frame=0):  # name, chance and score of every class
    cells = texts(page, "#bars > span", frame)
    return {cells[i].removeprefix("★ "): (number(cells[i + 1]), number(cells[i + 2])) for i in range(0, len(cells), 4)}


def agrees(page, logits, frame=0):
    shown = bars(page, frame)
    assert list(shown) == list(CLASSES)
    assert [score for _, score in shown.values()] == pytest.approx(logits.tolist(), abs=0.0051)
    assert [p for p, _ in shown.values()] == pytest.approx((100 * logits.softmax(0)).tolist(), abs=0.51)


def choose_second(page, frame=0):
    second = "#pictures button:nth-child(2)"
    page.click(second, frame)
    page.wait(f"document.querySelector('{second}').getAttribute('aria-pressed') === 'true'", frame)


def set_slider(page, name, key, times=1):
    page.evaluate(f"document.getElementById('{name}').focus()")
    page.press(*[key] * times)


def test_scores_equal_pythons_and_move_to_the_truth(opened, page_file):
    page, logits = opened(page_file), xai.predict(MODEL, IMAGES)
    agrees(page, logits[0])
    assert texts(page, "#bars .is-label")[0] == f"★ {CLASSES[3]}"
    page.click("#parts button")
    agrees(page, logits[1])  # "without pea" is the other picture
    change = float(logits[1, 3] - logits[0, 3])
    assert f"({change:+.2f})".replace("-", "−") in texts(page, "#live")[0]
    assert texts(page, "#bars > span")[4 * 3 + 3] == f"{change:+.2f}".replace("-", "−")
    page.wait("getComputedStyle(document.querySelector('#left .after')).opacity === '1'")  # it fades in
    page.click("#parts button")
    agrees(page, logits[0])
    choose_second(page)
    agrees(page, logits[1])
    assert "no rendering" in texts(page, "#none")[0] and texts(page, "#parts button") == []


def test_a_click_on_the_picture_takes_out_what_is_there(opened, page_file):
    page = opened(page_file)
    x, y = page.place("#stage")
    for offset, expected in ((150, ["true", "false"]), (-150, ["false", "true"])):
        for kind in ("mousePressed", "mouseReleased"):
            page.send("Input.dispatchMouseEvent", type=kind, x=x + offset, y=y, button="left", clickCount=1)
        pressed = "[...document.querySelectorAll('#parts button')].map(b => b.getAttribute('aria-pressed'))"
        assert page.evaluate(pressed) == expected


def test_a_piece_is_shown_with_limes_word_and_the_truth(opened, page_file):
    page = opened(page_file)
    (explanation,) = xai.lime(MODEL, IMAGES[:1], 3)
    page.point("#stage")
    piece = int(explanation.segments[64, 64])
    assert number(texts(page, "#lime-says")[0]) == pytest.approx(float(explanation.weights[piece]), abs=0.0051)
    set_slider(page, "rank", "Home")
    strongest = explanation.weights.abs().max()
    assert strongest > 0.02  # or anything would be near it
    assert abs(number(texts(page, "#lime-says")[0])) == pytest.approx(float(strongest), abs=0.0051)
    assert texts(page, "#rank-shown")[0].startswith("1 / ")
    assert texts(page, "#agree")[0] and "LIME" in texts(page, "#live")[0]
    page.press("Escape")
    assert texts(page, "#lime-says") == ["–"]


def test_sliders_show_their_method_and_its_maps_change(opened, page_file):
    page = opened(page_file)
    source = "document.querySelector('#right .map').src"
    maps = {page.evaluate(source)}
    set_slider(page, "noise", "ArrowRight")
    assert page.evaluate("document.getElementById('right-layer').value") == "smoothgrad"
    assert texts(page, "#noise-shown") == ["0.4"]
    maps.add(page.evaluate(source))
    set_slider(page, "count", "Home")
    assert texts(page, "#count-shown") == ["1"]
    maps.add(page.evaluate(source))
    set_slider(page, "leg", "ArrowLeft", 3)
    assert page.evaluate("document.getElementById('right-layer').value") == "path"
    assert texts(page, "#leg-shown") == ["63 %"]
    maps.add(page.evaluate(source))
    assert len(maps) == 4
    path = xai.generate_images_on_linear_path(IMAGES[0], 0.0, torch.tensor([20 / 32]))
    assert number(texts(page, "#path-says")[0].split("is ")[1][:-1]) == pytest.approx(
        float(xai.predict(MODEL, path)[0, 3]), abs=0.0051
    )
    page.click("#play")
    page.wait("document.getElementById('leg-shown').textContent === '100 %'")


def test_the_edge_divides_two_layers(opened, page_file):
    page = opened(page_file)
    set_slider(page, "edge", "ArrowRight", 10)
    clips = [
        page.evaluate(f"getComputedStyle(document.getElementById('{side}')).clipPath") for side in ("left", "right")
    ]
    assert clips == ["inset(0px 40% 0px 0px)", "inset(0px 0px 0px 60%)"]
    page.evaluate("document.getElementById('left-layer').focus()")
    page.press("ArrowDown")
    assert page.evaluate("document.querySelector('#left .map').hidden") is False
    assert page.evaluate("document.querySelector('#left .photo').style.filter") == "grayscale(1)"


def test_hostile_names_are_text(opened, page_file):
    page = opened(page_file)
    assert texts(page, "#parts button") == ["pea", HOSTILE]
    assert page.evaluate("document.querySelectorAll('#parts img, #shown img').length") == 0
    assert HOSTILE in texts(page, "#shown")[0]


def test_both_languages_and_a_narrow_dark_screen(opened, page_file):
    page = opened(page_file, width=320, dark=True)
    page.click("#language")
    assert page.evaluate("document.documentElement.lang") == "zh-Hant" and texts(page, "h1") == ["圖片瀏覽器"]
    unsaid = "[...document.querySelectorAll('[data-say]')].filter(e => !e.textContent).length"
    assert page.evaluate(unsaid) == 0 and page.evaluate("document.documentElement.scrollWidth") <= 320
    page.click("#theme")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"


def test_two_pages_in_one_notebook_and_a_viewer_without_scripts(opened, made, tmp_path):
    outputs = [
        nbformat.v4.new_output("execute_result", {"text/html": made._repr_html_()}, execution_count=1) for _ in range(2)
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("page", outputs=outputs)])
    path = tmp_path / "notebook.html"
    path.write_text(
        "<!DOCTYPE html>" + HTMLExporter(template_name="basic").from_notebook_node(notebook)[0], encoding="utf-8"
    )
    page = opened(path)
    logits = xai.predict(MODEL, IMAGES)
    choose_second(page, frame=2)
    agrees(page, logits[0], frame=1)
    agrees(page, logits[1], frame=2)


def test_without_scripts_the_page_says_what_it_knows(opened, page_file):
    page = opened(page_file, scripts=False)
    assert HOSTILE in page.evaluate("document.body.innerText")


def test_ten_pictures_are_there_at_once(opened, made, tmp_path):
    head, rest = made.html.split('type="application/json">')
    data, tail = rest.split("</script>", 1)
    data = json.loads(data)
    data["pictures"] *= 5
    again = json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")
    path = tmp_path / "ten.html"
    path.write_text(f'{head}type="application/json">{again}</script>{tail}', encoding="utf-8")
    assert path.stat().st_size < 3_000_000
    page = opened(path)
    assert page.evaluate("performance.getEntriesByName('ready')[0].startTime") < 1500
    assert len(texts(page, "#pictures button")) == 10

"""The page of an evaluation in a real browser, the network refused."""

import torch

from hw9_xai.assets import DATA
from hw9_xai.evaluation import Evaluation
from hw9_xai.pages.evaluation.page import evaluation_page

ATTACK = "<img src=x onerror=alert(1)>"


def test_hostile_names_are_text_in_both_languages_at_any_width(opened, tmp_path):
    probabilities = torch.tensor([[0.2, 0.8, 0.0], [0.1, 0.1, 0.8], [0.9, 0.1, 0.0]])
    found = Evaluation(
        [ATTACK, "b" * 500, "c"], [DATA / "validation" / "0_1.jpg"] * 3, torch.tensor([0, 1, 0]), probabilities,
        [f"{ATTACK}: no"], [],
    )  # fmt: skip
    page = opened(evaluation_page(found, ATTACK).save(tmp_path / "page.html"), width=320)
    for words in ("1 of 3", "3 張照片答對 1 張"):
        assert words in page.evaluate("document.getElementById('accuracy').textContent")
        assert ATTACK in page.evaluate("document.querySelector('#left-out li').textContent")
        assert page.evaluate("[...document.images].every((image) => image.src.startsWith('data:'))")
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.evaluate("[...document.querySelectorAll('#confusion tbody td')].map((e) => e.textContent)") == [
            "1", "1", "", "", "0", "1",
        ]  # fmt: skip
        page.click("#language")

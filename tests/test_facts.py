"""The facts that notebooks print are those of another machine too: run with one thread, and with every weight off by
about what rounding does, they are the same. That takes some minutes, so: pytest -m bench tests/test_facts.py"""

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from hw9_xai.notebooks import FOLDER, run_all
from notebooks.conftest import same_facts

ANOTHER_MACHINE = """
import torch
from hw9_xai.bert import models
from hw9_xai.cnn import classifier

torch.set_num_threads(1)

def rounded_otherwise(load):
    def loaded(*given, **named):
        made = load(*given, **named)
        network, dice = getattr(made, "model", made), torch.Generator().manual_seed(SEED)
        with torch.no_grad():
            for weight in network.parameters():
                weight.mul_(1 + 1e-6 * (torch.rand(weight.shape, generator=dice) - 0.5))
        return made
    return loaded

classifier.load_classifier = rounded_otherwise(classifier.load_classifier)
models.load_bert = rounded_otherwise(models.load_bert)
"""


def facts(notebook, code):
    for cell in notebook.cells:
        if cell.cell_type == "code" and "NBVAL_IGNORE_OUTPUT" not in cell.source and cell.source != code:
            yield cell.id, "".join(out.text for out in cell.outputs if out.get("name") == "stdout")


@pytest.mark.bench
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.ipynb")), ids=lambda path: path.stem)
def test_another_machine_prints_the_same_facts(path, seed):
    code = ANOTHER_MACHINE.replace("SEED", str(seed))

    def prepare(notebook):
        place = next(i for i, cell in enumerate(notebook.cells) if cell.id == "setup") + 1
        notebook.cells.insert(place, new_code_cell(code))

    (run,) = run_all([path], prepare=prepare)
    assert run.error is None
    differ = [
        f"{name}:\n{here}\n--- another machine ---\n{there}"
        for (name, here), (_, there) in zip(
            facts(nbformat.read(path, as_version=4), code), facts(run.notebook, code), strict=True
        )
        if not same_facts(there, here)
    ]
    assert not differ, "\n\n".join(differ)


@pytest.mark.parametrize(
    ("printed", "same"),
    [
        ("salmon: 1.5 times, 3 of 10, +0.3, 8e-02 and 70%", True),
        ("salmon: 1.6 times, 3 of 10, +0.2, 7e-02 and 69%", True),
        ("salmon: 1.7 times, 3 of 10, +0.3, 8e-02 and 70%", False),  # two apart
        ("salmon: 1.5 times, 4 of 10, +0.3, 8e-02 and 70%", False),  # a count is exact
        ("salmon: 1.5 times, 3 of 10, -0.3, 8e-02 and 70%", False),
        ("salmon: 1.5 times, 3 of 10, +0.3, 8e-03 and 70%", False),
        ("radish: 1.5 times, 3 of 10, +0.3, 8e-02 and 70%", False),
        ("salmon: 1.5 times, 3 of 10, +0.3, 8e-02 and 70", False),
    ],
)
def test_only_the_last_digit_of_rounded_numbers_may_differ(printed, same):
    assert same_facts(printed, "salmon: 1.5 times, 3 of 10, +0.3, 8e-02 and 70%") == same


def test_zero_has_no_sign():
    assert same_facts("-0.0", "+0.0")


def test_a_smaller_power_of_ten_has_the_larger_ones_last_digit():
    assert same_facts("9e-03", "1e-02") and not same_facts("8.9e-03", "1.00e-02")

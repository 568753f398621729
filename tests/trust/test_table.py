"""Means, intervals and verdicts on rows whose statistics are known."""

import pytest
import torch
from given.nets import seeded
from scipy import stats

from hw9_xai import trust

GOOD, BAD = [0.9, 0.8, 0.9, 1.0, 0.7], [0.2, 0.1, 0.3, 0.2, 0.0]


def test_a_method_is_trusted_where_it_beats_the_better_control_on_the_same_pictures():
    measured = {"hits": {"good": GOOD, "bad": BAD, "random": [0.1] * 5, "edges": [0.3] * 5}}
    table = trust.trust_table(measured)
    assert table.bars == {"hits": pytest.approx(0.3)}
    assert table.trusted("hits") == ["good"]
    assert set(table.leads["hits"]) == {"good", "bad"}
    assert table.leads["hits"]["good"].mean == pytest.approx(0.86 - 0.3)
    assert table.methods == ["good", "bad", "random", "edges"]


def test_pictures_that_are_hard_for_all_do_not_blur_the_lead():
    hard = torch.tensor([0.0, 1.0, 2.0, 3.0, 4.0], dtype=torch.double)
    table = trust.trust_table({"hits": {"ahead": hard + 0.1, "edges": hard}})
    wide, lead = table.intervals["hits"]["ahead"], table.leads["hits"]["ahead"]
    assert wide.high - wide.low > 1
    assert lead.low == pytest.approx(0.1) and lead.high == pytest.approx(0.1)
    assert table.trusted("hits") == ["ahead"]


def test_a_lead_of_rounding_errors_is_no_lead():
    assert trust.trust_table({"hits": {"same": [1.0 + 4e-16] * 5, "edges": [1.0] * 5}}).trusted("hits") == []
    assert trust.trust_table({"hits": {"ahead": [1.001] * 5, "edges": [1.0] * 5}}).trusted("hits") == ["ahead"]


def test_a_given_bar_takes_the_place_of_the_controls():
    measured = {"repeats": {"good": GOOD, "bad": BAD}}
    assert trust.trust_table(measured, bars={"repeats": 0.5}).trusted("repeats") == ["good"]
    assert trust.trust_table(measured, bars={"repeats": 0.95}).trusted("repeats") == []
    with pytest.raises(ValueError, match="bars: expected a number for 'repeats', which no control was measured by"):
        trust.trust_table(measured)


def test_the_best_comes_first():
    table = trust.trust_table({"hits": {"second": [0.5] * 4, "first": [0.9] * 4, "edges": [0.1] * 4}})
    assert table.trusted("hits") == ["first", "second"]


def test_intervals_are_means_with_bounds_of_the_seed():
    values = torch.randn(40, generator=seeded(), dtype=torch.double)
    interval = trust.bootstrap(values)
    assert interval == trust.bootstrap(values) != trust.bootstrap(values, seed=1)
    assert interval.mean == pytest.approx(float(values.mean()))
    normal = 1.96 * float(values.std(unbiased=False)) / 40**0.5
    assert interval.high - interval.mean == pytest.approx(normal, rel=0.15)
    assert interval.mean - interval.low == pytest.approx(normal, rel=0.15)
    assert trust.bootstrap([2.0, 2.0, 2.0]) == trust.bootstrap([2.0]) == (2.0, 2.0, 2.0)


def test_intervals_hold_what_they_promise():
    """Of 300 samples of 40 from a known mean, about 95 % of the intervals hold it."""
    samples = torch.rand(300, 40, generator=seeded(), dtype=torch.double)
    held = [interval.low <= 0.5 <= interval.high for interval in (trust.bootstrap(row, draws=500) for row in samples)]
    assert 0.9 <= sum(held) / len(held) <= 0.98


@pytest.mark.parametrize("values", [[], [float("nan"), 1.0], [[1.0, 2.0]]])
def test_what_is_no_row_of_numbers_is_refused(values):
    with pytest.raises(ValueError, match="values: expected a row of finite numbers"):
        trust.bootstrap(values)


def test_a_method_measured_on_fewer_pictures_is_refused():
    with pytest.raises(ValueError, match=r"measured: expected one number for each picture.*good 3, edges 1"):
        trust.trust_table({"hits": {"good": [1.0, 1.0, 0.9], "edges": [0.1]}})


def test_the_page_shows_every_measure_marks_the_trusted_and_leaves_out_what_was_not_measured():
    page = trust.trust_table(
        {"hits": {"good": GOOD, "bad": BAD, "edges": [0.3] * 5}, "repeats": {"good": GOOD}}, bars={"repeats": 0.95}
    )._repr_html_()
    assert page.count("<tr>") == 4 and page.count("<td>") == 6
    assert "<th>edges (control)</th>" in page
    assert page.count("0.86 ✓") == 1 and page.count("0.86") == 2
    assert page.count("–") == 2  # bad and edges were not asked whether they repeat themselves
    assert "nan" not in page


def test_corrected_intervals_are_students_and_wider_the_more_cells():
    values = torch.randn(30, generator=seeded(), dtype=torch.double)
    one, hundred = trust.corrected(values, 1), trust.corrected(values, 100)
    expected = stats.t.interval(0.95, 29, loc=values.mean(), scale=stats.sem(values))
    assert (one.low, one.high) == pytest.approx(expected)
    expected = stats.t.interval(1 - 0.05 / 100, 29, loc=values.mean(), scale=stats.sem(values))
    assert (hundred.low, hundred.high) == pytest.approx(expected)
    assert trust.corrected(torch.tensor([0.3]), 1)[1:] == (-float("inf"), float("inf"))  # one picture proves nothing


def test_of_many_methods_by_luck_none_is_trusted_by_luck():
    """1,000 tables of 20 methods that lead by nothing: few trust any, where single intervals trust some."""
    noise = torch.randn(1000, 20, 40, generator=seeded(), dtype=torch.double)
    corrected = [any(trust.corrected(row, 20).low > 0 for row in table) for table in noise]
    single = [any(trust.corrected(row, 1).low > 0 for row in table) for table in noise]
    assert sum(corrected) / 1000 < 0.045 and sum(single) / 1000 > 0.3


def test_how_many_pictures_would_settle_it():
    lead = torch.cat([torch.full((50,), 1.0), torch.full((50,), -0.9)]).double()  # leads by 0.05, 0.95 wide
    table = trust.trust_table({"hits": {"ahead": lead, "behind": -lead, "edges": torch.zeros(100)}})
    assert table.trusted("hits") == []
    needed = table.pictures_needed("hits")
    assert set(needed) == {"ahead"} and 1500 < needed["ahead"] < 2300
    proved = lead.repeat(needed["ahead"] // 100 + 1)
    table = trust.trust_table({"hits": {"ahead": proved, "behind": -proved, "edges": torch.zeros(len(proved))}})
    assert table.trusted("hits") == ["ahead"] and table.pictures_needed("hits") == {}


def test_names_are_shown_as_text():
    table = trust.trust_table({"<b>hits": {"<script>alert(1)</script>": GOOD, "edges": BAD}}, controls=["edges"])
    assert "<script>" not in table._repr_html_() and "<b>hits" not in table._repr_html_()

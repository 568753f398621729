"""What one student may cost, and how many remarks a row takes."""

import pytest

from hw9_xai.instructor import budget
from hw9_xai.instructor.budget import Budget, Exhausted, Remarks


@pytest.mark.parametrize("cost, problem", [
    ({"files": 1001}, "more than 1,000 files or 200 MB"), ({"size": 200_000_001}, "more than 1,000 files or 200 MB"),
    ({"code": 1_000_001}, "more code that names questions than anybody writes"),
])  # fmt: skip
def test_what_is_spent_stays_spent(cost, problem):
    mine = Budget()
    mine.charge(files=1000, size=200_000_000, code=1_000_000)
    mine = Budget()
    for _ in range(2):
        with pytest.raises(Exhausted, match=f"^{problem}.*; the rest is not read$"):
            mine.charge(**cost)
        cost = {}


def test_time_is_that_of_the_processor(monkeypatch):
    mine = Budget()
    mine.charge()
    monkeypatch.setattr(budget.time, "process_time", lambda: mine.end + 1)
    with pytest.raises(Exhausted, match="more than 10 seconds to read"):
        mine.charge()


def test_remarks_are_the_first_each_once_and_how_many_more():
    remarks = Remarks()
    for number in [*range(25), *range(5)]:
        remarks.add(str(number))
    assert remarks.listed() == [*map(str, range(20)), "and 5 more"]

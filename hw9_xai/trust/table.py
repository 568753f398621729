"""Which method to trust for which question: means over pictures, with intervals, against controls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, inf, sqrt
from typing import NamedTuple

import torch
from scipy.stats import t as student
from torch import Tensor

from hw9_xai.arguments import seed_number

ROUNDING = 1e-9  # a lead no larger than this is none: two correlations of 1 may differ in their last bit
Measured = Mapping[str, Mapping[str, Sequence[float] | Tensor]]  # measure -> method -> one number for each picture


class Interval(NamedTuple):
    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.2f} [{self.low:.2f}, {self.high:.2f}]"


@dataclass(frozen=True)
class TrustTable:
    """What each method scored by each measure, and which of them the measure gives reason to trust."""

    intervals: dict[str, dict[str, Interval]]  # measure -> method -> mean over pictures with its 95 % interval
    bars: dict[str, float]  # measure -> what had to be cleared: a given number, or the best control's mean
    leads: dict[str, dict[str, Interval]]  # measure -> method -> how far above the bar: `corrected` for all cells
    controls: tuple[str, ...]
    pictures: dict[str, int]  # measure -> how many

    @property
    def methods(self) -> list[str]:  # controls last
        names = dict.fromkeys(method for row in self.intervals.values() for method in row)
        return sorted(names, key=lambda name: name in self.controls)

    def trusted(self, measure: str) -> list[str]:
        """The methods whose lead over the bar is above zero with its whole interval, best first."""
        leads = {method: lead for method, lead in self.leads[measure].items() if lead.low > ROUNDING}
        return sorted(leads, key=lambda method: -leads[method].mean)

    def pictures_needed(self, measure: str) -> dict[str, int]:
        """Of the methods that lead without proof: about how many pictures would prove a lead of this size."""
        return {
            method: ceil(self.pictures[measure] * ((lead.mean - lead.low) / lead.mean) ** 2)
            for method, lead in self.leads[measure].items()
            if lead.low <= ROUNDING < lead.mean
        }

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(measure)}</th>" for measure in self.intervals)
        rows = "".join(
            f"<tr><th>{escape(method)}{' (control)' * (method in self.controls)}</th>"
            + "".join(f"<td>{self._cell(measure, method)}</td>" for measure in self.intervals)
            + "</tr>"
            for method in self.methods
        )
        table = f"<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>"
        return f'<div style="overflow-x: auto">{table}</div>'

    def _cell(self, measure: str, method: str) -> str:
        if method not in self.intervals[measure]:
            return "–"
        interval = self.intervals[measure][method]
        mean = f"<b>{interval.mean:.2f} ✓</b>" if method in self.trusted(measure) else f"{interval.mean:.2f}"
        return f"{mean}<br><small>{interval.low:.2f} … {interval.high:.2f}</small>"


def trust_table(
    measured: Measured,
    *,
    controls: Sequence[str] = ("random", "edges"),
    bars: Mapping[str, float] | None = None,
    seed: int = 0,
    draws: int = 2000,
) -> TrustTable:
    """Means over pictures, each with an interval, and each method's lead over the better control or a given bar.

    The lead is taken picture by picture: some pictures are harder for all, and that is no reason to doubt a method.
    Among many cells some would clear their bar by luck: the leads' intervals are so wide that all of them together hold
    with 95 % (Bonferroni).

    >>> table = trust_table({"hits": {"good": [1.0, 0.9, 1.0], "edges": [0.5, 0.0, 0.25]}}, controls=["edges"])
    >>> table.bars, table.trusted("hits")
    ({'hits': 0.25}, ['good'])
    """
    bars = bars or {}
    intervals, cleared, leads = {}, {}, {}
    cells = sum(method not in controls for by_method in measured.values() for method in by_method)
    for measure, by_method in measured.items():
        values = {method: torch.as_tensor(row, dtype=torch.double) for method, row in by_method.items()}
        intervals[measure] = {method: bootstrap(row, seed=seed, draws=draws) for method, row in values.items()}
        if len({len(row) for row in values.values()}) != 1:
            counts = ", ".join(f"{method} {len(row)}" for method, row in values.items())
            raise ValueError(f"measured: expected one number for each picture from every method, got {counts}")
        present = [values[control] for control in controls if control in values]
        if measure in bars:
            bar = torch.tensor(bars[measure], dtype=torch.double)
        elif present:
            bar = max(present, key=lambda row: float(row.mean()))
        else:
            raise ValueError(f"bars: expected a number for {measure!r}, which no control was measured by")
        cleared[measure] = float(bar.mean())
        leads[measure] = {name: corrected(row - bar, cells) for name, row in values.items() if name not in controls}
    pictures = {measure: len(next(iter(by_method.values()))) for measure, by_method in measured.items()}
    return TrustTable(intervals, cleared, leads, tuple(controls), pictures)


def bootstrap(values: Tensor, *, seed: int = 0, draws: int = 2000) -> Interval:
    """The mean, and where 95 % of the means lie when as many pictures are drawn from these with replacement.

    >>> print(trust.bootstrap(torch.tensor([0.5, 0.5, 0.5])))
    0.50 [0.50, 0.50]
    """
    values = _row(values)
    dice = torch.Generator().manual_seed(seed_number(seed))
    means = values[torch.randint(len(values), (draws, len(values)), generator=dice)].mean(1)
    low, high = means.quantile(torch.tensor([0.025, 0.975], dtype=torch.double)).tolist()
    return Interval(float(values.mean()), low, high)


def corrected(values: Tensor, cells: int) -> Interval:
    """The mean, and Student's interval for it, wide enough that `cells` such intervals together hold with 95 %.

    >>> one, hundred = (trust.corrected(torch.tensor([0.4, 0.5, 0.6]), cells) for cells in (1, 100))
    >>> print(one, hundred)
    0.50 [0.25, 0.75] 0.50 [-2.08, 3.08]
    """
    values = _row(values)
    mean, count = float(values.mean()), len(values)
    if count == 1:
        return Interval(mean, -inf, inf)
    half = float(student.ppf(1 - 0.025 / cells, count - 1)) * float(values.std()) / sqrt(count)
    return Interval(mean, mean - half, mean + half)


def _row(values: Tensor) -> Tensor:
    values = torch.as_tensor(values, dtype=torch.double)
    if values.ndim != 1 or len(values) == 0 or not values.isfinite().all():
        raise ValueError("values: expected a row of finite numbers, one for each picture")
    return values

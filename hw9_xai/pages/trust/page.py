"""The page of an exam: verdicts, table, figure, and how it was measured."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from hw9_xai.pages.page import Page
from hw9_xai.plots.numbers import trust
from hw9_xai.trust import MEASURES, TrustReport

HERE = Path(__file__).parent


def trust_page(report: TrustReport) -> Page:
    """`hw9-xai trust` writes it.

    >>> report = trust.load_trust(DATA / "trust" / "food_cnn.json")
    >>> trust_page(report).html.startswith("<!DOCTYPE html>")
    True
    """
    table, drawn = report.table, BytesIO()
    trust(table).savefig(drawn, format="png")
    verdicts: list[dict[str, Any]] = [
        {
            "measure": measure,
            "question": MEASURES[measure].question,
            "trusted": table.trusted(measure),
            "needed": sorted(table.pictures_needed(measure).items(), key=lambda one: one[1])[:1],
            "pictures": table.pictures[measure],
        }
        for measure in table.intervals
    ]
    protocol = [(name, ", ".join(value) if isinstance(value, list) else str(value))
                for name, value in report.protocol.items() if name != "code"]  # fmt: skip
    data = {
        "verdicts": verdicts,
        "table": table._repr_html_(),
        "figure": "data:image/png;base64," + b64encode(drawn.getvalue()).decode(),
        "protocol": [
            *protocol,
            ("scenes", str(len(report.scenes))),
            ("parts taken out", str(len(report.of_parts("effects")))),
        ],
    }
    lines = "".join(
        f"<li>{escape(verdict['question'][1])} {escape(', '.join(verdict['trusted'])) or 'no evidence yet'}</li>"
        for verdict in verdicts
    )
    plain = f"<ul>{lines}</ul>{table._repr_html_()}"
    return Page(
        HERE, "Which explanation can be believed? 哪一種解釋可以相信？", data, plain, height=900, argument="report"
    )

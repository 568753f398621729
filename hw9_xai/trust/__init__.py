"""Is an explanation right? Maps held against what is known: see measures, forgetting, showing, table and report."""

from hw9_xai.trust.controls import edges, uniform
from hw9_xai.trust.exam import CONTROLS, MEASURES, examine
from hw9_xai.trust.forgetting import cascade, complexity, layers_with_weights, noisy_mean, randomised
from hw9_xai.trust.known import KnownNetwork

from hw9_xai.trust.measures import (  # fmt: skip # isort: skip
    agreement, area_alone, concentration, mass_over_area, pointing, rank_accuracy, rank_correlation, right_sign,
    similarity,
)  # fmt: skip
from hw9_xai.trust.methods import METHODS
from hw9_xai.trust.report import PROTOCOL, TrustReport, load_trust, trust_report
from hw9_xai.trust.showing import deletion, insertion
from hw9_xai.trust.table import Interval, TrustTable, bootstrap, corrected, trust_table

__all__ = [
    "CONTROLS", "MEASURES", "METHODS", "PROTOCOL", "Interval", "KnownNetwork", "TrustReport", "TrustTable",
    "agreement", "area_alone", "bootstrap", "cascade", "complexity", "concentration", "corrected", "deletion",
    "edges", "examine", "insertion", "layers_with_weights", "load_trust", "mass_over_area",
    "noisy_mean", "pointing", "randomised", "rank_accuracy", "rank_correlation", "right_sign", "similarity",
    "trust_report", "trust_table", "uniform",
]  # fmt: skip

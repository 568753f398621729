"""Grammars whose probabilities are known, so that a model trained on their text can be checked against the truth."""

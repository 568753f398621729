"""The matrix of the lecture's slides, drawn again."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from hw9_xai.bert.models import Bert
from hw9_xai.bert.similarity import compare_embeddings


def slide_matrix(bert: Bert, sentences: Sequence[str]) -> Tensor:  # (N,N)
    """What the slides show without saying what it is: a question asks for the character and the measure.

    Whoever reads on has the answer; computing the candidates and comparing is more fun.

    >>> slide_matrix(load_bert("kit-zh"), ["今天買了蘋果來吃", "蘋果手機的股價跌了"]).shape
    torch.Size([2, 2])
    """
    last = bert.model.config.num_hidden_layers
    return compare_embeddings(bert, sentences, "果", layer=last, metric="cosine").values

"""The hidden states that the course gave out for its QA-tuned BERT (hw9_bert.zip): what is left of a lost model."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor
from transformers import BertTokenizerFast

from hw9_xai.assets import added
from hw9_xai.bert.encoding import encode_with
from hw9_xai.bert.hidden import HiddenStates, answer_positions
from hw9_xai.tensors import read_tensors


def load_hidden_states(
    name: str, question: str, context: str, answer: str | tuple[int, int] | None = None
) -> HiddenStates:
    """What `hidden_states` would return for the lost model.

    `name`: "model_q1" to "model_q3" (2022), "model2_q1" (2021, when there were three models). `question` and
    `context` must be the homework's own, character by character: they tell which state belongs to which token.

    >>> load_hidden_states("model_q1", question="Who smiled?", context="The nurse smiled.")  # without hw9_bert.zip
    Traceback (most recent call last):
    FileNotFoundError: no hidden-states was added; hw9-xai assets add FILE adds it
    """
    folder = added("hidden-states").folder
    there = sorted(path.stem for path in folder.glob("*.safetensors"))
    if name not in there:
        raise ValueError(f"name: expected one of {', '.join(there)}, got {name!r}")
    tokenizer = folder / f"tokenizer{name.removeprefix('model').split('_')[0]}"
    if not tokenizer.is_dir():
        raise FileNotFoundError(f"name: {name} came without its tokenizer; add the whole folder hw9_bert again")
    encoding = encode_with(BertTokenizerFast.from_pretrained(tokenizer, trust_remote_code=False), (question, context))
    states = read_tensors(folder / f"{name}.safetensors")["states"]  # (L+1,T,D)
    if states.shape[1] != len(encoding.tokens):
        raise ValueError(
            f"question, context: expected the homework's texts, which have {states.shape[1]} tokens, "
            f"got {len(encoding.tokens)}"
        )
    found = answer_positions(encoding, context, answer)
    return HiddenStates(states, encoding.tokens, encoding.segments, encoding.special, found)


def read_states(path: Path, name: str) -> Tensor:  # (L+1,T,D)
    """A pickled tuple of a tensor (1,T,D) per layer."""
    layers = [*read_tensors(path, name).values()]
    shapes = {tuple(layer.shape) for layer in layers}
    if len(layers) < 2 or len(shapes) != 1 or len(shape := shapes.pop()) != 3 or shape[0] != 1:
        raise ValueError(f"{name}: expected a tuple of tensors (1,T,D), one per layer")
    return torch.cat(layers)

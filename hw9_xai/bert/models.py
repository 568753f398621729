"""Load a BERT: one of the kit's by name, a folder, or any model of the hub."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import (
    AutoModelForMaskedLM,
    AutoModelForQuestionAnswering,
    AutoTokenizer,
    PretrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from hw9_xai.assets import CHECKPOINTS, KIT_BERTS
from hw9_xai.hub import load_pretrained
from hw9_xai.real import minilm


@dataclass(frozen=True)
class Bert:
    """A model in evaluation mode with the tokenizer that belongs to it; both are transformers' own."""

    name: str
    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase


def loaded(bert: Any) -> Bert:
    if not isinstance(bert, Bert):
        raise TypeError(f"bert: expected what load_bert returns, got {type(bert).__name__}")
    return bert


def load_bert(name: str | Path) -> Bert:
    """A masked-word or question-answering BERT that returns its attention.

    `name`: "kit-en" (masked words), "kit-qa" (the same, tuned for questions), "kit-zh" (Chinese), "minilm" (a
    real one, from hw9-xai[real]), a folder with `config.json`, or a hub id such as "bert-base-cased". Nothing is
    unpickled, no code of a model is run. A head that its weights lack is not made up: then it predicts nothing.

    >>> bert = load_bert("kit-en")
    >>> bert.name, bert.model.training
    ('kit-en', False)
    """
    source = CHECKPOINTS / name if name in KIT_BERTS else minilm() if name == "minilm" else name
    if name in KIT_BERTS and not Path(source).is_dir():
        raise FileNotFoundError(f"load_bert: {source} is missing; a full clone of the repository has it.")
    what, known = f"load_bert: {source}: cannot be read as a BERT", ", ".join(KIT_BERTS)
    elsewhere = f"load_bert({_substitute(str(name))!r}) needs no network and serves in its place."
    instead = f"load_bert: {str(name)!r} is neither one of {known} nor a folder here, and {{}}; {elsewhere}"
    # "eager", because the fused attention never forms the weights that we came to see.
    model, tokenizer, lost = load_pretrained(source, _kind, AutoTokenizer, what, instead, attn_implementation="eager")
    if lost and lost[0].startswith(f"{model.base_model_prefix}."):
        raise ValueError(f"{what}: its weights lack {lost[0]}")
    if lost:
        model = model.base_model  # transformers drew the missing head: it would make predictions up
    if len(tokenizer) > model.get_input_embeddings().num_embeddings:
        raise ValueError(f"{what}: its tokenizer knows more words than its weights")
    return Bert(str(name), model.eval(), tokenizer)


def _kind(config: PretrainedConfig) -> Any:
    answers_questions = any("QuestionAnswering" in kind for kind in config.architectures or [])
    return AutoModelForQuestionAnswering if answers_questions else AutoModelForMaskedLM


def _substitute(name: str) -> str:
    lowered = name.lower()
    if any(hint in lowered for hint in ("squad", "qa", "question")):
        return "kit-qa"
    return "kit-zh" if any(hint in lowered for hint in ("chinese", "zh")) else "kit-en"

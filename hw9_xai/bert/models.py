"""Load a BERT: one of the kit's by name, a folder, or any model of the hub."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huggingface_hub import file_exists
from huggingface_hub.errors import HFValidationError
from transformers import (
    AutoConfig,
    AutoModelForMaskedLM,
    AutoModelForQuestionAnswering,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging

from hw9_xai.assets import CHECKPOINTS, KIT_BERTS


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

    `name`: "kit-en" (masked words), "kit-qa" (the same, tuned for questions), "kit-zh" (Chinese), a folder with
    `config.json`, or a hub id such as "bert-base-cased". Nothing is unpickled, no code of a model is run.

    >>> bert = load_bert("kit-en")
    >>> bert.name, bert.model.training
    ('kit-en', False)
    """
    source = CHECKPOINTS / name if name in KIT_BERTS else name
    is_folder = Path(source).is_dir()
    if name in KIT_BERTS and not is_folder:
        raise FileNotFoundError(f"load_bert: {source} is missing; a full clone of the repository has it.")
    # A download may take minutes and keeps its bar; reading a folder takes a moment, and leaves a page clean.
    if quiet := is_folder and logging.is_progress_bar_enabled():
        logging.disable_progress_bar()
    try:
        config = AutoConfig.from_pretrained(source, trust_remote_code=False)
        answers_questions = any("QuestionAnswering" in kind for kind in config.architectures or [])
        kind = AutoModelForQuestionAnswering if answers_questions else AutoModelForMaskedLM
        # "eager", because the fused attention never forms the weights that we came to see.
        model = kind.from_pretrained(source, attn_implementation="eager", use_safetensors=True, trust_remote_code=False)
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
    except Exception:  # the client of the hub may raise anything
        if is_folder:
            raise
        raise OSError(  # pages of the hub's tracebacks would hide the sentence
            f"load_bert: {str(name)!r} is neither one of {', '.join(KIT_BERTS)} nor a folder here, and "
            f"{_hub_says(str(name))}; load_bert({_substitute(str(name))!r}) needs no network and serves in its place."
        ) from None
    finally:
        if quiet:
            logging.enable_progress_bar()
    return Bert(str(name), model.float().eval(), tokenizer)


def _hub_says(name: str) -> str:
    """What transformers reports hangs on its version; so the hub itself is asked."""
    try:
        if not file_exists(name, "config.json"):
            return "the hub has no such model"
        if not file_exists(name, "model.safetensors"):
            return "the hub has it without the weights as safetensors, the only form that is read"
        return "the download failed"
    except HFValidationError:
        return "it is no name of a model"
    except Exception:  # the client may raise anything
        return "the hub cannot be reached"


def _substitute(name: str) -> str:
    lowered = name.lower()
    if any(hint in lowered for hint in ("squad", "qa", "question")):
        return "kit-qa"
    return "kit-zh" if any(hint in lowered for hint in ("chinese", "zh")) else "kit-en"

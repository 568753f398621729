"""Load a BERT: one of the kit's by name, a folder, or any model of the hub."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
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
from hw9_xai.real import hub_says, minilm
from hw9_xai.tensors import check_config, check_numbers, first_line


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
    is_folder = Path(source).is_dir()
    if name in KIT_BERTS and not is_folder:
        raise FileNotFoundError(f"load_bert: {source} is missing; a full clone of the repository has it.")
    # A download may take minutes and keeps its bar; reading a folder takes a moment, and leaves a page clean.
    if quiet := is_folder and logging.is_progress_bar_enabled():
        logging.disable_progress_bar()
    said = logging.get_verbosity()
    logging.set_verbosity_error()  # what the weights lack is said here, in a sentence
    try:
        room = check_config(Path(source)) if is_folder else None
        config = AutoConfig.from_pretrained(source, trust_remote_code=False)
        answers_questions = any("QuestionAnswering" in kind for kind in config.architectures or [])
        kind = AutoModelForQuestionAnswering if answers_questions else AutoModelForMaskedLM
        if room is not None:
            with torch.device("meta"):  # only the shapes
                numbers = sum(weights.numel() for weights in kind.from_config(config).parameters())
            if numbers > room:
                raise ValueError(f"config.json: expected no more numbers than the {room:,} bytes of its weights hold")
        # "eager", because the fused attention never forms the weights that we came to see.
        model, loading = kind.from_pretrained(
            source, attn_implementation="eager", use_safetensors=True, trust_remote_code=False, output_loading_info=True
        )
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
        if lost := sorted(loading["missing_keys"]):
            if lost[0].startswith(f"{model.base_model_prefix}."):
                raise ValueError(f"its weights lack {lost[0]}")
            model = model.base_model  # transformers drew the missing head: it would make predictions up
        if len(tokenizer) > model.get_input_embeddings().num_embeddings:
            raise ValueError("its tokenizer knows more words than its weights")
        check_numbers("its weights", model.float().state_dict())
    except Exception as error:  # a decoder and the client of the hub may raise anything
        if is_folder or (isinstance(error, ValueError) and not isinstance(error, HFValidationError)):
            raise ValueError(f"load_bert: {source}: cannot be read as a BERT: {first_line(error)}") from None
        raise OSError(  # pages of the hub's tracebacks would hide the sentence
            f"load_bert: {str(name)!r} is neither one of {', '.join(KIT_BERTS)} nor a folder here, and "
            f"{hub_says(str(name))}; load_bert({_substitute(str(name))!r}) needs no network and serves in its place."
        ) from None
    finally:
        logging.set_verbosity(said)
        if quiet:
            logging.enable_progress_bar()
    return Bert(str(name), model.eval(), tokenizer)


def _substitute(name: str) -> str:
    lowered = name.lower()
    if any(hint in lowered for hint in ("squad", "qa", "question")):
        return "kit-qa"
    return "kit-zh" if any(hint in lowered for hint in ("chinese", "zh")) else "kit-en"

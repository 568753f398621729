"""Writes hw9_xai/kit.sha256, by which `hw9-xai doctor` knows every file that the kit ships (sha256sum -c reads it too).

python -m data.make.manifest
"""

from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "hw9_xai" / "kit.sha256"
FOLDERS = ("pictures", "validation", "corpora", "interventions", "scenes", "trust")  # of data/
MODELS = ("food_cnn.*s*", "food_cnn_plain.*s*", "kit-*/*")  # of checkpoints/: weights, and what reads them


def manifest() -> str:
    shipped = [path for folder in FOLDERS for path in (ROOT / "data" / folder).iterdir()]
    shipped += [path for kind in MODELS for path in (ROOT / "checkpoints").glob(kind)]
    shipped = [path for path in shipped if path.is_file() and not path.name.startswith(".")]
    lines = [f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(ROOT).as_posix()}" for path in shipped]
    return "\n".join(sorted(lines, key=lambda line: line[66:].rpartition("/"))) + "\n"


if __name__ == "__main__":
    MANIFEST.write_text(manifest(), "utf-8")

"""Where the kit's own files are."""

from pathlib import Path

KIT = Path(__file__).resolve().parent.parent
CHECKPOINTS = KIT / "checkpoints"
DATA = KIT / "data"

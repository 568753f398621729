"""Answers and explanations that are not read by accident: zlib and base64. This stops peeking, not an attack.

To edit them: python -m data.make.key open, then python -m data.make.key close.
"""

from __future__ import annotations

import base64
import zlib


def seal(text: str, salt: str) -> str:
    """The salt, the question's id, makes equal answers look different."""
    return base64.b64encode(zlib.compress(f"{salt} {text}".encode(), 9)).decode()


def unseal(sealed: str) -> str:
    return zlib.decompress(base64.b64decode(sealed, validate=True)).decode().split(" ", 1)[1]

"""hw9-xai: explainable AI that can be checked. Everything a notebook needs is here, flat.

__init__.pyi lists the names, for type checkers and editors too. Each is imported when it is first used: grading needs
no torch, and pictures need no transformers.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

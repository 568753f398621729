"""python -m hw9_xai: the command hw9-xai, from a checkout that was not installed."""

import sys

from hw9_xai.cli import main

sys.exit(main())

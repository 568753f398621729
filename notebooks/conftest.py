"""For pytest --nbval: a progress bar's output would differ from run to run."""

import os

os.environ["TQDM_DISABLE"] = "1"  # the kernels inherit it

"""The 30 questions: the bank, the self-check in a notebook, and regrading that executes nothing."""

"""The kit's answer key, measured: what each question asks is computed from the shipped pictures and models."""

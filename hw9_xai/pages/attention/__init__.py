"""Every head of a BERT, and what it expects behind each mask, in one page."""

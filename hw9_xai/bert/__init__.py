"""Topic II: what a BERT attends to, predicts and represents."""

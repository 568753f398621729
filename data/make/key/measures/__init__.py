"""What is measured for each question: a file for each topic, with its questions in MEASURES."""

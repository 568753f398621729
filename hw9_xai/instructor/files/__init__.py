"""Files of other origin: the course's own, Food-11, books; recognised, checked, and kept in the cache."""

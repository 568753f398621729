"""Topic I: a classifier of food pictures, and six ways of asking it why."""

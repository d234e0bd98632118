"""QTI: items and content packages of 2.1, 2.2 and 3.0, items of 1.2."""

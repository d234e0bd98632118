"""Item banks: items with immutable versions, item families, review, import formats."""

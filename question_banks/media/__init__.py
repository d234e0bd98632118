"""Pictures of items, by their content."""

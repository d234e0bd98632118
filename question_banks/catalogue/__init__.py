"""Finding items: lists, searches, counts, tags, enemies and shared stimuli."""

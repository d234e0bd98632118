"""What every package stands on: clock, ids, canonical bytes, errors, settings, database, keys."""

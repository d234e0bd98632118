"""Standard setting: modified Angoff panels in two rounds."""

"""From blueprint and bank to a frozen pool, committed seats and drawn papers."""

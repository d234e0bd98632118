"""What the hot path costs, measured over HTTP against the real app; nothing imports this."""

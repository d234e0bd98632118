"""What holders do with their own certificates: list, share the score, ask for a correction."""

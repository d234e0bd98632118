"""The transparency log: every deed's leaf, the Merkle tree over them, and what verifies both."""

"""The electronic signature of a certificate PDF: our small PKI, signers, PAdES, and its check."""

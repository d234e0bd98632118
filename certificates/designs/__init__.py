"""Designs of certificates: an agency's words, logo and layout, checked and approved before use."""

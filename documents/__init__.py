"""Documents: HTML to PDF, fonts, QR codes, ornaments, and how dates and numbers are written."""

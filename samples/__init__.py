"""The sample programme (DATA CONTOH): loads through services only; imported by cli alone."""

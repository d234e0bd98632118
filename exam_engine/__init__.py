"""The exam: schemes, registration, assembly, delivery, proctoring, grading, outcomes, replay."""

"""Structured logs: constant event names with fields, one JSON line each, no personal data."""

import logging
import sys

import structlog


def configure(level: str) -> None:
    """Send our logs, and the libraries' warnings, to standard error as JSON lines."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    for name in ("weasyprint", "fontTools", "pyhanko", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.ERROR)


def get(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger bound to its module's name."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return logger

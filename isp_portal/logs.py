"""Logs: JSON lines in production, ids and codes only. Exceptions are logged without their locals."""

import logging.config
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def _without_message(_logger: object, _name: str, event: Any) -> Any:
    """Exception texts may quote what somebody typed: keep the class and the place only."""
    info = event.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else None
    if error is not None:
        event["error"] = type(error).__name__
        event["at"] = _places(error)
    return event


def _places(error: BaseException) -> list[str]:
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(
            f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}"
        )
        trace = trace.tb_next
    return places[-8:]


def configure(options: dict[str, Any]) -> None:
    """Set Django's, Celery's and our own logging up (settings.LOGGING)."""
    last: Any = (
        structlog.processors.JSONRenderer()
        if options["json"]
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    processors = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        _without_message,
        last,
    ]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": processors,
                    "foreign_pre_chain": [
                        *_SHARED,
                        structlog.stdlib.ExtraAdder(allow={"status_code"}),
                    ],
                }
            },
            "handlers": {
                "stream": {"class": "logging.StreamHandler", "formatter": "structured"}
            },
            "root": {"handlers": ["stream"], "level": options["level"]},
            # Query texts carry parameters.
            "loggers": {"django.db.backends": {"level": "WARNING"}},
        }
    )
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )

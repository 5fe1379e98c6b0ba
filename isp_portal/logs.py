"""Logs: JSON lines in production, ids and codes only. Exceptions are logged without their locals."""

import logging.config
import sys
from collections.abc import Mapping
from typing import Any

import structlog

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


class WithoutQuotes(logging.Filter):
    """Libraries put exceptions, their texts and a task's arguments into messages: take them out."""

    _QUOTING = frozenset({"exc", "traceback", "args", "kwargs", "return_value"})

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, Mapping):
            record.args = {
                name: "-" if name in self._QUOTING else _named(value)
                for name, value in record.args.items()
            }
        elif record.args:
            record.args = tuple(_named(value) for value in record.args)
        record.msg = record.msg if isinstance(record.msg, dict) else _named(record.msg)
        return True


def _without_message(_logger: object, _name: str, event: Any) -> Any:
    """Exception texts may quote what somebody typed: keep the class and the place only."""
    error = _error(event.pop("exc_info", None))
    event = {name: _named(value) for name, value in event.items()}
    if error is not None:
        event["error"] = type(error).__name__
        event["at"] = _places(error)
    return event


def _named(value: object) -> object:
    """An exception by its class alone, also where a library hands several over together."""
    if isinstance(value, list | tuple):
        return tuple(map(_named, value))
    return type(value).__name__ if isinstance(value, BaseException) else value


def _error(info: object) -> BaseException | None:
    """The exception in what a caller gave as exc_info: itself, a triple, or True for the current."""
    if info is True:
        info = sys.exc_info()
    return info[1] if isinstance(info, tuple) else info if isinstance(info, BaseException) else None


def _places(error: BaseException) -> list[str]:
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-8:]


def configure(options: dict[str, Any]) -> None:
    """Set Django's, Celery's and our own logging up (settings.LOGGING)."""
    printer: Any = (
        structlog.processors.JSONRenderer()
        if options["json"]
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"structured": _formatter(printer)},
            "filters": {"without_quotes": {"()": WithoutQuotes}},
            "handlers": {
                "stream": {
                    "class": "logging.StreamHandler",
                    "formatter": "structured",
                    "filters": ["without_quotes"],
                }
            },
            "root": {"handlers": ["stream"], "level": options["level"]},
            "loggers": {
                # Query texts carry parameters.
                "django.db.backends": {"level": "WARNING"},
                # What prints pages tells of each step, and quotes the page.
                "weasyprint": {"level": "CRITICAL"},
                "fontTools": {"level": "WARNING"},
            },
        }
    )
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def _formatter(printer: Any) -> dict[str, Any]:
    """The same last steps for our own lines and for those of libraries."""
    formatter = structlog.stdlib.ProcessorFormatter
    return {
        "()": formatter,
        "processors": [formatter.remove_processors_meta, _without_message, printer],
        "foreign_pre_chain": [*_SHARED, structlog.stdlib.ExtraAdder(allow={"status_code"})],
    }

"""One line an event, JSON for machines or colours for a terminal, whoever logs."""

import logging
import sys
from typing import TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer

# Their own handlers would write beside ours, in another shape.
WITH_OWN_HANDLERS = ("gunicorn.error", "gunicorn.access", "celery", "celery.task", "werkzeug")
CHATTY = (
    *("werkzeug", "alembic", "botocore", "kombu", "zeep", "PIL", "urllib3"),
    # A line for each task of the clock; what went wrong is logged by the task itself.
    *("celery.beat", "celery.worker.strategy", "celery.app.trace"),
)


def configure_logging(*, json: bool, level: str) -> None:
    """Send structlog and the standard library to stderr; a second call replaces the first.

    What is bound in `structlog.contextvars` (the request id, the claim) is in every line.
    """
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *before,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = StderrHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *(_for_machines() if json else _for_people()),
            ],
        )
    )
    _take_over(handler, level.upper())


class StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to whatever `sys.stderr` is at that moment: tests and servers replace it."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        """The present stderr."""
        return sys.stderr


def _for_machines() -> list[structlog.typing.Processor]:
    return [
        # Without the local variables: they hold passwords and people's data.
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _for_people() -> list[structlog.typing.Processor]:
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]


def _take_over(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    for earlier in [known for known in root.handlers if isinstance(known, StderrHandler)]:
        root.removeHandler(earlier)
    root.addHandler(handler)
    root.setLevel(level)
    for name in WITH_OWN_HANDLERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    logging.captureWarnings(capture=True)

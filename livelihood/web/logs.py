"""Log lines as JSON, without personal data: no query string, no body, no address, no path that holds a code."""

import json
import logging
import traceback
from datetime import UTC, datetime

from django.http import HttpRequest

FIELDS = ("method", "path", "status", "milliseconds", "request_id", "user_id", "task")


def route_of(request: HttpRequest) -> str:
    """Return the pattern of the address, not the address: it may hold an invitation's code."""
    return request.resolver_match.route if request.resolver_match else "unknown"


class JsonFormatter(logging.Formatter):
    """One line of JSON per record: time, level, logger, message, and the fields above when given by `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            # Django's own lines end in the path.
            line["message"] = record.getMessage().replace(request.path, route_of(request))
            line["request_id"] = getattr(request, "request_id", None)
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            # Frames without values: an exception's text may quote what a citizen wrote.
            line["trace"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, ensure_ascii=False, default=str)

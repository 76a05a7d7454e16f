"""Log lines as JSON, without personal data: no query string, no body, no address."""

import json
import logging
import traceback
from datetime import UTC, datetime

FIELDS = ("method", "path", "status", "milliseconds", "request_id", "user_id", "task")


class JsonFormatter(logging.Formatter):
    """One line of JSON per record: time, level, logger, message, and the fields above when given by `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {
            name: getattr(record, name) for name in FIELDS if hasattr(record, name)
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            # Frames without values: an exception's text may quote what a citizen wrote.
            line["trace"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, ensure_ascii=False, default=str)

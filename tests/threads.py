"""Several people at once: threads with a database connection each, let go at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(*acts: Callable[[], T]) -> list[T | Exception]:
    """Run the acts in parallel and return what each gave, or the exception it ended with, in the same order."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T | Exception:
        try:
            try:
                connection.ensure_connection()
            except Exception:
                barrier.abort()  # the others wait for nobody who does not come
                raise
            barrier.wait(60)
            return act()
        except Exception as error:  # noqa: BLE001 -- what a thread ended with is the answer
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))

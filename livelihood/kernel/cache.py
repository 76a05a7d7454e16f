"""Django's cache in Redis, with one client to each thread, and a counter that costs one exchange."""

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class KeptClient(RedisCacheClient):
    """Keeps its client: Django makes one for each command, and redis-py fills a table of its 160 answers each time."""

    _kept: Any = None

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Return the client; there is one server, whatever is asked or written."""
        if self._kept is None:
            self._kept = super().get_client(key, write=write)
        return self._kept


class CountingCache(RedisCache):
    """Set as BACKEND of CACHES."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient

    def count(self, key: str, *, seconds: int) -> int:
        """Add one to a counter, which begins at 0 and is gone so many seconds after it began; return what it says.

        :raises redis.exceptions.RedisError: the server does not answer.
        """
        kept = self.make_and_validate_key(key)
        pipeline = self._cache.get_client(write=True).pipeline(transaction=False)
        pipeline.set(kept, 0, ex=seconds, nx=True)
        pipeline.incr(kept)
        return int(pipeline.execute()[1])

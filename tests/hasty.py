"""The portal's Celery application for tests with kills: what Celery and the clock look at now and then, at once.

A job whose process has died is given back when Celery next looks after its pool, every five seconds; work that was
not sent is sent when the clock next comes round, every thirty. Nothing else differs.
"""

from celery.concurrency.asynpool import AsynPool

from livelihood.celery import app

__all__ = ["app"]

AsynPool.timers = property(lambda pool: {pool.maintain_pool: 0.2})  # type: ignore[method-assign,assignment]  # on purpose
app.conf.beat_schedule["work that waits is sent again"]["schedule"] = 2.0

"""Sessions in the database, as Django keeps them; read by a statement that is composed once."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import connection
from django.utils import timezone


class SessionStore(DatabaseSessions):
    """Django's own, but for how it finds a row: every request of somebody signed in does."""

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        key = self.session_key
        with connection.cursor() as cursor:
            # Not by the ORM: composing this query takes it several times as long as the database needs to answer.
            cursor.execute(
                "SELECT session_data, expire_date FROM django_session WHERE session_key = %s AND expire_date > %s",
                [key, timezone.now()],
            )
            row = cursor.fetchone()
        if key is None or row is None:
            self._session_key = None
            return None
        data, expires_at = row
        return self.model(session_key=key, session_data=data, expire_date=expires_at)

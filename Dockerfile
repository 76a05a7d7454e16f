# syntax=docker/dockerfile:1

FROM python:3.11-slim-bookworm AS python
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1


# --- third-party files of the pages, by package-lock.json ------------------------------------------------------------
FROM node:22-bookworm-slim AS packages
WORKDIR /portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-progress --omit=dev


# --- everything that is built: packages, outlines, catalogues, static files ------------------------------------------
FROM python AS build
WORKDIR /portal
RUN python -m venv /venv && python -m pip install --no-cache-dir uv==0.13.9
COPY requirements/base.lock requirements/
RUN VIRTUAL_ENV=/venv uv pip sync --no-cache --compile-bytecode --require-hashes requirements/base.lock
COPY --from=packages /portal/node_modules node_modules
COPY manage.py ./
COPY livelihood livelihood
COPY proposals proposals
COPY voting voting
COPY projects projects
COPY templates templates
COPY static static
COPY locale locale
COPY docs/manuals docs/manuals
# The commands that build ask neither database nor Redis and need no secret; the settings want to see something.
RUN export DJANGO_SETTINGS_MODULE=livelihood.settings.production SECRET_KEY=only-while-building \
        DATA_KEYS=only-while-building-and-never-sealing-anything \
        DATABASE_URL=postgres://nobody@127.0.0.1/nothing REDIS_URL=redis://127.0.0.1 \
        ALLOWED_HOSTS=portal.invalid SITE_URL=https://portal.invalid \
    && /venv/bin/python manage.py messages --compile \
    && /venv/bin/python manage.py outlines \
    && /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && find node_modules -mindepth 1 -maxdepth 1 ! -name @expo-google-fonts -exec rm -r {} + \
    && /venv/bin/python -m compileall -q livelihood proposals voting projects


# --- what runs -------------------------------------------------------------------------------------------------------
FROM python AS portal
RUN groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid portal --no-create-home --home-dir /tmp --shell /usr/sbin/nologin portal \
    && install --directory --owner portal --group portal /data /data/media
COPY --from=build /venv /venv
COPY --from=build /portal /portal
WORKDIR /portal
ENV PATH=/venv/bin:$PATH \
    DJANGO_SETTINGS_MODULE=livelihood.settings.production \
    MEDIA_ROOT=/data/media \
    MAINTENANCE_FILE=/data/maintenance
USER 10001:10001
VOLUME /data
EXPOSE 8000
# One process for each container, threads inside: another container is another core, and its figures are its own.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "1", \
     "--blocking-threads", "4", "--respawn-failed-workers", "--no-access-log", "--log-level", "warning", \
     "livelihood.wsgi:application"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health/live', timeout=2)"]

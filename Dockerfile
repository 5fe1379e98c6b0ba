# The portal's programs in one image: web server, workers, clock, migrations. docker-compose.yml runs it.
FROM debian:bookworm-slim AS build
ENV UV_PYTHON_DOWNLOADS=never PIP_DISABLE_PIP_VERSION_CHECK=1 DEBIAN_FRONTEND=noninteractive
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
COPY launcher/tools.lock requirements-production.lock /build/
RUN python3 -m venv /build/tools \
 && /build/tools/bin/pip install -qq --require-hashes -r /build/tools.lock \
 && python3 -m venv --without-pip /opt/portal/venv \
 && VIRTUAL_ENV=/opt/portal/venv /build/tools/bin/uv pip sync -q --no-cache --link-mode=copy \
      --compile-bytecode --require-hashes /build/requirements-production.lock
COPY . /opt/portal/app
WORKDIR /opt/portal/app
# Static files are part of the image: every web container of one version serves the same.
RUN SECRET_KEY=only-to-load-the-settings STATIC_ROOT=/opt/portal/static \
    /opt/portal/venv/bin/python manage.py collectstatic --noinput --verbosity=0 \
 && /opt/portal/venv/bin/python -m compileall -q /opt/portal/app

FROM debian:bookworm-slim
ENV DEBIAN_FRONTEND=noninteractive
# Pango lays printed pages out; the fonts are what it prints with.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates fonts-dejavu-core libpango-1.0-0 libpangoft2-1.0-0 python3 \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 portal \
 && useradd --uid 10001 --gid portal --no-create-home --home-dir /nonexistent portal \
 && install -d -o portal -g portal -m 700 /keys /sealing /roots /files
# Owned by root: the portal cannot change its own programs.
COPY --from=build /opt/portal /opt/portal
ENV PATH=/opt/portal/venv/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    KEY_RING=/keys \
    SEALING_KEY=/sealing \
    FILE_STORE=/files \
    STATIC_ROOT=/opt/portal/static
WORKDIR /opt/portal/app
USER 10001:10001
EXPOSE 8000
CMD ["gunicorn", "isp_portal.wsgi", "--bind=0.0.0.0:8000", "--workers=2", "--threads=4", \
     "--worker-tmp-dir=/dev/shm", "--no-control-socket"]

# Two images out of one file: `server` (Argilla in one process) and `learner` (the loop, the demo).
# Both are made by scripts/setup, from the lock files, as on any other machine.
# PIP_INDEX_URL may be given where packages come from a mirror.

FROM python:3.11.14-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --uid 10001 --create-home parity \
    && mkdir /campaign /cache \
    && chown parity:parity /campaign /cache
WORKDIR /opt/parity

FROM base AS made-server
ARG PIP_INDEX_URL
COPY pyproject.toml README.md LICENSE learner.lock server.lock ./
COPY scripts/setup scripts/environments.py scripts/
COPY labeling labeling
RUN PIP_NO_CACHE_DIR=1 scripts/setup .venv-argilla

FROM base AS made-learner
ARG PIP_INDEX_URL
COPY pyproject.toml README.md LICENSE learner.lock server.lock ./
COPY scripts/setup scripts/environments.py scripts/
COPY labeling labeling
COPY learner learner
RUN PIP_NO_CACHE_DIR=1 scripts/setup .venv

FROM base AS server
COPY --from=made-server /opt/parity /opt/parity
ENV PYTHONPATH=/opt/parity
USER 10001:10001
VOLUME /campaign
EXPOSE 6900
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s --retries=6 \
    CMD [".venv-argilla/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:6900/health', timeout=4)"]
ENTRYPOINT [".venv-argilla/bin/python", "-P", "-m", "labeling.server", "--home", "/campaign"]
CMD ["--host", "0.0.0.0", "--port", "6900"]

FROM base AS learner
COPY --from=made-learner /opt/parity /opt/parity
ENV PARITY_CACHE=/cache HF_HOME=/cache/hub
USER 10001:10001
VOLUME ["/campaign", "/cache"]
ENTRYPOINT ["/opt/parity/.venv/bin/parity"]
CMD ["--help"]

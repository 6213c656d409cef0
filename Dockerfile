# The same set-up as `make setup`, without the local chain: an image runs against a real one.
FROM python:3.13-slim AS build
WORKDIR /app
COPY bootstrap.py requirements.lock requirements-tools.lock ./
RUN python bootstrap.py setup --without-chain

FROM python:3.13-slim
RUN useradd --uid 10001 --create-home stagedoor
WORKDIR /app
COPY --from=build /app/.venv .venv
COPY gating gating
COPY governance governance
COPY config config
COPY bot bot
RUN install -d -o stagedoor -g stagedoor /data
USER stagedoor
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    STAGEDOOR_DATA=/data \
    STAGEDOOR_HOST=0.0.0.0 \
    STAGEDOOR_PORT=8080 \
    STAGEDOOR_LOG_JSON=true
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=4 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot", "run", "--club", "/club.toml"]

# Two targets: docker build --target cpu (smaller) or --target cuda; see docs/guides/docker.md.
FROM python:3.12-slim AS base
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/tts
ENV PATH=/opt/tts/bin:$PATH

# Where torch comes from is all that the targets differ in.
FROM base AS built-cpu
RUN pip install --index-url https://download.pytorch.org/whl/cpu "torch>=2.11,<2.12" "torchaudio>=2.11,<2.11.1"
COPY . /source
RUN pip install "/source[serve]"

FROM base AS built-cuda
COPY . /source
RUN pip install "/source[serve]"

FROM python:3.12-slim AS runtime
RUN useradd --create-home --uid 10001 tts && install --directory --owner tts /home/tts/data
ENV PATH=/opt/tts/bin:$PATH MINIMAX_SPEECH_HOME=/home/tts/data PYTHONUNBUFFERED=1
USER 10001
WORKDIR /home/tts
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/health', timeout=4)"]
ENTRYPOINT ["tts"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]

FROM runtime AS cuda
COPY --from=built-cuda /opt/tts /opt/tts

FROM runtime AS cpu
COPY --from=built-cpu /opt/tts /opt/tts

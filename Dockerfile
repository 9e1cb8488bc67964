# The app alone, without what trains models; compose.yaml runs two of it.
FROM python:3.12-slim

# Sounds, fonts and compilers come with the wheels; git, curl and a compiler are not needed.
WORKDIR /source
COPY pyproject.toml README.md LICENSE streamlit_app.py ./
COPY .streamlit/config.toml .streamlit/config.toml
COPY docs/classification.md docs/generator.md docs/data.md docs/
COPY gmn_core gmn_core
COPY survey_db survey_db
COPY pages pages
RUN pip install --no-cache-dir --compile '.[app,postgres]'

RUN useradd --create-home --uid 10001 gmn
USER gmn
WORKDIR /home/gmn
# Compiles the audio routines into the user's cache, so that the first visitor does not wait for it.
RUN gmn warm-up

ENV STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_SERVER_FILE_WATCHER_TYPE=none \
    PYTHONUNBUFFERED=1
EXPOSE 8501
HEALTHCHECK --interval=5s --timeout=10s --start-period=90s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/ready', timeout=8)"]
# SIGTERM lets answers and work be finished, for at most 25 s (GMN_STOP_SECONDS).
STOPSIGNAL SIGTERM
CMD ["gmn", "app", "--port", "8501"]

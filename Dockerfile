# Broadsheet with Airflow: one image for every service of docker-compose.yaml.
FROM python:3.11.14-slim-bookworm AS build

WORKDIR /build
COPY requirements-uv.txt requirements-cluster.txt ./
RUN pip install --no-cache-dir --require-hashes --target tools -r requirements-uv.txt \
    && tools/bin/uv venv /opt/venv \
    && tools/bin/uv pip install --python /opt/venv/bin/python --no-cache --compile-bytecode \
        --require-hashes -r requirements-cluster.txt

FROM python:3.11.14-slim-bookworm

RUN useradd --uid 50000 --create-home --home-dir /home/broadsheet broadsheet \
    && install -d -o broadsheet -g broadsheet /state /airflow /airflow/logs /certificates /objects
COPY --from=build /opt/venv /opt/venv
COPY dags /app/dags
COPY plugins /app/plugins
COPY include /app/include
# Nobody may write here later: what is not compiled now is compiled at every start.
RUN python -m compileall -q /app

ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/app/include \
    PYTHONUNBUFFERED=1 \
    AIRFLOW_HOME=/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/app/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/app/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    BROADSHEET_HOME=/state
WORKDIR /app
# By number: Kubernetes can see that it is not root.
USER 50000
ENTRYPOINT ["python", "-m", "airflow"]
CMD ["version"]

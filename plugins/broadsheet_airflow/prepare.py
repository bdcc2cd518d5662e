"""Make Airflow's database ready: its tables in today's form, and the pools for writing and for sending."""

from airflow.models.pool import Pool
from airflow.utils.db import initdb

from broadsheet.runtime import MAIL_POOL, WAREHOUSE_POOL
from broadsheet.settings import load_settings


def prepare() -> None:
    """Safe to repeat. The environment is that of `broadsheet.runtime.airflow_environment`."""
    initdb()
    for name, slots, description in (
        (WAREHOUSE_POOL, 1, "One writer of the warehouse at a time"),
        (MAIL_POOL, load_settings().shards, "A sender for each shard of a run"),
    ):
        Pool.create_or_update_pool(name=name, slots=slots, description=description, include_deferred=False)


if __name__ == "__main__":
    prepare()

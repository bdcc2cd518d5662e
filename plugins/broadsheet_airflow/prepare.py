"""Make Airflow's database ready: its tables in today's form, and the warehouse's pool of one slot."""

from airflow.models.pool import Pool
from airflow.utils.db import initdb

from broadsheet.runtime import WAREHOUSE_POOL


def prepare() -> None:
    """Safe to repeat. The environment is that of `broadsheet.runtime.airflow_environment`."""
    initdb()
    Pool.create_or_update_pool(
        name=WAREHOUSE_POOL,
        slots=1,
        description="One writer of the warehouse at a time",
        include_deferred=False,
    )


if __name__ == "__main__":
    prepare()

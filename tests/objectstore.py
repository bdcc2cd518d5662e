"""A real S3 server for tests, as far as its protocol goes: moto, in memory, on a loopback port."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests


@contextmanager
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server for the block that ``s3://`` addresses of this process lead to; gives its own address."""
    from moto.server import ThreadedMotoServer
    from s3fs import S3FileSystem

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    for name, value in {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "somebody",
        "AWS_SECRET_ACCESS_KEY": "something",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    S3FileSystem.clear_instance_cache()
    # Whatever an earlier server of this process kept is kept by this one, too.
    requests.post(f"{address}/moto-api/reset", timeout=10).raise_for_status()
    try:
        yield address
    finally:
        server.stop()
        S3FileSystem.clear_instance_cache()

"""All numbers of one site, and how a Prometheus server reads them."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Metric
from prometheus_client.exposition import choose_encoder

from broadsheet.web.metrics.processes import put_together
from broadsheet.web.metrics.requests import RequestNumbers
from broadsheet.web.metrics.standing import Standing
from broadsheet.web.site import Site


class Numbers:
    """What is counted, and how everything stands."""

    def __init__(self, site: Site) -> None:
        self._counted = CollectorRegistry()
        self._standing = Standing(site)
        self.requests = RequestNumbers(self._counted)

    def collect(self) -> Iterator[Metric]:
        """All of them, as they are now."""
        yield from put_together(self._counted).collect()
        yield from self._standing.collect()

    def exposition(self, accepted: str) -> tuple[bytes, str]:
        """All of them in the format that suits the header Accept, and that format's media type."""
        encode, media_type = choose_encoder(accepted)
        return encode(self), media_type

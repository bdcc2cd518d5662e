"""How many readers called a run spam: what mailbox providers judge a sender by."""

import msgspec
import sqlalchemy as sa

from broadsheet.mail.bounces.kinds import Kind
from broadsheet.mail.schema import bounce_events, deliveries
from broadsheet.mail.states import DELIVERED

ALARM = 0.001
"""The share from which on Gmail asks senders to act; at 0.003 it begins to refuse their mail."""


class Complaints(msgspec.Struct, frozen=True):
    """The readers who complained of a run, and the mails of it that were accepted."""

    complaints: int
    accepted: int

    @property
    def rate(self) -> float:
        """Complaints for each accepted mail; 0.0 when none was accepted."""
        return self.complaints / self.accepted if self.accepted else 0.0

    @property
    def is_alarming(self) -> bool:
        """Whether the operator should know."""
        return self.rate >= ALARM


def run_complaints(con: sa.Connection, run_key: str) -> Complaints:
    """The complaints of one run."""
    of_run = deliveries.c.run_key == run_key
    complained = (
        sa.select(sa.func.count(sa.distinct(bounce_events.c.delivery_id)))
        .join(deliveries, deliveries.c.delivery_id == bounce_events.c.delivery_id)
        .where(of_run, bounce_events.c.kind == str(Kind.COMPLAINT))
    )
    accepted = sa.select(sa.func.count()).where(of_run, deliveries.c.state.in_(DELIVERED))
    return Complaints(con.execute(complained).scalar_one(), con.execute(accepted).scalar_one())

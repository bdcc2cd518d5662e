"""A sender has at hand what its messages are made of, however many different ones a run has."""

import sqlalchemy as sa

from broadsheet.mail import composer
from broadsheet.mail.accounts import get_run
from broadsheet.mail.composer import Composer
from broadsheet.mail.database import open_database
from broadsheet.mail.ledger import Shard, claim
from broadsheet.mail.recovery import recover
from broadsheet.mail.schema import deliveries, runs, selections
from broadsheet.mail.states import RunState

READERS = 6


def test_what_many_are_told_stays_at_hand_while_others_come_and_go(mailroom, monkeypatch):
    monkeypatch.setattr(composer, "MOST_SCRIPTS", 2)
    room = mailroom(READERS)
    room.do(_give_each_a_selection_of_their_own)
    with open_database(room.settings) as database:
        tenure = recover(database, room.settings.journal_path, Shard(room.run_key, 0), room.now)
        with database.write() as con:
            popular, *others = claim(con, tenure, "mail", room.now, READERS)
            compose = Composer(con, room.settings, get_run(con, room.run_key))
            for other in others:
                compose.load(con, (popular, other))
                for one in (popular, other):
                    message, _ = compose.message(one, "mail")
                    assert f"Subject: number {one.selection_id}\r\n".encode() in message.data


def _give_each_a_selection_of_their_own(con):
    con.execute(runs.update().values(state=RunState.SENDING))
    (first,) = con.execute(sa.select(selections)).mappings()
    ids = con.scalars(sa.select(deliveries.c.delivery_id).order_by(deliveries.c.subscriber_id)).all()
    for number, delivery_id in enumerate(ids, 101):
        con.execute(
            selections.insert(), dict(first) | {"selection_id": number, "subject": f"number {number}"}
        )
        mine = deliveries.c.delivery_id == delivery_id
        con.execute(deliveries.update().where(mine).values(selection_id=number))

"""Both ways to drive an SMTP dialogue, as sessions."""

from broadsheet.mail.dialogue import Dialogue
from broadsheet.mail.exchange import Exchange, Idle
from broadsheet.mail.smtp import SmtpSession


class OverExchange:
    """A session over an exchange with one line."""

    def __init__(self, relay) -> None:
        self._exchange = Exchange(relay)
        self._ended = []

    def __enter__(self):
        self._exchange.add(self._work())
        return self

    def __exit__(self, *_) -> None:
        with self._exchange:
            self._exchange.resume(self._exchange.idle.pop())
            while self._exchange.lines:
                self._exchange.turn(20)

    def send(self, message, envelope, before_dot):
        self._exchange.resume(self._exchange.idle.pop(), (message, envelope))
        while not self._ended:
            self._exchange.turn(20)
            lines, self._exchange.at_dot = self._exchange.at_dot, {}
            for line in lines.values():
                try:
                    before_dot()
                except Exception as error:  # noqa: BLE001 (it is raised where the session is used)
                    self._exchange.throw(line, error)
                else:
                    self._exchange.resume(line)
        ended = self._ended.pop()
        if isinstance(ended, Exception):
            raise ended
        return ended

    def _work(self):
        dialogue = Dialogue()
        while (job := (yield Idle())) is not None:
            try:
                self._ended.append((yield from dialogue.send(*job)))
            except Exception as error:  # noqa: BLE001 (it is raised where the session is used)
                self._ended.append(error)
        yield from dialogue.leave()


SESSIONS = {"blocking": SmtpSession, "over an exchange": OverExchange}

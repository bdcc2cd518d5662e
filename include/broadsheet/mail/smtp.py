"""SMTP as a transport: sessions over smtplib whose every phase has its own outcome (RFC 5321).

smtplib's own ``sendmail`` hands over body and final dot in one call, so that it cannot be told whether a mail
that failed there may have been taken.
"""

import smtplib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from types import TracebackType
from typing import Self

from broadsheet.mail.evidence import Source
from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.relay import COMMAND_SECONDS, Relay, connect, connected_socket
from broadsheet.mail.replies import enhanced_status, queue_id, words
from broadsheet.mail.transport import Evidence, Outcome, Phase, Result

DOT_SECONDS = 600.0
"""RFC 5321 4.5.3.2.6: giving up earlier after the dot is what makes second copies."""
QUIT_SECONDS = 5.0
"""Everything is said by then: a goodbye is not worth a long wait."""
MAILS_PER_CONNECTION = 100


class SmtpTransport:
    """A relay. TLS, with the certificate verified, is demanded unless the relay is on loopback.

    Args:
        evidence: where it is looked up what the relay took; None: nowhere.
    """

    def __init__(self, relay: Relay, evidence: Source | None = None) -> None:
        self._relay = relay
        self._evidence = evidence

    def open(self) -> "SmtpSession":
        """See `Transport.open`."""
        return SmtpSession(self._relay)

    def lookup(self, message_id: str, since: datetime) -> Evidence:
        """See `Transport.lookup`. SMTP itself has no way to ask a relay what it took."""
        return self._evidence.lookup(message_id, since) if self._evidence else Evidence.UNKNOWN


class SmtpSession:
    """One connection at a time: opened for the first mail, and anew after `MAILS_PER_CONNECTION` or trouble."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._client: smtplib.SMTP | None = None
        self._mails = 0
        self._unfinished = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def send(self, message: Message, envelope: Envelope, before_dot: Callable[[], None]) -> Outcome:
        """See `Session.send`."""
        used_before = self._client is not None
        outcome = self._attempt(message, envelope, before_dot)
        if used_before and _was_given_up(outcome):
            outcome = self._attempt(message, envelope, before_dot)
        return outcome

    def _attempt(self, message: Message, envelope: Envelope, before_dot: Callable[[], None]) -> Outcome:
        client = self._ready()
        if isinstance(client, Outcome):
            return client
        if objection := _objection(client, envelope):
            return objection
        self._mails += 1
        try:
            outcome = _transact(client, message, envelope, before_dot)
        except BaseException:
            # Closing without the dot tells the server to forget what it was sent.
            self._drop()
            raise
        self._unfinished = outcome.result is not Result.ACCEPTED
        if outcome.result is Result.IN_DOUBT:
            # What still comes over it would be taken for the answer to something else.
            self._drop()
        return outcome

    def _ready(self) -> smtplib.SMTP | Outcome:
        """A connection on which a mail can begin, or why there is none."""
        if self._mails >= MAILS_PER_CONNECTION:
            self._leave()
        if self._client is not None and self._unfinished and not _reset(self._client):
            self._drop()
        if self._client is None:
            client = connect(self._relay)
            if isinstance(client, Outcome):
                return client
            self._client, self._mails = client, 0
        self._unfinished = False
        return self._client

    def _leave(self) -> None:
        # Servers close without a goodbye; that changes nothing of what they have said before.
        if self._client is not None:
            with suppress(OSError, smtplib.SMTPException):
                connected_socket(self._client).settimeout(QUIT_SECONDS)
                self._client.quit()
            self._drop()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client, self._mails = None, 0


def _was_given_up(outcome: Outcome) -> bool:
    """Whether the server had closed an idle connection, and nothing of this mail was said yet."""
    silent = outcome.result is Result.DEFERRED and outcome.code is None
    return outcome.phase is Phase.MAIL and (silent or outcome.enhanced == "4.4.2")


def _objection(client: smtplib.SMTP, envelope: Envelope) -> Outcome | None:
    """Why this server cannot be told this recipient at all (RFC 6531 3.5)."""
    if not (envelope.sender + envelope.recipient).isprintable():
        return Outcome(Result.REFUSED, Phase.RCPT, enhanced="5.1.3", reply="the address cannot be written")
    if envelope.smtputf8 and not client.has_extn("smtputf8"):
        reply = "the address is not ASCII, and the mail server does not offer SMTPUTF8"
        return Outcome(Result.REFUSED, Phase.RCPT, enhanced="5.6.7", reply=reply)
    return None


def _transact(
    client: smtplib.SMTP, message: Message, envelope: Envelope, before_dot: Callable[[], None]
) -> Outcome:
    commands = {
        Phase.MAIL: _mail_command(client, message, envelope),
        Phase.RCPT: _rcpt_command(client, envelope),
        Phase.DATA: b"DATA\r\n",
    }
    if refusal := _announce(client, commands):
        return refusal
    try:
        client.send(_stuffed(message.data))
    except (OSError, smtplib.SMTPException) as error:
        return _unanswered(Result.DEFERRED, Phase.BODY, error)
    before_dot()
    try:
        connected_socket(client).settimeout(DOT_SECONDS)
        client.send(b".\r\n")
        code, reply = client.getreply()
        connected_socket(client).settimeout(COMMAND_SECONDS)
    except (OSError, smtplib.SMTPException) as error:
        return _unanswered(Result.IN_DOUBT, Phase.DOT, error)
    return _answered(Phase.DOT, code, reply)


def _announce(client: smtplib.SMTP, commands: Mapping[Phase, bytes]) -> Outcome | None:
    """Give the commands, in one packet where the server takes that (RFC 2920); the refusal that they met."""
    pipelined = client.has_extn("pipelining")
    refusal, code, phase = None, 0, Phase.MAIL
    try:
        if pipelined:
            client.send(b"".join(commands.values()))
        for phase, command in commands.items():
            if not pipelined:
                client.send(command)
            code, reply = client.getreply()
            welcome = code // 100 == (3 if phase is Phase.DATA else 2)
            refusal = refusal or (None if welcome else _answered(phase, code, reply))
            if refusal and not pipelined:
                break
    except (OSError, smtplib.SMTPException) as error:
        return refusal or _unanswered(Result.DEFERRED, phase, error)
    if refusal and code == 354:
        client.close()  # nothing but a dot ends what DATA has begun
    return refusal


def _mail_command(client: smtplib.SMTP, message: Message, envelope: Envelope) -> bytes:
    options = []
    if client.has_extn("size"):
        options.append(f"SIZE={len(message.data)}")
    if envelope.smtputf8:
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    if client.has_extn("dsn"):
        options += ["RET=HDRS"] + ([f"ENVID={envelope.envelope_id}"] if envelope.envelope_id else [])
    return " ".join((f"MAIL FROM:<{envelope.sender}>", *options)).encode() + b"\r\n"


def _rcpt_command(client: smtplib.SMTP, envelope: Envelope) -> bytes:
    command = f"RCPT TO:<{envelope.recipient}>"
    if client.has_extn("dsn") and not envelope.smtputf8:
        command += f" ORCPT=rfc822;{_xtext(envelope.recipient)}"
    return command.encode() + b"\r\n"


def _xtext(text: str) -> str:
    """ASCII as a parameter's value (RFC 3461 4)."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in text)


def _stuffed(data: bytes) -> bytes:
    """As it goes over the wire: a line that begins with a dot gets another one (RFC 5321 4.5.2)."""
    if data.startswith(b"."):
        data = b"." + data
    return data.replace(b"\r\n.", b"\r\n..") if b"\r\n." in data else data


def _reset(client: smtplib.SMTP) -> bool:
    """End what an unfinished mail left in the session; whether the session can go on."""
    try:
        return client.rset()[0] == 250
    except (OSError, smtplib.SMTPException):
        return False


def _answered(phase: Phase, code: int, reply: bytes) -> Outcome:
    text = words(reply)
    match code // 100:
        case 2 if phase is Phase.DOT:
            return Outcome(Result.ACCEPTED, phase, code, enhanced_status(text), text, queue_id(text))
        case 5:
            result = Result.REFUSED
        case 4:
            result = Result.DEFERRED
        case _:
            # Not an answer that SMTP knows here.
            result = Result.IN_DOUBT if phase is Phase.DOT else Result.DEFERRED
    return Outcome(result, phase, code, enhanced_status(text), text)


def _unanswered(result: Result, phase: Phase, error: OSError | smtplib.SMTPException) -> Outcome:
    return Outcome(result, phase, reply=words(str(error) or type(error).__name__))

"""The client's side of SMTP without a socket: what is said, what is waited for, what the answers mean (RFC 5321).

A dialogue is a generator of steps. Whoever drives it carries each step out and gives back what came of it, or throws
the OSError that it met; so the same rules hold for one connection that blocks and for many in one thread. Every phase
of a mail has its own outcome: of a mail that failed at the final dot, and there alone, it may not be known whether it
was taken.
"""

import re
from collections.abc import Collection, Generator, Mapping
from typing import Any, NamedTuple, TypeVar

from broadsheet.mail.message import Envelope, Message
from broadsheet.mail.relay import COMMAND_SECONDS
from broadsheet.mail.replies import Reply, enhanced_status, queue_id, words
from broadsheet.mail.transport import Outcome, Phase, Result

DOT_SECONDS = 600.0
"""RFC 5321 4.5.3.2.6: giving up earlier after the dot is what makes second copies."""
QUIT_SECONDS = 5.0
"""Everything is said by then: a goodbye is not worth a long wait."""
MAILS_PER_CONNECTION = 100

_DOT_LINE = re.compile(rb"\r\n\.")
"""A pattern is looked for several times as fast in a whole mail as `bytes.replace` looks."""

Extensions = Collection[str]
"""What a server offers (RFC 1869), in lower case."""


class Connect(NamedTuple):
    """Open a connection; gives the server's `Extensions`, or the `Outcome` that says where that failed."""


class Say(NamedTuple):
    """Send all of it; at most so many seconds without progress."""

    data: bytes
    seconds: float = COMMAND_SECONDS


class Hear(NamedTuple):
    """Wait for the next `Reply`; at most so many seconds without progress."""

    seconds: float = COMMAND_SECONDS


class BeforeDot(NamedTuple):
    """Everything but the last byte of that mail is over: once this step is, it may be taken."""

    delivery_id: str


class HangUp(NamedTuple):
    """Close the connection, at once and without a word; nothing if there is none."""


Step = Connect | Say | Hear | BeforeDot | HangUp
Ended = TypeVar("Ended")
Steps = Generator[Step, Any, Ended]


class Dialogue:
    """One connection at a time: opened for the first mail, and anew after `MAILS_PER_CONNECTION` or trouble."""

    def __init__(self) -> None:
        self._extensions: Extensions | None = None
        self._mails = 0
        self._unfinished = False

    def send(self, message: Message, envelope: Envelope) -> Steps[Outcome]:
        """Try once. What is thrown at `BeforeDot` ends the attempt before the dot and is passed on."""
        used_before = self._extensions is not None
        outcome = yield from self._attempt(message, envelope)
        if used_before and _was_given_up(outcome):
            outcome = yield from self._attempt(message, envelope)
        return outcome

    def leave(self) -> Steps[None]:
        """Say goodbye, if there is anybody to say it to."""
        if self._extensions is None:
            return
        try:
            yield Say(b"QUIT\r\n", QUIT_SECONDS)
            yield Hear(QUIT_SECONDS)
        except OSError:
            pass  # servers close without a goodbye; that changes nothing of what they have said before
        yield from self._drop()

    def _attempt(self, message: Message, envelope: Envelope) -> Steps[Outcome]:
        extensions = yield from self._ready()
        if isinstance(extensions, Outcome):
            return extensions
        if objection := _objection(extensions, envelope):
            return objection
        self._mails += 1
        try:
            outcome = yield from self._transact(extensions, message, envelope)
        except Exception:
            # Closing without the dot tells the server to forget what it was sent.
            yield from self._drop()
            raise
        self._unfinished = outcome.result is not Result.ACCEPTED
        if outcome.result is Result.IN_DOUBT:
            # What still comes over it would be taken for the answer to something else.
            yield from self._drop()
        return outcome

    def _ready(self) -> Steps[Extensions | Outcome]:
        """A connection on which a mail can begin, or why there is none."""
        if self._mails >= MAILS_PER_CONNECTION:
            yield from self.leave()
        if self._extensions is not None and self._unfinished and not (yield from _reset()):
            yield from self._drop()
        if self._extensions is None:
            found: Extensions | Outcome = yield Connect()
            if isinstance(found, Outcome):
                return found
            self._extensions, self._mails = found, 0
        self._unfinished = False
        return self._extensions

    def _transact(self, extensions: Extensions, message: Message, envelope: Envelope) -> Steps[Outcome]:
        commands = {
            Phase.MAIL: _mail_command(extensions, message, envelope),
            Phase.RCPT: _rcpt_command(extensions, envelope),
            Phase.DATA: b"DATA\r\n",
        }
        refusal, began = yield from _announce(commands, pipelined="pipelining" in extensions)
        if refusal is not None:
            if began:
                yield from self._drop()  # nothing but a dot ends what DATA has begun
            return refusal
        try:
            yield Say(_stuffed(message.data))
        except OSError as error:
            return _unanswered(Result.DEFERRED, Phase.BODY, error)
        yield BeforeDot(message.delivery_id)
        try:
            yield Say(b".\r\n", DOT_SECONDS)
            reply: Reply = yield Hear(DOT_SECONDS)
        except OSError as error:
            return _unanswered(Result.IN_DOUBT, Phase.DOT, error)
        return _answered(Phase.DOT, reply)

    def _drop(self) -> Steps[None]:
        self._extensions, self._mails = None, 0
        yield HangUp()


def _announce(commands: Mapping[Phase, bytes], *, pipelined: bool) -> Steps[tuple[Outcome | None, bool]]:
    """Give the commands, in one packet where the server takes that (RFC 2920).

    Gives the refusal that they met, and whether the server waits for a mail all the same.
    """
    refusal, code, phase = None, 0, Phase.MAIL
    try:
        if pipelined:
            yield Say(b"".join(commands.values()))
        for phase, command in commands.items():
            if not pipelined:
                yield Say(command)
            reply: Reply = yield Hear()
            code = reply.code
            welcome = code // 100 == (3 if phase is Phase.DATA else 2)
            refusal = refusal or (None if welcome else _answered(phase, reply))
            if refusal and not pipelined:
                break
    except OSError as error:
        return refusal or _unanswered(Result.DEFERRED, phase, error), False
    return refusal, code == 354


def _was_given_up(outcome: Outcome) -> bool:
    """Whether the server had closed an idle connection, and nothing of this mail was said yet."""
    silent = outcome.result is Result.DEFERRED and outcome.code is None
    return outcome.phase is Phase.MAIL and (silent or outcome.enhanced == "4.4.2")


def _objection(extensions: Extensions, envelope: Envelope) -> Outcome | None:
    """Why this server cannot be told this recipient at all (RFC 6531 3.5)."""
    if not (envelope.sender + envelope.recipient).isprintable():
        return Outcome(Result.REFUSED, Phase.RCPT, enhanced="5.1.3", reply="the address cannot be written")
    if envelope.smtputf8 and "smtputf8" not in extensions:
        reply = "the address is not ASCII, and the mail server does not offer SMTPUTF8"
        return Outcome(Result.REFUSED, Phase.RCPT, enhanced="5.6.7", reply=reply)
    return None


def _mail_command(extensions: Extensions, message: Message, envelope: Envelope) -> bytes:
    options = []
    if "size" in extensions:
        options.append(f"SIZE={len(message.data)}")
    if envelope.smtputf8:
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    if "dsn" in extensions:
        options += ["RET=HDRS"] + ([f"ENVID={envelope.envelope_id}"] if envelope.envelope_id else [])
    return " ".join((f"MAIL FROM:<{envelope.sender}>", *options)).encode() + b"\r\n"


def _rcpt_command(extensions: Extensions, envelope: Envelope) -> bytes:
    command = f"RCPT TO:<{envelope.recipient}>"
    if "dsn" in extensions and not envelope.smtputf8:
        command += f" ORCPT=rfc822;{_xtext(envelope.recipient)}"
    return command.encode() + b"\r\n"


def _xtext(text: str) -> str:
    """ASCII as a parameter's value (RFC 3461 4)."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in text)


def _stuffed(data: bytes) -> bytes:
    """As it goes over the wire: a line that begins with a dot gets another one (RFC 5321 4.5.2)."""
    if data.startswith(b"."):
        data = b"." + data
    return _DOT_LINE.sub(rb"\r\n..", data)


def _reset() -> Steps[bool]:
    """End what an unfinished mail left in the session; whether the session can go on."""
    try:
        yield Say(b"RSET\r\n")
        reply: Reply = yield Hear()
    except OSError:
        return False
    return reply.code == 250


def _answered(phase: Phase, reply: Reply) -> Outcome:
    text = words(reply.text)
    match reply.code // 100:
        case 2 if phase is Phase.DOT:
            return Outcome(Result.ACCEPTED, phase, reply.code, enhanced_status(text), text, queue_id(text))
        case 5:
            result = Result.REFUSED
        case 4:
            result = Result.DEFERRED
        case _:
            # Not an answer that SMTP knows here.
            result = Result.IN_DOUBT if phase is Phase.DOT else Result.DEFERRED
    return Outcome(result, phase, reply.code, enhanced_status(text), text)


def _unanswered(result: Result, phase: Phase, error: OSError) -> Outcome:
    return Outcome(result, phase, reply=words(str(error) or type(error).__name__))

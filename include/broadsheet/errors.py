"""The errors a person can meet. Every message says what went wrong, where, and what to do."""

DONE = 0
FAILED = 1
USAGE = 2
TRY_AGAIN = 75


class BroadsheetError(Exception):
    """The base of all of them; ``exit_code`` is what the command line ends with."""

    exit_code = FAILED


class UsageError(BroadsheetError):
    """What was asked for cannot be meant: a wrong argument, list, setting or file name."""

    exit_code = USAGE


class TryAgainError(BroadsheetError):
    """Nothing is broken, but not now: a lock is held, a budget is used up (EX_TEMPFAIL of sysexits.h)."""

    exit_code = TRY_AGAIN

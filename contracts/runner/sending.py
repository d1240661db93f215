"""What a plan asks for, carried out by a session."""

from __future__ import annotations

from contracts.client.session import Session
from contracts.plan.script import Sent, Wanted
from contracts.record.exchange import AtOnce, Pause


def carried_out(wanted: Wanted, session: Session) -> Sent:
    """What came of ``wanted``; nothing of a pause. Raises OutOfBudget or Stopped."""
    if isinstance(wanted, Pause):
        session.pause(wanted.seconds)
        return ()
    if isinstance(wanted, AtOnce):
        return session.send_at_once(wanted)
    return session.send(wanted)

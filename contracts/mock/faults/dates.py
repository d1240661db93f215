"""Dates and times as servers get them wrong: formats, zones, calendars, and clocks that lie."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.kinds import edits
from contracts.mock.faults.tools import edit, put, shifted
from contracts.mock.hooks import Body
from contracts.mock.registry import Group
from contracts.mock.store import Customer

dates = Group("dates", FAULTS)


def _moved(day: str, by: int) -> str:
    """``day`` moved, where Python's calendar reaches."""
    return shifted(f"{day}T00:00:00Z", days=by)[:10] if "0002" <= day[:4] < "9999" else day


def _swapped(day: str) -> str:
    return f"{day[:4]}-{day[8:]}-{day[5:7]}" if day[8:] <= "12" else day


# fmt: off
dates.customer.rows("dates.date-time",
    ("created-at-has-a-space", "A space stands where the T belongs, as in SQL.",
     edits("created_at", lambda moment: moment.replace("T", " "))),
    ("created-at-is-epoch-seconds-in-a-string", "The time is a number of seconds, in a string.",
     edits("created_at", lambda moment: str(int(datetime.fromisoformat(moment).timestamp())))),
    ("created-at-has-no-zone", "The zone is left out.", edits("created_at", lambda moment: moment.removesuffix("Z"))),
    ("created-at-names-its-zone", "The zone is told by name: UTC.",
     edits("created_at", lambda moment: moment.replace("Z", " UTC"))),
    ("created-at-offset-has-no-colon", "The offset is +0000, as strftime writes it.",
     edits("created_at", lambda moment: moment.replace("Z", "+0000"))),
    ("updated-at-offset-has-no-minutes", "The offset is +00, as PostgreSQL writes it.",
     edits("updated_at", lambda moment: moment.replace("Z", "+00"))),
    ("created-at-has-two-zones", "A Z is put behind an offset that is there already.",
     edits("created_at", lambda moment: moment.replace("Z", "+00:00Z"))),
    ("created-at-in-http-format", "The time is written as in an HTTP header.",
     edits("created_at", lambda moment: format_datetime(datetime.fromisoformat(moment).astimezone(UTC), usegmt=True))),
    ("created-at-in-basic-format", "The time is in the basic format of ISO 8601, without hyphens and colons.",
     edits("created_at", lambda moment: datetime.fromisoformat(moment).strftime("%Y%m%dT%H%M%SZ"))),
    ("created-at-is-a-day", "The time of day is left out.", edits("created_at", lambda moment: moment[:10])),
    ("created-at-has-no-seconds", "The seconds are left out.", edits("created_at", lambda moment: f"{moment[:16]}Z")),
    ("created-at-ends-in-a-newline", "A newline follows the time.", edits("created_at", lambda moment: f"{moment}\n")),
    ("created-at-with-am-and-pm", "The hour is one of twelve, with AM or PM.",
     edits("created_at", lambda moment: datetime.fromisoformat(moment).strftime("%Y-%m-%dT%I:%M:%S %pZ"))),
    ("created-at-year-has-six-digits", "The year is expanded, with a sign and six digits.",
     edits("created_at", lambda moment: f"+00{moment}")),
    ("created-at-fraction-is-empty", "The zeros of the fraction are stripped, and its dot stays.",
     edits("created_at", lambda moment: f"{moment[:19]}.Z")),
    ("updated-at-fraction-has-a-comma", "A comma stands before the fraction.",
     edits("updated_at", lambda moment: moment.replace(".", ","))),
    ("updated-at-is-a-week-date", "The day is told by its week.",
     edits("updated_at", lambda moment: datetime.fromisoformat(moment).strftime("%G-W%V-%uT%H:%M:%SZ"))),
    ("updated-at-is-the-zero-date-until-updated", "A customer never updated has MySQL's zero date.",
     lambda body, call: put(body, "updated_at", "0000-00-00T00:00:00Z") if call.created else body),
)
dates.customer.rows("schema.types",
    ("created-at-is-epoch-milliseconds", "The time is a number of milliseconds.",
     edits("created_at", lambda moment: int(datetime.fromisoformat(moment).timestamp() * 1000))),
    ("created-at-is-a-database-object", "The time comes in the extended JSON of MongoDB.",
     edits("created_at", lambda moment: {"$date": moment})),
)
# fmt: on


@dates.customer(caught_by="dates.date-time")
def created_at_in_arabic_digits(body: Body, call: Call) -> Body:
    """The digits are those of the server's locale."""
    digits = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    return edit(body, "created_at", lambda moment: moment.translate(digits))


# fmt: off
dates.customer.rows("dates.created-now",
    ("created-at-month-counts-from-zero", "The month counts from zero, as JavaScript has it.",
     edits("created_at", lambda moment: f"{moment[:5]}{int(moment[5:7]) - 1:02}{moment[7:]}")),
    ("created-at-is-local-time-called-utc", "Local time, an hour ahead, is given out as UTC.",
     edits("created_at", lambda moment: shifted(moment, hours=1))),
    ("created-at-offset-lies", "An offset of two hours is put behind a time that is UTC.",
     edits("created_at", lambda moment: moment.replace("Z", "+02:00"))),
)
# fmt: on


@dates.written(caught_by="dates.created-now")
def created_at_is_the_start_of_the_server(customer: Customer, call: Call) -> Customer:
    """New customers are created at a fixed time in the past, by a default evaluated once."""
    if call.before is None:
        customer.created_at = "2020-01-01T00:00:00.000Z"
    return customer


# fmt: off
dates.customer.rows("echo.dates",
    ("birthdate-a-day-early", "The birthdate passes through a zone west of Greenwich and loses a day.",
     edits("birthdate", lambda day: _moved(day, -1))),
    ("birthday-a-day-late", "The older field of the two gains a day by its zone.",
     edits("birthday", lambda day: _moved(day, 1))),
    ("birthdate-of-29-february-moves", "Leap days become the first of March.",
     edits("birthdate", lambda day: day.replace("-02-29", "-03-01"))),
    ("birthdate-swaps-day-and-month", "Day and month change places where both could be a month.",
     edits("birthdate", _swapped)),
    ("birthdate-before-1970-is-a-century-late",
     "Years are kept in two digits, and those before 1970 come back a century late.",
     edits("birthdate", lambda day: f"20{day[2:]}" if "1900" <= day[:4] < "1970" else day)),
    ("birthdate-before-1970-is-the-epoch", "Negative times are clamped to zero.",
     edits("birthdate", lambda day: max(day, "1970-01-01"))),
)
dates.customer.rows("dates.date",
    ("birthdate-is-a-date-time", "The birthdate is midnight of its day.",
     edits("birthdate", lambda day: f"{day}T00:00:00.000Z")),
    ("birthdate-in-american-order", "The birthdate is month, day, year, between slashes.",
     edits("birthdate", lambda day: f"{day[5:7]}/{day[8:]}/{day[:4]}")),
    ("birthdate-has-no-leading-zeros", "Month and day lose their leading zeros.",
     edits("birthdate", lambda day: day.replace("-0", "-"))),
    ("birthdate-has-a-zone", "A Z follows the birthdate, as XML allows.", edits("birthdate", lambda day: f"{day}Z")),
)
# fmt: on

"""Dates and times as servers get them wrong: formats, zones, calendars, and clocks that lie."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

from contracts.mock.api import Call
from contracts.mock.faults import FAULTS
from contracts.mock.faults.tools import edit, put, shifted
from contracts.mock.hooks import Body
from contracts.mock.registry import Group
from contracts.mock.store import Customer

dates = Group("dates", FAULTS)


@dates.customer(caught_by="dates.date-time")
def created_at_has_a_space(body: Body, call: Call) -> Body:
    """A space stands where the T belongs, as in SQL."""
    return edit(body, "created_at", lambda moment: moment.replace("T", " "))


@dates.customer(caught_by="schema.types")
def created_at_is_epoch_milliseconds(body: Body, call: Call) -> Body:
    """The time is a number of milliseconds."""
    return edit(body, "created_at", lambda moment: int(datetime.fromisoformat(moment).timestamp() * 1000))


@dates.customer(caught_by="dates.date-time")
def created_at_is_epoch_seconds_in_a_string(body: Body, call: Call) -> Body:
    """The time is a number of seconds, in a string."""
    return edit(body, "created_at", lambda moment: str(int(datetime.fromisoformat(moment).timestamp())))


@dates.customer(caught_by="dates.date-time")
def created_at_has_no_zone(body: Body, call: Call) -> Body:
    """The zone is left out."""
    return edit(body, "created_at", lambda moment: moment.removesuffix("Z"))


@dates.customer(caught_by="dates.date-time")
def created_at_names_its_zone(body: Body, call: Call) -> Body:
    """The zone is told by name: UTC."""
    return edit(body, "created_at", lambda moment: moment.replace("Z", " UTC"))


@dates.customer(caught_by="dates.date-time")
def created_at_offset_has_no_colon(body: Body, call: Call) -> Body:
    """The offset is +0000, as strftime writes it."""
    return edit(body, "created_at", lambda moment: moment.replace("Z", "+0000"))


@dates.customer(caught_by="dates.date-time")
def updated_at_offset_has_no_minutes(body: Body, call: Call) -> Body:
    """The offset is +00, as PostgreSQL writes it."""
    return edit(body, "updated_at", lambda moment: moment.replace("Z", "+00"))


@dates.customer(caught_by="dates.date-time")
def created_at_has_two_zones(body: Body, call: Call) -> Body:
    """A Z is put behind an offset that is there already."""
    return edit(body, "created_at", lambda moment: moment.replace("Z", "+00:00Z"))


@dates.customer(caught_by="dates.date-time")
def created_at_in_http_format(body: Body, call: Call) -> Body:
    """The time is written as in an HTTP header."""
    return edit(
        body,
        "created_at",
        lambda moment: format_datetime(datetime.fromisoformat(moment).astimezone(UTC), usegmt=True),
    )


@dates.customer(caught_by="dates.date-time")
def created_at_in_basic_format(body: Body, call: Call) -> Body:
    """The time is in the basic format of ISO 8601, without hyphens and colons."""
    return edit(body, "created_at", lambda moment: datetime.fromisoformat(moment).strftime("%Y%m%dT%H%M%SZ"))


@dates.customer(caught_by="dates.date-time")
def created_at_is_a_day(body: Body, call: Call) -> Body:
    """The time of day is left out."""
    return edit(body, "created_at", lambda moment: moment[:10])


@dates.customer(caught_by="dates.date-time")
def created_at_has_no_seconds(body: Body, call: Call) -> Body:
    """The seconds are left out."""
    return edit(body, "created_at", lambda moment: f"{moment[:16]}Z")


@dates.customer(caught_by="dates.date-time")
def created_at_ends_in_a_newline(body: Body, call: Call) -> Body:
    """A newline follows the time."""
    return edit(body, "created_at", lambda moment: f"{moment}\n")


@dates.customer(caught_by="dates.date-time")
def created_at_in_arabic_digits(body: Body, call: Call) -> Body:
    """The digits are those of the server's locale."""
    digits = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
    return edit(body, "created_at", lambda moment: moment.translate(digits))


@dates.customer(caught_by="dates.date-time")
def created_at_with_am_and_pm(body: Body, call: Call) -> Body:
    """The hour is one of twelve, with AM or PM."""
    return edit(body, "created_at", lambda moment: datetime.fromisoformat(moment).strftime("%Y-%m-%dT%I:%M:%S %pZ"))


@dates.customer(caught_by="dates.date-time")
def created_at_year_has_six_digits(body: Body, call: Call) -> Body:
    """The year is expanded, with a sign and six digits."""
    return edit(body, "created_at", lambda moment: f"+00{moment}")


@dates.customer(caught_by="dates.date-time")
def created_at_fraction_is_empty(body: Body, call: Call) -> Body:
    """The zeros of the fraction are stripped, and its dot stays."""
    return edit(body, "created_at", lambda moment: f"{moment[:19]}.Z")


@dates.customer(caught_by="dates.date-time")
def updated_at_fraction_has_a_comma(body: Body, call: Call) -> Body:
    """A comma stands before the fraction."""
    return edit(body, "updated_at", lambda moment: moment.replace(".", ","))


@dates.customer(caught_by="dates.date-time")
def updated_at_is_a_week_date(body: Body, call: Call) -> Body:
    """The day is told by its week."""
    return edit(body, "updated_at", lambda moment: datetime.fromisoformat(moment).strftime("%G-W%V-%uT%H:%M:%SZ"))


@dates.customer(caught_by="dates.date-time")
def updated_at_is_the_zero_date_until_updated(body: Body, call: Call) -> Body:
    """A customer never updated has MySQL's zero date."""
    return put(body, "updated_at", "0000-00-00T00:00:00Z") if call.created else body


@dates.customer(caught_by="schema.types")
def created_at_is_a_database_object(body: Body, call: Call) -> Body:
    """The time comes in the extended JSON of MongoDB."""
    return edit(body, "created_at", lambda moment: {"$date": moment})


@dates.customer(caught_by="dates.created-now")
def created_at_month_counts_from_zero(body: Body, call: Call) -> Body:
    """The month counts from zero, as JavaScript has it."""
    return edit(body, "created_at", lambda moment: f"{moment[:5]}{int(moment[5:7]) - 1:02}{moment[7:]}")


@dates.customer(caught_by="dates.created-now")
def created_at_is_local_time_called_utc(body: Body, call: Call) -> Body:
    """Local time, an hour ahead, is given out as UTC."""
    return edit(body, "created_at", lambda moment: shifted(moment, hours=1))


@dates.customer(caught_by="dates.created-now")
def created_at_offset_lies(body: Body, call: Call) -> Body:
    """An offset of two hours is put behind a time that is UTC."""
    return edit(body, "created_at", lambda moment: moment.replace("Z", "+02:00"))


@dates.written(caught_by="dates.created-now")
def created_at_is_the_start_of_the_server(customer: Customer, call: Call) -> Customer:
    """New customers are created at a fixed time in the past, by a default evaluated once."""
    if call.before is None:
        customer.created_at = "2020-01-01T00:00:00.000Z"
    return customer


@dates.customer(caught_by="echo.birthdate")
def birthdate_a_day_early(body: Body, call: Call) -> Body:
    """The birthdate passes through a zone west of Greenwich and loses a day."""
    return edit(body, "birthdate", lambda day: _moved(day, -1))


@dates.customer(caught_by="echo.birthdate")
def birthday_a_day_late(body: Body, call: Call) -> Body:
    """The older field of the two gains a day by its zone."""
    return edit(body, "birthday", lambda day: _moved(day, 1))


@dates.customer(caught_by="echo.birthdate")
def birthdate_of_29_february_moves(body: Body, call: Call) -> Body:
    """Leap days become the first of March."""
    return edit(body, "birthdate", lambda day: day.replace("-02-29", "-03-01"))


@dates.customer(caught_by="dates.date")
def birthdate_is_a_date_time(body: Body, call: Call) -> Body:
    """The birthdate is midnight of its day."""
    return edit(body, "birthdate", lambda day: f"{day}T00:00:00.000Z")


@dates.customer(caught_by="dates.date")
def birthdate_in_american_order(body: Body, call: Call) -> Body:
    """The birthdate is month, day, year, between slashes."""
    return edit(body, "birthdate", lambda day: f"{day[5:7]}/{day[8:]}/{day[:4]}")


@dates.customer(caught_by="echo.birthdate")
def birthdate_swaps_day_and_month(body: Body, call: Call) -> Body:
    """Day and month change places where both could be a month."""
    return edit(body, "birthdate", lambda day: _swapped(day))


@dates.customer(caught_by="dates.date")
def birthdate_has_no_leading_zeros(body: Body, call: Call) -> Body:
    """Month and day lose their leading zeros."""
    return edit(body, "birthdate", lambda day: day.replace("-0", "-"))


@dates.customer(caught_by="dates.date")
def birthdate_has_a_zone(body: Body, call: Call) -> Body:
    """A Z follows the birthdate, as XML allows."""
    return edit(body, "birthdate", lambda day: f"{day}Z")


@dates.customer(caught_by="echo.birthdate")
def birthdate_before_1970_is_a_century_late(body: Body, call: Call) -> Body:
    """Years are kept in two digits, and those before 1970 come back a century late."""
    return edit(body, "birthdate", lambda day: f"20{day[2:]}" if "1900" <= day[:4] < "1970" else day)


@dates.customer(caught_by="echo.birthdate")
def birthdate_before_1970_is_the_epoch(body: Body, call: Call) -> Body:
    """Negative times are clamped to zero."""
    return edit(body, "birthdate", lambda day: max(day, "1970-01-01"))


def _moved(day: str, by: int) -> str:
    """``day`` moved, where Python's calendar reaches."""
    return shifted(f"{day}T00:00:00Z", days=by)[:10] if "0002" <= day[:4] < "9999" else day


def _swapped(day: str) -> str:
    return f"{day[:4]}-{day[8:]}-{day[5:7]}" if day[8:] <= "12" else day

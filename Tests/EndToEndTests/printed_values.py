"""What `martlet inspect --rows` prints, as values that can be compared bit for bit.

Each value has one form: integers and booleans as they are, floats as their bits in hexadecimal
("nan" for each NaN), decimals as their unscaled integer, dates as days, times and timestamps as
nanoseconds, text and bytes in hexadecimal.
"""

import json
import re
import struct

NANOSECONDS = {"milliseconds": 10**6, "microseconds": 10**3, "nanoseconds": 1}
DAY = 86_400 * 10**9
FLOATS = {"float16": ">e", "float": ">f", "double": ">d"}


def read(martlet, path, rows=10**9):
    """(columns that were read: name to (type, values)), (columns that were not: name to reason)."""
    described = martlet("inspect", path)
    types = {}
    skipped = {}
    for column in described["columns"]:
        if column.get("skipped"):
            skipped[column["name"]] = column["skipped"]
        else:
            types[column["name"]] = column["logical_type"]
    outcome = martlet.run("inspect", path, "--rows", rows)
    assert outcome.code == 0, outcome
    # Lines of JSON end in \n alone; text may hold other ends of lines.
    lines = [json.loads(line) for line in outcome.out.split("\n") if line]
    assert len(lines) == min(rows, described["rows"])
    columns = {
        name: (kind, [form(line[name], kind) for line in lines]) for name, kind in types.items()}
    assert all(set(line) == set(types) for line in lines)
    return columns, skipped


def form(value, kind):
    if value is None:
        return None
    name = kind.split("(")[0]
    if name in FLOATS:
        return bits(float(value), name)
    if name == "decimal":
        return int(value.replace(".", ""))
    if name == "date":
        return days(value)
    if name == "time":
        return clock(value)
    if name == "timestamp":
        date, _, time = value.rstrip("Z").partition("T")
        return days(date) * DAY + clock(time)
    if name == "string":
        return value.encode("utf-8").hex()
    if name == "uuid":
        return value.replace("-", "")
    return value


def bits(value, name):
    return "nan" if value != value else struct.pack(FLOATS[name], value).hex()


def days(text):
    """Of the proleptic Gregorian calendar, any year."""
    year, month, day = (int(part) for part in re.fullmatch(r"(-?\d+)-(\d+)-(\d+)", text).groups())
    year, month = (year - 1, month + 9) if month <= 2 else (year, month - 3)
    leap = year // 4 - year // 100 + year // 400
    return year * 365 + leap + (153 * month + 2) // 5 + day - 1 - 719_468


def clock(text):
    whole, _, fraction = text.partition(".")
    hours, minutes, seconds = map(int, whole.split(":"))
    return (hours * 3_600 + minutes * 60 + seconds) * 10**9 + int(fraction.ljust(9, "0") or 0)

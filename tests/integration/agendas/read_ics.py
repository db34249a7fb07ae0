#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the events of a calendar as vobject reads them, one a line: uid, sequence, status, start, end, summary, class."""
import datetime
import sys

import vobject


def utc(at):
    return at.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


with open(sys.argv[1], encoding="utf-8", newline="") as file:
    calendar = vobject.readOne(file.read())
for event in calendar.vevent_list:
    print(event.uid.value, event.sequence.value, event.status.value, utc(event.dtstart.value), utc(event.dtend.value),
          event.summary.value, getattr(event, "class").value, sep="|")

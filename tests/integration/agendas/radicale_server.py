#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs Radicale on a free port of the loopback over a folder of its own.

radicale_server.py OURS KEPT ELSEWHERE: puts each event of the calendar OURS, reads the collection back into KEPT; then
writes a calendar as another program would and leaves what Radicale gives of it in ELSEWHERE.
"""
import base64
import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time

USER = "Basic " + base64.b64encode(b"relais:essai").decode()
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//elsewhere//FR\r\n"
ELSEWHERE = {
    "serie": "BEGIN:VEVENT\r\nUID:serie\r\nDTSTAMP:20261101T080000Z\r\nSUMMARY:Consultation hôpital\r\n"
             "DTSTART;TZID=Europe/Paris:20261024T090000\r\nDTEND;TZID=Europe/Paris:20261024T120000\r\n"
             "RRULE:FREQ=WEEKLY;COUNT=3\r\nEXDATE;TZID=Europe/Paris:20261031T090000\r\nEND:VEVENT\r\n"
             "BEGIN:VEVENT\r\nUID:serie\r\nDTSTAMP:20261101T080000Z\r\nSUMMARY:Déplacée\r\nSEQUENCE:1\r\n"
             "RECURRENCE-ID;TZID=Europe/Paris:20261107T090000\r\n"
             "DTSTART;TZID=Europe/Paris:20261107T140000\r\nDTEND;TZID=Europe/Paris:20261107T150000\r\nEND:VEVENT\r\n",
    "jour": "BEGIN:VEVENT\r\nUID:jour\r\nDTSTAMP:20261101T080000Z\r\nSUMMARY:Congé\r\n"
            "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261226\r\nEND:VEVENT\r\n",
    "annule": "BEGIN:VEVENT\r\nUID:annule\r\nDTSTAMP:20261101T080000Z\r\nSTATUS:CANCELLED\r\n"
              "DTSTART:20261201T080000Z\r\nDTEND:20261201T090000Z\r\nEND:VEVENT\r\n",
}


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def call(port, method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body.encode() if body is not None else None,
                       {"Authorization": USER, "Content-Type": "text/calendar; charset=utf-8", **(headers or {})})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def expect(wanted, got, what):
    if got[0] != wanted:
        sys.exit(f"{what}: {got[0]} instead of {wanted}: {got[1]}")
    return got[1]


def started(folder):
    """The server and its port: another port when somebody else took the free one meanwhile."""
    for _ in range(5):
        port = free_port()
        config = os.path.join(folder, "config")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = none\n[rights]\ntype = owner_only\n"
                       f"[storage]\nfilesystem_folder = {folder}/kept\n[web]\ntype = none\n")
        server = subprocess.Popen([sys.executable, "-m", "radicale", "--config", config])
        end = time.monotonic() + 120
        while time.monotonic() < end and server.poll() is None:
            try:
                call(port, "OPTIONS", "/")
                return server, port
            except OSError:
                time.sleep(0.1)
        server.kill()
        server.wait()
    sys.exit("Radicale does not start")


def events(text):
    """What stands around the events, and each event: cut by lines, with no reader in between."""
    head, rest = text.split("BEGIN:VEVENT\r\n", 1)
    return head, ["BEGIN:VEVENT\r\n" + one.split("END:VEVENT\r\n")[0] + "END:VEVENT\r\n"
                  for one in rest.split("BEGIN:VEVENT\r\n")]


def main():
    ours, kept, elsewhere = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        server, port = started(folder)
        try:
            expect(201, call(port, "MKCALENDAR", "/relais/agenda/"), "MKCALENDAR")
            with open(ours, encoding="utf-8", newline="") as file:
                head, all_events = events(file.read())
            for number, event in enumerate(all_events):
                path, body = f"/relais/agenda/{number}.ics", head + event + "END:VCALENDAR\r\n"
                expect(201, call(port, "PUT", path, body, {"If-None-Match": "*"}), "PUT of ours")
                expect(412, call(port, "PUT", path, body, {"If-None-Match": "*"}), "PUT again")
            if not os.path.exists(f"{folder}/kept/collection-root/relais/agenda/0.ics"):
                sys.exit("Radicale keeps no file of it")
            with open(kept, "w", encoding="utf-8", newline="") as file:
                file.write(expect(200, call(port, "GET", "/relais/agenda/"), "GET of ours"))
            expect(201, call(port, "MKCALENDAR", "/relais/ailleurs/"), "MKCALENDAR")
            for name, event in ELSEWHERE.items():
                expect(201, call(port, "PUT", f"/relais/ailleurs/{name}.ics", HEAD + event + "END:VCALENDAR\r\n"),
                       "PUT of another's")
            with open(elsewhere, "w", encoding="utf-8", newline="") as file:
                file.write(expect(200, call(port, "GET", "/relais/ailleurs/"), "GET of another's"))
        finally:
            server.terminate()
            server.wait()


main()

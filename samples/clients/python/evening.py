# SPDX-License-Identifier: Apache-2.0
"""A practice software in Python: signs in, sends a report, watches the doctor's list, validates one item.

    bash samples/clients/python/run.sh REPORT        with RELAIS_ADDRESS and RELAIS_PASSWORD set

Only the generated messages and stubs of proto/relais/v1 are used: what is here can be done in any language.
"""

import argparse
import os
import sys
import uuid

import grpc

from relais.v1 import (
    error_pb2,
    identity_pb2,
    identity_pb2_grpc,
    ingest_pb2,
    ingest_pb2_grpc,
    record_pb2,
    worklist_pb2,
    worklist_pb2_grpc,
)

# Every call has a deadline: a screen that waits for ever tells nobody why.
CALL_SECONDS = 60
# The contract's limit for one part of a message is 1 MiB.
CHUNK_BYTES = 256 * 1024


class Session:
    """One account's calls. The token goes with each call as metadata and is never printed."""

    def __init__(self, channel, login, password):
        self.channel = channel
        answer = identity_pb2_grpc.IdentityServiceStub(channel).SignIn(
            identity_pb2.SignInRequest(login=login, password=password), timeout=CALL_SECONDS
        )
        self.actor = answer.actor
        self.metadata = (("authorization", "Bearer " + answer.token),)

    def sign_out(self):
        identity_pb2_grpc.IdentityServiceStub(self.channel).SignOut(
            identity_pb2.SignOutRequest(), timeout=CALL_SECONDS, metadata=self.metadata
        )


def submit(session, path, request_id):
    """The report's bytes, in parts; the answer comes once they are durable. The same request_id is one report."""

    def parts():
        first = ingest_pb2.SubmitRequest(request_id=request_id, file_name=os.path.basename(path), source="exemple-python")
        with open(path, "rb") as report:
            while chunk := report.read(CHUNK_BYTES):
                first.chunk = chunk
                yield first
                first = ingest_pb2.SubmitRequest()

    return ingest_pb2_grpc.IngestServiceStub(session.channel).Submit(
        parts(), timeout=CALL_SECONDS, metadata=session.metadata
    )


def items(session):
    """The caller's whole list, critical first, page after page."""
    stub = worklist_pb2_grpc.WorklistServiceStub(session.channel)
    request = worklist_pb2.ListItemsRequest()
    while True:
        page = stub.ListItems(request, timeout=CALL_SECONDS, metadata=session.metadata)
        yield from page.items
        if not page.next_page_token:
            return
        request.page.token = page.next_page_token


def watched(session):
    """What a screen would show: the list as a stream, up to the mark that says "this is all there is now"."""
    stream = worklist_pb2_grpc.WorklistServiceStub(session.channel).WatchItems(
        worklist_pb2.WatchItemsRequest(), timeout=CALL_SECONDS, metadata=session.metadata
    )
    for event in stream:
        if event.kind == worklist_pb2.WatchItemsResponse.KIND_SNAPSHOT_END:
            stream.cancel()
            return
        if event.kind == worklist_pb2.WatchItemsResponse.KIND_ITEM:
            yield event.item


def validate(session, item):
    return worklist_pb2_grpc.WorklistServiceStub(session.channel).ValidateItem(
        worklist_pb2.ValidateItemRequest(request_id=str(uuid.uuid4()), item_id=item.id, version=item.version),
        timeout=CALL_SECONDS,
        metadata=session.metadata,
    ).item


def refusal(error):
    """The host's own words for a failed call: a stable code and a French sentence."""
    for key, value in error.trailing_metadata() or ():
        if key == "relais-error-bin":
            detail = error_pb2.ErrorDetail.FromString(value)
            return f"{detail.code} : {detail.sentence}"
    return f"{error.code().name} : {error.details()}"


def main():
    arguments = argparse.ArgumentParser(description="Un compte rendu, du fichier à la liste du médecin.")
    arguments.add_argument("report", help="fichier à transmettre")
    arguments.add_argument("--software", default="logiciel", help="compte du logiciel")
    arguments.add_argument("--doctor", default="rouault", help="compte du médecin")
    given = arguments.parse_args()
    password = os.environ["RELAIS_PASSWORD"]

    with grpc.insecure_channel(os.environ["RELAIS_ADDRESS"]) as channel:
        software = Session(channel, given.software, password)
        request_id = str(uuid.uuid4())
        receipt = submit(software, given.report, request_id)
        again = submit(software, given.report, request_id)
        if again.inbound_id != receipt.inbound_id:
            raise SystemExit("Le même envoi a été reçu deux fois.")
        print(f"Transmis : {receipt.inbound_id}{' (déjà reçu)' if receipt.duplicate else ''}")

        # What the software may not do is refused, with the reason.
        try:
            next(items(software), None)
            raise SystemExit("Le logiciel a pu lire la liste du médecin.")
        except grpc.RpcError as error:
            print(f"Refusé au logiciel : {refusal(error)}")
        software.sign_out()

        doctor = Session(channel, given.doctor, password)
        shown = list(items(doctor))
        if {item.id for item in shown} != {item.id for item in watched(doctor)}:
            raise SystemExit("La liste et son flux ne montrent pas la même chose.")
        print(f"{len(shown)} lignes pour {doctor.actor.display_name}")
        for item in shown[:5]:
            print(f"  {record_pb2.Category.Name(item.category)}  {item.patient.family} {item.patient.given}  {item.title}")

        waiting = [item for item in shown if item.state == worklist_pb2.ITEM_STATE_TO_VALIDATE]
        for item in waiting[:1]:
            print(f"Validé : {worklist_pb2.ItemState.Name(validate(doctor, item).state)}")
        doctor.sign_out()


if __name__ == "__main__":
    try:
        main()
    except grpc.RpcError as failed:
        sys.exit(refusal(failed))

# SPDX-License-Identifier: Apache-2.0
"""Un défaut à la fois, comme un éditeur peut en commettre : `relais conformance record-reader` doit nommer chacun."""

import os
import threading
import uuid

import grpc
import logicab_reader as good
from relais.v1 import record_reader_pb2 as reader

FOREVER = 32_503_680_000_000  # l'an 3000


def present(request):
    """La même question, sur l'état présent."""
    changed = type(request)()
    changed.CopyFrom(request)
    changed.reading.as_of_ms = FOREVER
    return changed


class Present(good.LogiCab):
    """L'instant demandé n'est pas regardé."""

    def ReadPatient(self, request, context):
        return super().ReadPatient(present(request), context)

    def ReadReport(self, request, context):
        return super().ReadReport(present(request), context)

    def ReadHistory(self, request, context):
        return super().ReadHistory(present(request), context)


class Cancelled(good.LogiCab):
    """L'historique montre les bilans annulés et remplacés."""

    def history(self, request, sql, make):
        return super().history(request, sql.replace(good.STANDING, "1 = 1"), make)


class LooseIns(good.LogiCab):
    """Un matricule est cherché sans son OID."""

    def FindPatients(self, request, context):
        if request.WhichOneof("by") == "ins":
            request.ins.oid = "1.2.250.1.213.1.4.10"
        return super().FindPatients(request, context)


class NarrowTraits(good.LogiCab):
    """Il faut la date et le nom pour être candidat."""

    def FindPatients(self, request, context):
        answer = super().FindPatients(request, context)
        if request.WhichOneof("by") == "traits":
            asked = request.traits
            kept = [row for row in answer.rows.rows if row.patient.traits.birth_date == asked.birth_date
                    and row.patient.traits.birth_family == asked.birth_family]
            del answer.rows.rows[:]
            answer.rows.rows.extend(kept)
        return answer


class NarrowSince(good.LogiCab):
    """Ce qui durait encore à la date demandée manque, s'il avait commencé avant."""

    def history(self, request, sql, make):
        if request.HasField("since_ms"):
            request.since_ms += 45 * good.DAY
        return super().history(request, sql, make)


class UnknownIsAnError(good.LogiCab):
    def ReadPatient(self, request, context):
        answer = super().ReadPatient(request, context)
        if not answer.rows.rows:
            context.abort(grpc.StatusCode.NOT_FOUND, "inconnu")
        return answer


class SaysNothing(good.LogiCab):
    """La complétude n'est jamais dite."""

    @staticmethod
    def page(reading, rows):
        answer = good.LogiCab.page(reading, rows)
        answer.completeness = reader.RECORD_COMPLETENESS_UNSPECIFIED
        return answer


class NewIds(good.LogiCab):
    """Un résultat change d'identifiant à chaque lecture."""

    def history(self, request, sql, make):
        rows = super().history(request, sql, make)
        for row in rows:
            if row.HasField("observation"):
                row.observation.id = str(uuid.uuid4())
        return rows


class TwiceTheSameId(good.LogiCab):
    def history(self, request, sql, make):
        rows = super().history(request, sql, make)
        for row in rows:
            if row.HasField("observation"):
                row.observation.id = "R"
        return rows


class OtherPatients(good.LogiCab):
    """Les antécédents de tout le cabinet, comme s'ils étaient ceux du patient."""

    def history(self, request, sql, make):
        return super().history(request, sql.replace("t.num_dossier = :patient", ":patient = :patient"), make)


class WholePages(good.LogiCab):
    """La taille de page demandée n'est pas regardée."""

    @staticmethod
    def page(reading, rows):
        wide = reader.RecordReading()
        wide.CopyFrom(reading)
        wide.page.size = 1000
        return good.LogiCab.page(wide, rows)


class Slow(good.LogiCab):
    """Les résultats d'un bilan n'arrivent jamais."""

    def ReadResults(self, request, context):
        gone = threading.Event()
        context.add_callback(gone.set)
        gone.wait()
        return super().ReadResults(request, context)


class OneVersion(good.LogiCab):
    """Un bilan corrigé est annoncé sous le même numéro."""

    def changes(self, after):
        told = super().changes(after)
        for change in told:
            change.version = 1
        return told


class AnotherOrder(good.LogiCab):
    """Repris d'une position, le journal recommence au début."""

    def WatchChanges(self, request, context):
        if request.after.isdigit():
            request.after = ""
        return super().WatchChanges(request, context)


class AnyPosition(good.LogiCab):
    """Une position inconnue est prise pour la dernière : les changements d'entre-temps sont perdus sans un mot."""

    def WatchChanges(self, request, context):
        if not request.after.isdigit() and request.after:
            request.after = str(self.last_position())
        return super().WatchChanges(request, context)


class DiesWhenRead(good.LogiCab):
    """Le logiciel s'arrête dès qu'un compte rendu lui est demandé."""

    def ReadReport(self, request, context):
        os._exit(1)


FAULTS = {
    "present": Present, "cancelled": Cancelled, "loose-ins": LooseIns, "narrow-traits": NarrowTraits,
    "narrow-since": NarrowSince, "unknown-is-an-error": UnknownIsAnError, "says-nothing": SaysNothing, "new-ids": NewIds,
    "twice-the-same-id": TwiceTheSameId, "other-patients": OtherPatients, "whole-pages": WholePages, "slow": Slow,
    "one-version": OneVersion, "another-order": AnotherOrder, "any-position": AnyPosition,
    "dies-when-read": DiesWhenRead,
}

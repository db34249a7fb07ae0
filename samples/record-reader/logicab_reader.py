# SPDX-License-Identifier: Apache-2.0
"""Sert les dossiers de LogiCab (produit fictif) à Relais : record_reader.proto sur sa base telle qu'elle est.

  logicab_reader.py --base FICHIER --listen unix:/CHEMIN | 127.0.0.1:PORT
"""

import argparse
import concurrent.futures
import datetime
import os
import signal
import sqlite3
import threading

import grpc
from relais.v1 import record_pb2 as record
from relais.v1 import record_reader_pb2 as reader
from relais.v1 import record_reader_pb2_grpc as services

# Une ligne telle qu'elle était connue à l'instant demandé.
KNOWN = "{0}.saisi_le <= :as_of AND ({0}.perime_le IS NULL OR {0}.perime_le > :as_of)"
# Un bilan que l'historique montre : ni annulé, ni remplacé par un autre.
STANDING = ("b.etat <> 'A' AND b.num_bilan NOT IN (SELECT r.remplace FROM bilan r WHERE r.remplace <> '' AND "
            + KNOWN.format("r") + ")")
BYTES_OF_A_PAGE = 3_500_000
DAY = 86_400_000

SEX = {"F": record.SEX_FEMALE, "H": record.SEX_MALE}
IDENTITY = {"PROV": record.IDENTITY_STATUS_PROVISOIRE, "RECUP": record.IDENTITY_STATUS_RECUPEREE,
            "VALID": record.IDENTITY_STATUS_VALIDEE, "QUALIF": record.IDENTITY_STATUS_QUALIFIEE}
STATUS = {"F": record.REPORT_STATUS_FINAL, "P": record.REPORT_STATUS_PARTIAL, "C": record.REPORT_STATUS_CORRECTED,
          "A": record.REPORT_STATUS_CANCELLED}


# --- Une ligne de LogiCab, dite comme Relais la lit --------------------------------------------------------------------

def patient(row):
    born = row["ne_le"]
    return reader.RecordRow(patient_id=row["num_dossier"], recorded_ms=row["saisi_le"], patient=record.Patient(
        id=row["num_dossier"],
        ins=record.Ins(value=row["matricule"], oid=row["matricule_oid"]),
        traits=record.Traits(birth_family=row["nom_naissance"], birth_given_all=row["prenoms"], birth_given_first=row["prenom"],
                             used_family=row["nom_usage"], birth_date=f"{born[:4]}-{born[4:6]}-{born[6:]}", sex=SEX[row["sexe"]],
                             birth_place_insee=row["lieu_naissance"]),
        identity_status=IDENTITY[row["identite"]], treating_doctor_id=row["medecin_traitant"]))


def practitioner(row):
    return reader.RecordRow(recorded_ms=row["saisi_le"], practitioner=record.Practitioner(
        id=row["code"], national_id=row["rpps"], display_name=row["nom_affiche"]))


def report(row):
    made = record.LabReport(
        id=row["num_bilan"], patient_id=row["num_dossier"], version=row["num_version"], status=STATUS[row["etat"]],
        identity_match=record.IDENTITY_MATCH_UNIQUE if row["num_dossier"] else record.IDENTITY_MATCH_NONE,
        replaces_id=row["remplace"], prescriber_id=row["prescripteur"], addressee_id=row["destinataire"],
        laboratory=row["laboratoire"], received_ms=row["recu_le"])
    if row["preleve_le"] is not None:
        made.collected_ms = row["preleve_le"]
    return reader.RecordRow(patient_id=row["num_dossier"], recorded_ms=row["saisi_le"], report=made)


def result(row):
    made = record.Observation(
        id=row["num_resultat"], report_id=row["num_bilan"], code=row["loinc"] or row["code_labo"],
        code_system="loinc" if row["loinc"] else "local", label=row["libelle"], unit=row["unite"], flag=row["indicateur"],
        value_text=row["texte"],
        value_type=record.VALUE_TYPE_TEXT if row["valeur"] is None else record.VALUE_TYPE_NUMERIC)
    for field, column in (("value", "valeur"), ("low", "norme_basse"), ("high", "norme_haute"), ("collected_ms", "preleve_le")):
        if row[column] is not None:
            setattr(made, field, row[column])
    return reader.RecordRow(patient_id=row["num_dossier"], recorded_ms=row["saisi_le"], observation=made)


def owned(row, **kind):
    return reader.RecordRow(patient_id=row["num_dossier"], recorded_ms=row["saisi_le"], **kind)


def condition(row):
    return owned(row, condition=record.Condition(id=row["num_antecedent"], code=row["cim10"], label=row["libelle"],
                                                 **{"from": row["debut"]}, until=row["fin"]))


def medication(row):
    return owned(row, medication=record.MedicationStatement(id=row["num_traitement"], code=row["atc"], label=row["libelle"],
                                                            **{"from": row["debut"]}, until=row["fin"]))


def target(row):
    made = record.Target(analyte=row["analyte"], set_by=row["pose_par"], set_on=row["pose_le"], until=row["jusqu_au"])
    if row["bas"] is not None:
        made.low = row["bas"]
    if row["haut"] is not None:
        made.high = row["haut"]
    return owned(row, target=made)


def right(row):
    return owned(row, long_term_condition=record.LongTermCondition(
        id=row["num_droit"], number=row["numero"], label=row["libelle"], **{"from": row["debut"]}, until=row["fin"],
        until_source="notified" if row["fin_notifiee"] else "unknown"))


# --- Ce qui est demandé à la base ---------------------------------------------------------------------------------------

REPORTS = "SELECT b.* FROM bilan b WHERE " + KNOWN.format("b")
RESULTS = ("SELECT l.*, b.num_dossier, b.preleve_le FROM ligne_bilan l JOIN bilan b ON b.num_bilan = l.num_bilan WHERE "
           + KNOWN.format("l") + " AND " + KNOWN.format("b"))
OF_TIME = " AND (:since IS NULL OR COALESCE(b.preleve_le, b.recu_le) >= :since)"
# Une fin est un jour : la veille de `since` est gardée, pour tous les fuseaux.
NOT_ENDED = " AND (:since_day IS NULL OR {0} = '' OR {0} >= :since_day)"


def of_file(table, end):
    return (f"SELECT t.* FROM {table} t WHERE t.num_dossier = :patient AND " + KNOWN.format("t")
            + NOT_ENDED.format("t." + end) + " ORDER BY t.saisi_le, t.num_ligne")


HISTORY = {
    reader.RECORD_KIND_LAB_REPORT: (
        REPORTS + " AND b.num_dossier = :patient AND " + STANDING + OF_TIME + " ORDER BY b.recu_le, b.num_ligne", report),
    reader.RECORD_KIND_OBSERVATION: (
        RESULTS + " AND b.num_dossier = :patient AND " + STANDING + OF_TIME + " ORDER BY b.recu_le, l.num_ligne", result),
    reader.RECORD_KIND_CONDITION: (of_file("antecedent", "fin"), condition),
    reader.RECORD_KIND_MEDICATION: (of_file("traitement", "fin"), medication),
    reader.RECORD_KIND_TARGET: (of_file("objectif", "jusqu_au"), target),
    reader.RECORD_KIND_LONG_TERM_CONDITION: (of_file("droit_ald", "fin"), right),
}


class LogiCab(services.RecordReaderServiceServicer):
    """Sans état : chaque appel ouvre la base en lecture, ce qu'une autre partie du logiciel écrit n'attend pas."""

    def __init__(self, base):
        self.base = base
        self.stopping = threading.Event()

    def select(self, sql, make, **given):
        base = sqlite3.connect(f"file:{self.base}?mode=ro", uri=True)
        try:
            base.row_factory = sqlite3.Row
            return [make(row) for row in base.execute(sql, given)]
        finally:
            base.close()

    @staticmethod
    def page(reading, rows):
        """Une page des lignes, toujours dans le même ordre : la marque de la suite est le nombre de lignes déjà données."""
        start = int(reading.page.token or 0)
        answer = reader.RecordRows(completeness=reader.RECORD_COMPLETENESS_COMPLETE)
        size = 0
        for row in rows[start:start + (reading.page.size or 100)]:
            size += row.ByteSize()
            if answer.rows and size > BYTES_OF_A_PAGE:
                break
            answer.rows.append(row)
        if start + len(answer.rows) < len(rows):
            answer.next_page_token = str(start + len(answer.rows))
        return answer

    def DescribeRecord(self, request, context):
        kinds = [reader.RECORD_KIND_PATIENT, reader.RECORD_KIND_PRACTITIONER, *HISTORY]
        return reader.DescribeRecordResponse(product="LogiCab (fictif)", version="7.2", contract=1, kinds=kinds,
                                             keeps_history=True)

    def ReadPatient(self, request, context):
        rows = self.select("SELECT p.* FROM fiche_patient p WHERE p.num_dossier = :patient AND " + KNOWN.format("p"), patient,
                           patient=request.patient_id, as_of=request.reading.as_of_ms)
        return reader.ReadPatientResponse(rows=self.page(request.reading, rows))

    def ReadReport(self, request, context):
        rows = self.select(REPORTS + " AND b.num_bilan = :report", report, report=request.report_id,
                           as_of=request.reading.as_of_ms)
        return reader.ReadReportResponse(rows=self.page(request.reading, rows))

    def ReadResults(self, request, context):
        rows = self.select(RESULTS + " AND b.num_bilan = :report ORDER BY l.num_ligne", result, report=request.report_id,
                           as_of=request.reading.as_of_ms)
        return reader.ReadResultsResponse(rows=self.page(request.reading, rows))

    def ReadPractitioners(self, request, context):
        rows = self.select("SELECT * FROM medecin WHERE saisi_le <= :as_of ORDER BY code", practitioner,
                           as_of=request.reading.as_of_ms)
        return reader.ReadPractitionersResponse(rows=self.page(request.reading, rows))

    def FindPatients(self, request, context):
        found = "SELECT p.* FROM fiche_patient p WHERE " + KNOWN.format("p")
        if request.WhichOneof("by") == "ins":
            found += " AND p.matricule = :value AND p.matricule_oid = :oid"
            given = {"value": request.ins.value, "oid": request.ins.oid}
        else:
            found += " AND (p.ne_le = :born OR UPPER(p.nom_naissance) = UPPER(:family))"
            given = {"born": request.traits.birth_date.replace("-", ""), "family": request.traits.birth_family}
        rows = self.select(found + " ORDER BY p.num_dossier", patient, as_of=request.reading.as_of_ms, **given)
        return reader.FindPatientsResponse(rows=self.page(request.reading, rows))

    def ReadPatientList(self, request, context):
        rows = self.select("SELECT p.* FROM fiche_patient p WHERE p.num_dossier > :after AND " + KNOWN.format("p")
                           + " ORDER BY p.num_dossier", patient, after=request.after_patient_id,
                           as_of=request.reading.as_of_ms)
        return reader.ReadPatientListResponse(rows=self.page(request.reading, rows))

    def ReadHistory(self, request, context):
        if request.kind not in HISTORY:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "LogiCab ne garde pas cela.")
        sql, make = HISTORY[request.kind]
        return reader.ReadHistoryResponse(rows=self.page(request.reading, self.history(request, sql, make)))

    def history(self, request, sql, make):
        since = request.since_ms if request.HasField("since_ms") else None
        day = None
        if since is not None:
            day = datetime.datetime.fromtimestamp((since - DAY) / 1000, datetime.timezone.utc).strftime("%Y-%m-%d")
        rows = self.select(sql, make, patient=request.patient_id, as_of=request.reading.as_of_ms, since=since, since_day=day)
        if request.kind == reader.RECORD_KIND_OBSERVATION and request.codes:
            rows = [row for row in rows
                    if row.observation.code_system == "loinc" and row.observation.code in request.codes]
        return rows

    def changes(self, after):
        def made(row):
            laboratory = row["nature"] == "bilan"
            return reader.WatchChangesResponse(
                position=str(row["num_journal"]), source=row["source"], version=row["num_version"],
                kind=reader.RECORD_CHANGE_KIND_LAB_REPORT if laboratory else reader.RECORD_CHANGE_KIND_PATIENT,
                item_id=row["objet"], patient_id=row["num_dossier"], doctor_id=row["medecin"], recorded_ms=row["fait_le"])
        return self.select("SELECT * FROM journal WHERE num_journal > :after ORDER BY num_journal LIMIT 500", made, after=after)

    def last_position(self):
        return self.select("SELECT COALESCE(MAX(num_journal), 0) FROM journal", lambda row: row[0])[0]

    def WatchChanges(self, request, context):
        if request.after and not (request.after.isdigit() and int(request.after) <= self.last_position()):
            context.abort(grpc.StatusCode.OUT_OF_RANGE, "LogiCab ne connaît pas cette position.")
        after = int(request.after or 0)
        while context.is_active() and not self.stopping.is_set():
            for change in self.changes(after):
                after = int(change.position)
                yield change
            self.stopping.wait(0.2)


def main():
    parser = argparse.ArgumentParser(description="Sert les dossiers de LogiCab à Relais.")
    parser.add_argument("--base", required=True)
    parser.add_argument("--listen", required=True, help="unix:/CHEMIN ou 127.0.0.1:PORT, port 0 pour un port libre")
    parser.add_argument("--break", dest="fault", metavar="DÉFAUT", help="pour l'essai du kit : un défaut de broken.py")
    given = parser.parse_args()
    if not os.path.isfile(given.base):
        raise SystemExit(f"LogiCab : pas de base {given.base}.")
    if given.fault:
        import broken
        service = broken.FAULTS[given.fault](given.base)
    else:
        service = LogiCab(given.base)
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(max_workers=16), options=[("grpc.so_reuseport", 0)])
    services.add_RecordReaderServiceServicer_to_server(service, server)
    port = server.add_insecure_port(given.listen)
    if port == 0:
        raise SystemExit(f"LogiCab ne peut pas écouter sur {given.listen}.")
    server.start()
    address = given.listen if given.listen.startswith("unix:") else f"{given.listen.rsplit(':', 1)[0]}:{port}"
    print(f"LogiCab sert ses dossiers sur {address}", flush=True)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
    service.stopping.set()
    server.stop(1).wait()


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""LogiCab, produit fictif : ce que ses écrans font de sa base. Patients et médecins sont inventés.

  logicab.py --base FICHIER creer                               une base neuve, avec quelques dossiers
  logicab.py --base FICHIER recevoir DOSSIER VALEUR             un bilan de potassium arrive du laboratoire
  logicab.py --base FICHIER corriger BILAN VALEUR               le laboratoire corrige ce bilan
  logicab.py --base FICHIER annuler BILAN                       le laboratoire l'annule
"""

import argparse
import pathlib
import sqlite3
import time

HERE = pathlib.Path(__file__).parent
DAY = 86_400_000
POTASSIUM = {"loinc": "2823-3", "code_labo": "K", "libelle": "Potassium", "unite": "mmol/L", "norme_basse": 3.5,
             "norme_haute": 5.0}

PATIENTS = [
    # L'identité de test de l'ANS, puis des personnes inventées, sans matricule.
    ("1001", "PAT-TROIS", "DOMINIQUE MARIE-LOUISE", "DOMINIQUE", "", "19790315", "F", "63220", "279035121518989",
     "1.2.250.1.213.1.4.10", "QUALIF"),
    ("1002", "ESSAI-BRUME", "CLOVIS", "CLOVIS", "", "19510822", "H", "35238", "", "", "VALID"),
    ("1003", "ESSAI-GRANIT", "ODILE JEANNE", "ODILE", "ESSAI-TALUS", "19440229", "F", "22278", "", "", "VALID"),
    ("1004", "ESSAI-BRUME", "MAEL", "MAEL", "", "20010607", "H", "29232", "", "", "PROV"),
]


def connect(path):
    base = sqlite3.connect(path)
    base.row_factory = sqlite3.Row
    return base


def insert(base, table, **row):
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    base.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


def add_report(base, number, version, file, values, at, state="F", replaces="", doctor="rouault"):
    """Un bilan et ses résultats, tels qu'ils sont connus depuis `at`."""
    base.execute("UPDATE bilan SET perime_le = ? WHERE num_bilan = ? AND perime_le IS NULL", (at, number))
    base.execute("UPDATE ligne_bilan SET perime_le = ? WHERE num_bilan = ? AND perime_le IS NULL", (at, number))
    # Les résultats d'abord : le journal n'annonce un bilan que complet.
    for place, (analyte, value) in enumerate(values, 1):
        low, high = analyte["norme_basse"], analyte["norme_haute"]
        insert(base, "ligne_bilan", num_resultat=f"{number}-{place}", num_bilan=number, valeur=value, saisi_le=at,
               indicateur="H" if value > high else "L" if value < low else "N", **analyte)
    insert(base, "bilan", num_bilan=number, num_version=version, num_dossier=file, laboratoire="Laboratoire fictif des Landes",
           prescripteur=doctor, preleve_le=at - 3 * 3_600_000, recu_le=at, etat=state, remplace=replaces, saisi_le=at)


def create(base, now, doctor):
    base.executescript((HERE / "schema.sql").read_text(encoding="utf-8"))
    base.executescript((HERE / "relais.sql").read_text(encoding="utf-8"))
    opened = now - 400 * DAY
    insert(base, "medecin", code=doctor, rpps="899900000017", nom_affiche="Dr Rouault (fictif)", saisi_le=opened)
    columns = ("num_dossier", "nom_naissance", "prenoms", "prenom", "nom_usage", "ne_le", "sexe", "lieu_naissance",
               "matricule", "matricule_oid", "identite")
    for patient in PATIENTS:
        insert(base, "fiche_patient", **dict(zip(columns, patient)), medecin_traitant=doctor, saisi_le=opened)
    # Un nom d'usage saisi plus tard : la fiche d'avant reste lisible à sa date.
    base.execute("UPDATE fiche_patient SET perime_le = ? WHERE num_dossier = '1002'", (now - 100 * DAY,))
    insert(base, "fiche_patient", **dict(zip(columns, PATIENTS[1])) | {"nom_usage": "ESSAI-ROC"}, medecin_traitant=doctor,
           saisi_le=now - 100 * DAY)
    insert(base, "antecedent", num_antecedent="A1", num_dossier="1001", cim10="N18.3", libelle="Insuffisance rénale chronique",
           debut="2019-05-02", saisi_le=opened)
    insert(base, "antecedent", num_antecedent="A2", num_dossier="1002", cim10="I10", libelle="Hypertension artérielle",
           debut="2010-01-15", saisi_le=opened)
    insert(base, "antecedent", num_antecedent="A3", num_dossier="1001", cim10="J20.9", libelle="Bronchite aiguë",
           debut="2018-01-10", fin="2018-01-25", saisi_le=opened)
    insert(base, "traitement", num_traitement="T1", num_dossier="1002", atc="C09AA05", libelle="Ramipril 5 mg", debut="2015-03-01",
           saisi_le=opened)
    insert(base, "objectif", num_dossier="1001", analyte="hba1c", haut=7.0, pose_par=doctor, pose_le="2025-11-03",
           saisi_le=opened)
    for place in range(1, 6):
        add_report(base, f"B{place}", 1, "1001", [(POTASSIUM, 4.0 + place / 10)], now - (365 - 30 * place) * DAY, doctor=doctor)
    add_report(base, "B6", 1, "1002", [(POTASSIUM, 4.4)], now - 200 * DAY, doctor=doctor)
    # B7 a été corrigé, B8 annulé, B10 remplace B9.
    add_report(base, "B7", 1, "1002", [(POTASSIUM, 5.9)], now - 60 * DAY, doctor=doctor)
    add_report(base, "B7", 2, "1002", [(POTASSIUM, 4.9)], now - 59 * DAY, state="C", doctor=doctor)
    add_report(base, "B8", 1, "1001", [(POTASSIUM, 6.1)], now - 50 * DAY, doctor=doctor)
    add_report(base, "B8", 2, "1001", [(POTASSIUM, 6.1)], now - 49 * DAY, state="A", doctor=doctor)
    add_report(base, "B9", 1, "1003", [(POTASSIUM, 5.2)], now - 40 * DAY, doctor=doctor)
    add_report(base, "B10", 1, "1003", [(POTASSIUM, 4.2)], now - 39 * DAY, replaces="B9", doctor=doctor)
    insert(base, "droit_ald", num_droit="D1", num_dossier="1001", numero="19", libelle="Néphropathie chronique grave",
           debut="2021-06-01", fin="2031-05-31", fin_notifiee=1, saisi_le=now - 30 * DAY)


def last(base, number):
    row = base.execute("SELECT * FROM bilan WHERE num_bilan = ? AND perime_le IS NULL", (number,)).fetchone()
    if row is None:
        raise SystemExit(f"LogiCab : pas de bilan {number}.")
    return row


def main():
    parser = argparse.ArgumentParser(description="LogiCab, produit fictif.")
    parser.add_argument("--base", required=True)
    parser.add_argument("--instant", type=int, default=int(time.time() * 1000), help="millisecondes ; par défaut maintenant")
    parser.add_argument("--medecin", default="rouault")
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("creer")
    receive = acts.add_parser("recevoir")
    receive.add_argument("dossier")
    receive.add_argument("valeur", type=float)
    correct = acts.add_parser("corriger")
    correct.add_argument("bilan")
    correct.add_argument("valeur", type=float)
    acts.add_parser("annuler").add_argument("bilan")
    given = parser.parse_args()
    base = connect(given.base)
    with base:
        if given.act == "creer":
            create(base, given.instant, given.medecin)
        elif given.act == "recevoir":
            number = "B%d" % (1 + base.execute("SELECT COUNT(DISTINCT num_bilan) FROM bilan").fetchone()[0])
            add_report(base, number, 1, given.dossier, [(POTASSIUM, given.valeur)], given.instant, doctor=given.medecin)
            print(number)
        else:
            held = last(base, given.bilan)
            values = [(POTASSIUM, given.valeur if given.act == "corriger" else row["valeur"]) for row in base.execute(
                "SELECT valeur FROM ligne_bilan WHERE num_bilan = ? AND perime_le IS NULL", (given.bilan,)).fetchall()]
            add_report(base, given.bilan, held["num_version"] + 1, held["num_dossier"], values, given.instant,
                       state="C" if given.act == "corriger" else "A", doctor=held["prescripteur"])


if __name__ == "__main__":
    main()

-- SPDX-License-Identifier: Apache-2.0
-- LogiCab, produit fictif : son schéma tel qu'il existait avant Relais. Les instants sont en millisecondes depuis 1970.
-- LogiCab n'efface rien : modifier une ligne, c'est en périmer une (perime_le) et en saisir une autre (saisi_le).

CREATE TABLE medecin (
  code TEXT PRIMARY KEY,           -- identifiant de connexion, le même dans Relais
  rpps TEXT NOT NULL,
  nom_affiche TEXT NOT NULL,
  saisi_le INTEGER NOT NULL
);

CREATE TABLE fiche_patient (
  num_ligne INTEGER PRIMARY KEY,
  num_dossier TEXT NOT NULL,
  nom_naissance TEXT NOT NULL,
  prenoms TEXT NOT NULL,
  prenom TEXT NOT NULL,
  nom_usage TEXT NOT NULL DEFAULT '',
  ne_le TEXT NOT NULL,             -- AAAAMMJJ
  sexe TEXT NOT NULL,              -- F ou H
  lieu_naissance TEXT NOT NULL,    -- code INSEE
  matricule TEXT NOT NULL DEFAULT '',
  matricule_oid TEXT NOT NULL DEFAULT '',
  identite TEXT NOT NULL,          -- PROV, RECUP, VALID ou QUALIF
  medecin_traitant TEXT NOT NULL DEFAULT '',
  saisi_le INTEGER NOT NULL,
  perime_le INTEGER
);
CREATE INDEX fiche_patient_dossier ON fiche_patient (num_dossier);

CREATE TABLE bilan (
  num_ligne INTEGER PRIMARY KEY,
  num_bilan TEXT NOT NULL,
  num_version INTEGER NOT NULL,
  num_dossier TEXT NOT NULL DEFAULT '',   -- vide : pas encore rattaché
  laboratoire TEXT NOT NULL,
  prescripteur TEXT NOT NULL DEFAULT '',
  destinataire TEXT NOT NULL DEFAULT '',
  preleve_le INTEGER,
  recu_le INTEGER NOT NULL,
  etat TEXT NOT NULL,              -- F final, P partiel, C corrigé, A annulé
  remplace TEXT NOT NULL DEFAULT '',
  saisi_le INTEGER NOT NULL,
  perime_le INTEGER
);
CREATE INDEX bilan_numero ON bilan (num_bilan);
CREATE INDEX bilan_dossier ON bilan (num_dossier);

CREATE TABLE ligne_bilan (
  num_ligne INTEGER PRIMARY KEY,
  num_resultat TEXT NOT NULL,
  num_bilan TEXT NOT NULL,
  loinc TEXT NOT NULL DEFAULT '',
  code_labo TEXT NOT NULL DEFAULT '',
  libelle TEXT NOT NULL,
  valeur REAL,
  texte TEXT NOT NULL DEFAULT '',
  unite TEXT NOT NULL DEFAULT '',
  norme_basse REAL,
  norme_haute REAL,
  indicateur TEXT NOT NULL DEFAULT '',
  saisi_le INTEGER NOT NULL,
  perime_le INTEGER
);
CREATE INDEX ligne_bilan_bilan ON ligne_bilan (num_bilan);

CREATE TABLE antecedent (
  num_ligne INTEGER PRIMARY KEY, num_antecedent TEXT NOT NULL, num_dossier TEXT NOT NULL,
  cim10 TEXT NOT NULL DEFAULT '', libelle TEXT NOT NULL, debut TEXT NOT NULL DEFAULT '', fin TEXT NOT NULL DEFAULT '',
  saisi_le INTEGER NOT NULL, perime_le INTEGER
);

CREATE TABLE traitement (
  num_ligne INTEGER PRIMARY KEY, num_traitement TEXT NOT NULL, num_dossier TEXT NOT NULL,
  atc TEXT NOT NULL DEFAULT '', libelle TEXT NOT NULL, debut TEXT NOT NULL DEFAULT '', fin TEXT NOT NULL DEFAULT '',
  saisi_le INTEGER NOT NULL, perime_le INTEGER
);

CREATE TABLE objectif (
  num_ligne INTEGER PRIMARY KEY, num_dossier TEXT NOT NULL, analyte TEXT NOT NULL, bas REAL, haut REAL,
  pose_par TEXT NOT NULL, pose_le TEXT NOT NULL, jusqu_au TEXT NOT NULL DEFAULT '',
  saisi_le INTEGER NOT NULL, perime_le INTEGER
);

CREATE TABLE droit_ald (
  num_ligne INTEGER PRIMARY KEY, num_droit TEXT NOT NULL, num_dossier TEXT NOT NULL, numero TEXT NOT NULL,
  libelle TEXT NOT NULL, debut TEXT NOT NULL DEFAULT '', fin TEXT NOT NULL DEFAULT '', fin_notifiee INTEGER NOT NULL,
  saisi_le INTEGER NOT NULL, perime_le INTEGER
);

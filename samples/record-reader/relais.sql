-- SPDX-License-Identifier: Apache-2.0
-- Tout ce que LogiCab ajoute à sa base pour Relais : le journal de ce qui change, écrit dans la transaction du changement.
-- (source, num_version) désigne un changement ; num_journal est la position dont Relais repart après une coupure.

CREATE TABLE journal (
  num_journal INTEGER PRIMARY KEY AUTOINCREMENT,
  source TEXT NOT NULL,
  num_version INTEGER NOT NULL,
  nature TEXT NOT NULL,            -- bilan ou dossier
  objet TEXT NOT NULL,
  num_dossier TEXT NOT NULL,
  medecin TEXT NOT NULL,
  fait_le INTEGER NOT NULL
);

CREATE TRIGGER journal_bilan AFTER INSERT ON bilan BEGIN
  INSERT INTO journal (source, num_version, nature, objet, num_dossier, medecin, fait_le)
  VALUES ('bilan/' || NEW.num_bilan, NEW.num_version, 'bilan', NEW.num_bilan, NEW.num_dossier,
          COALESCE(NULLIF(NEW.prescripteur, ''), NULLIF(NEW.destinataire, ''),
                   (SELECT medecin_traitant FROM fiche_patient
                     WHERE num_dossier = NEW.num_dossier AND perime_le IS NULL), ''),
          NEW.saisi_le);
END;

CREATE TRIGGER journal_droit AFTER INSERT ON droit_ald BEGIN
  INSERT INTO journal (source, num_version, nature, objet, num_dossier, medecin, fait_le)
  VALUES ('dossier/' || NEW.num_dossier,
          1 + (SELECT COUNT(*) FROM journal WHERE source = 'dossier/' || NEW.num_dossier), 'dossier', '', NEW.num_dossier,
          COALESCE((SELECT medecin_traitant FROM fiche_patient
                     WHERE num_dossier = NEW.num_dossier AND perime_le IS NULL), ''),
          NEW.saisi_le);
END;

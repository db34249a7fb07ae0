// SPDX-License-Identifier: Apache-2.0
// HPRIM files of the official test identity, written for these tests.
#pragma once

#include <string>
#include <vector>

namespace samples {

// HPRIM Médecin, in UTF-8: the tests that are about encodings convert it.
struct Medecin {
  std::vector<std::string> header = {"0000900001", "PAT-TROIS", "DOMINIQUE",        "4 RUE DES TILLEULS", "",
                                     "99999 VILLETEST", "28/03/1979", "2790351215189 89", "D-1", "20/11/2026",
                                     "LABO DES DEUX RIVES", "DR MARCHAND"};
  bool thirteenth = true;
  std::vector<std::string> text_lines = {"Potassium 4,1 mmol/l (3,5 - 5,1)"};
  bool lab = true;
  std::vector<std::string> block = {"RES|Potassium|K|N|4.1|mmol/l|3.5|5.1|N|F"};
  std::string end = "****FIN****\r\n****FINFICHIER****\r\n";

  std::string text() const {
    std::string out;
    const auto line = [&](const std::string& one) { out += one + "\r\n"; };
    for (const auto& one : header) line(one);
    if (thirteenth) line("");
    for (const auto& one : text_lines) line(one);
    if (lab) {
      line("****LAB****");
      for (const auto& one : block) line(one);
    }
    return out + end;
  }
};

// HPRIM Santé.
struct Sante {
  std::string header = "H|~^\\&|F1.HPR||LABF~LABO DES DEUX RIVES||ORU|||CAB~CABINET||P|H2.2~C|20261120183000";
  std::string patient = "P|1|DOS1|LAB77||PAT-TROIS~DOMINIQUE|PAT-TROIS|19790328|F||4 RUE DES TILLEULS~~VILLETEST~~99999";
  std::string status = "F";
  std::string order = "F-1";
  std::vector<std::string> results = {"OBX|1|NM|K~Potassium~L||4.1|mmol/L|3.5 - 5.1|N|||F|||20261120090000"};
  std::string end = "L|1";

  std::string request() const {
    return "OBR|1|D1~|~" + order + "|IONO~Ionogramme~L|R||20261120073000||||N|||20261120080000||PRE~DR ESSAI~L|||||||||" + status;
  }
  std::string text() const {
    std::string out = header + "\r\n" + patient + "\r\n" + request() + "\r\n";
    for (const auto& one : results) out += one + "\r\n";
    return out + end + "\r\n";
  }
};

}  // namespace samples

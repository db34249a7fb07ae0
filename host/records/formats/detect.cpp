// SPDX-License-Identifier: Apache-2.0
#include "records/formats/detect.h"

#include <cctype>

#include "records/formats/hprim.h"
#include "records/formats/text.h"

namespace relais::formats {
namespace {

std::string_view skip_blank(std::string_view text) {
  // 0x0B is the start byte of HL7's MLLP framing.
  while (!text.empty() && (std::isspace(static_cast<unsigned char>(text.front())) || text.front() == '\x0B')) {
    text.remove_prefix(1);
  }
  return text;
}

}  // namespace

Detected detect(std::string_view bytes) {
  std::string wide;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    wide = decode_text(bytes, {}).utf8;
    bytes = wide;
  }
  const auto text = skip_blank(bytes);
  if (text.empty()) return {Format::unknown, "Le fichier est vide."};
  if (text.starts_with("MSH") && text.size() > 3 && !std::isalnum(static_cast<unsigned char>(text[3]))) {
    return {Format::hl7v2, {}};
  }
  if (text.starts_with("FHS") || text.starts_with("BHS")) {
    return {Format::unknown, "Le fichier est un lot de messages HL7 : Relais lit un message par fichier."};
  }
  if (text.front() == '<') {
    if (text.find("ClinicalDocument") != std::string_view::npos) return {Format::cda, {}};
    if (text.find("http://hl7.org/fhir") != std::string_view::npos) {
      return {Format::unknown, "Le fichier est en FHIR XML : Relais lit le FHIR en JSON."};
    }
    return {Format::unknown, "Le fichier est en XML mais ne contient pas de document CDA."};
  }
  if (text.front() == '{') {
    if (text.find("\"resourceType\"") != std::string_view::npos) return {Format::fhir, {}};
    return {Format::unknown, "Le fichier est en JSON mais ne contient pas de ressource FHIR."};
  }
  if (text.starts_with("%PDF")) return {Format::unknown, "Le fichier est un PDF seul."};
  if (text.starts_with("PK\x03\x04")) return {Format::unknown, "Le fichier est une archive ZIP."};
  // Blank lines at the start of HPRIM Médecin belong to its header.
  if (looks_like_hprim(bytes)) return {Format::hprim, {}};
  return {Format::unknown, "Le format du fichier n'est pas reconnu."};
}

}  // namespace relais::formats

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>

#include "records/formats/base64.h"
#include "records/formats/hl7v2_parts.h"
#include "records/formats/text.h"

namespace relais::formats {
namespace {

Hl7Content kind_of(std::string_view bytes) {
  if (bytes.starts_with("%PDF")) return Hl7Content::pdf;
  std::string wide;
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    wide = decode_text(bytes, {}).utf8;
    bytes = wide;
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  while (!bytes.empty() && std::isspace(static_cast<unsigned char>(bytes.front()))) bytes.remove_prefix(1);
  return bytes.starts_with("<") ? Hl7Content::cda : Hl7Content::text;
}

void read_content(Hl7Document& d, const std::string& place, Anomalies& anomalies) {
  d.content = kind_of(d.bytes);
  if (d.content == Hl7Content::cda) {
    if (auto cda = read_cda(d.bytes)) {
      d.cda = std::move(*cda);
    } else {
      d.cda_error = cda.error();
      d.content = Hl7Content::invalid_xml;
    }
  }
  // Any ED announced as XML must be a document; a mail body is announced without subtype.
  const bool announced = d.subtype && (*d.subtype == "XML" || *d.subtype == "xml");
  if (announced && !d.cda) anomalies.push_back({AnomalyCode::hl7v2_document_not_cda, place});
}

}  // namespace

std::string_view content_name(Hl7Content content) {
  switch (content) {
    case Hl7Content::cda:
      return "cda";
    case Hl7Content::text:
      return "text";
    case Hl7Content::pdf:
      return "pdf";
    case Hl7Content::invalid_xml:
      return "xml-invalide";
    case Hl7Content::none:
      break;
  }
  return {};
}

Hl7Document read_document(const hl7::Segment& obx, Anomalies& anomalies) {
  Hl7Document d;
  d.set_id = present(obx.component(1, 1));
  const std::string place = "OBX-" + d.set_id.value_or("?");
  d.code = present(obx.component(3, 1));
  d.label = present(obx.component(3, 2));
  d.status = present(obx.component(11, 1));
  d.type = present(obx.component(5, 2));
  d.subtype = present(obx.component(5, 3));
  d.encoding = present(obx.component(5, 4));
  const std::string data = obx.component(5, 5);
  d.base64_chars = data.size();
  std::string lower = d.encoding.value_or("");
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "base64") {
    auto decoded = decode_base64(data);
    if (!decoded || data.empty()) {
      anomalies.push_back({AnomalyCode::hl7v2_base64_undecodable, place});
      return d;
    }
    d.base64_strict = decoded->padded;
    if (!decoded->padded) anomalies.push_back({AnomalyCode::hl7v2_base64_unpadded, place});
    d.bytes = std::move(decoded->bytes);
  } else {
    d.bytes = data;  // encoding "A": the text itself
  }
  d.decodable = true;
  read_content(d, place, anomalies);
  return d;
}

}  // namespace relais::formats

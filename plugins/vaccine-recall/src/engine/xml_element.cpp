// SPDX-License-Identifier: Apache-2.0
#include "engine/xml_element.h"

#include <expat.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>

namespace relais::vaccine {
namespace {

constexpr int deepest = 64;

bool is_text(const pugi::xml_node& node) {
  return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

// "series[3]": the position only where a sibling has the same name.
std::string step(const pugi::xml_node& node) {
  int before = 0;
  for (auto other = node.previous_sibling(node.name()); other; other = other.previous_sibling(node.name())) ++before;
  std::string name = node.name();
  if (before > 0 || node.next_sibling(node.name())) name += "[" + std::to_string(before + 1) + "]";
  if (name.starts_with("series[") || name == "series") {
    name += " \"" + trimmed(node.child_value("seriesName")).substr(0, 80) + "\"";
  }
  return name;
}

std::string path(pugi::xml_node node) {
  std::string out;
  for (; node && node.type() == pugi::node_element; node = node.parent()) {
    out = out.empty() ? step(node) : step(node) + "." + out;
  }
  return out;
}

struct Depth {
  XML_Parser parser = nullptr;
  int open = 0;
  const char* refused = nullptr;
};

void refuse(Depth& depth, const char* reason) {
  depth.refused = reason;
  XML_StopParser(depth.parser, XML_FALSE);
}

}  // namespace

void XmlElement::fail(const std::string& reason) const { throw LoadFailure{{*file_, path(node_), reason}}; }

void XmlElement::fail_at(const char* child, const std::string& reason) const {
  throw LoadFailure{{*file_, path(node_) + "." + child, reason}};
}

void XmlElement::allow(std::initializer_list<const char*> names) const {
  if (node_.first_attribute()) fail(std::string("unknown attribute '") + node_.first_attribute().name() + "'");
  for (const auto& each : node_.children()) {
    if (is_text(each) && !trimmed(each.value()).empty()) fail("text between elements");
    if (each.type() != pugi::node_element) continue;
    const auto same = [&](const char* name) { return std::strcmp(name, each.name()) == 0; };
    if (std::none_of(names.begin(), names.end(), same)) {
      fail("unknown element '" + std::string(each.name()).substr(0, 80) + "'");
    }
  }
}

bool XmlElement::empty() const {
  return std::all_of(node_.begin(), node_.end(), [](const pugi::xml_node& each) {
    return each.type() != pugi::node_element && !(is_text(each) && !trimmed(each.value()).empty());
  });
}

std::vector<XmlElement> XmlElement::children(const char* name) const {
  std::vector<XmlElement> out;
  for (const auto& each : node_.children(name)) out.emplace_back(each, *file_);
  return out;
}

std::vector<XmlElement> XmlElement::stating(const char* name) const {
  auto out = children(name);
  std::erase_if(out, [](const XmlElement& each) { return each.empty(); });
  return out;
}

std::optional<XmlElement> XmlElement::child(const char* name) const {
  const auto found = node_.child(name);
  if (!found) return {};
  if (found.next_sibling(name)) fail_at(name, "stands more than once");
  return XmlElement(found, *file_);
}

XmlElement XmlElement::required(const char* name) const {
  const auto found = child(name);
  if (!found) fail(std::string("has no element '") + name + "'");
  return *found;
}

std::string XmlElement::own_text() const {
  std::string all;
  if (node_.first_attribute()) fail(std::string("unknown attribute '") + node_.first_attribute().name() + "'");
  for (const auto& each : node_.children()) {
    if (each.type() == pugi::node_element) fail("holds elements where a text stands");
    if (is_text(each)) all += each.value();
  }
  return trimmed(all);
}

std::string XmlElement::text(const char* name) const {
  const auto found = child(name);
  return found ? found->own_text() : std::string();
}

std::string XmlElement::required_text(const char* name) const {
  auto value = required(name).own_text();
  if (value.empty()) fail_at(name, "is empty");
  return value;
}

MaybeDuration XmlElement::duration(const char* name) const {
  const auto value = text(name);
  if (value.empty()) return {};
  const auto parsed = parse_duration(value);
  if (!parsed) fail_at(name, "not a duration: '" + value.substr(0, 80) + "'");
  return parsed;
}

MaybeDay XmlElement::compact_day(const char* name) const {
  const auto value = text(name);
  if (value.empty()) return {};
  const auto parsed = parse_compact_day(value);
  if (!parsed) fail_at(name, "not a date of the form YYYYMMDD: '" + value.substr(0, 80) + "'");
  return parsed;
}

bool XmlElement::yes_no(const char* name, const char* yes, const char* no, bool if_empty) const {
  const auto value = lower_case(text(name));
  if (value.empty()) return if_empty;
  if (value == lower_case(yes)) return true;
  if (value == lower_case(no)) return false;
  fail_at(name, "unknown word '" + value.substr(0, 80) + "'");
}

int XmlElement::number(const char* name, int lowest, int highest) const {
  const auto value = text(name);
  int out = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out);
  if (error != std::errc{} || end != value.data() + value.size() || out < lowest || out > highest) {
    fail_at(name, "not a number from " + std::to_string(lowest) + " to " + std::to_string(highest) + ": '" +
                      value.substr(0, 80) + "'");
  }
  return out;
}

AgeWindow XmlElement::age_window(const char* begin, const char* end) const { return {duration(begin), duration(end)}; }

void check_well_formed(std::string_view text, const std::string& file) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate("UTF-8"), XML_ParserFree);
  if (!parser) throw LoadFailure{{file, "", "no memory to read it"}};
  Depth depth{parser.get()};
  XML_SetUserData(parser.get(), &depth);
  XML_SetElementHandler(
      parser.get(),
      [](void* data, const XML_Char*, const XML_Char**) {
        auto& state = *static_cast<Depth*>(data);
        if (++state.open > deepest) refuse(state, "elements are nested too deep");
      },
      [](void* data, const XML_Char*) { --static_cast<Depth*>(data)->open; });
  XML_SetStartDoctypeDeclHandler(parser.get(), [](void* data, const XML_Char*, const XML_Char*, const XML_Char*, int) {
    refuse(*static_cast<Depth*>(data), "a document type is not accepted");
  });
  if (text.size() > 64u << 20) throw LoadFailure{{file, "", "larger than 64 MiB"}};
  if (XML_Parse(parser.get(), text.data(), static_cast<int>(text.size()), XML_TRUE) != XML_STATUS_OK) {
    const auto line = std::to_string(XML_GetCurrentLineNumber(parser.get()));
    throw LoadFailure{{file, "line " + line,
                       depth.refused ? depth.refused : XML_ErrorString(XML_GetErrorCode(parser.get()))}};
  }
}

}  // namespace relais::vaccine

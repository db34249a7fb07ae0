// SPDX-License-Identifier: Apache-2.0
#include "records/formats/cda_xml.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include "records/formats/cda_wellformed.h"
#include "records/formats/text.h"

namespace relais::formats::xml {
namespace {

constexpr std::size_t max_bytes = 32U * 1024 * 1024;
constexpr std::string_view hl7_namespace = "urn:hl7-org:v3";
constexpr std::string_view xsi_namespace = "http://www.w3.org/2001/XMLSchema-instance";

// The encoding of the XML declaration, read from the raw bytes (the declaration is ASCII in every set accepted here).
std::string declared_encoding(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (!bytes.starts_with("<?xml")) return {};
  const auto declaration = bytes.substr(0, std::min(bytes.find("?>"), std::size_t{200}));
  const auto at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  const auto open = declaration.find_first_of("\"'", at);
  if (open == std::string_view::npos) return {};
  const auto close = declaration.find(declaration[open], open + 1);
  if (close == std::string_view::npos) return {};
  return std::string(declaration.substr(open + 1, close - open - 1));
}

std::string_view prefix_of(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon);
}

std::string_view local_of(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// Namespaces in scope, innermost last.
class Scope {
 public:
  void enter(pugi::xml_node node, int depth) {
    while (!bindings_.empty() && bindings_.back().depth >= depth) bindings_.pop_back();
    for (const auto& a : node.attributes()) {
      const std::string_view name = a.name();
      if (name == "xmlns") bindings_.push_back({depth, {}, a.value()});
      if (name.starts_with("xmlns:")) bindings_.push_back({depth, std::string(name.substr(6)), a.value()});
    }
  }
  std::string_view uri(std::string_view prefix) const {
    for (auto b = bindings_.rbegin(); b != bindings_.rend(); ++b) {
      if (b->prefix == prefix) return b->uri;
    }
    return {};
  }

 private:
  struct Binding {
    int depth;
    std::string prefix, uri;
  };
  std::vector<Binding> bindings_;
};

void resolve_names(pugi::xml_node node, const Scope& scope) {
  for (auto a : node.attributes()) {
    const std::string_view name = a.name();
    const auto prefix = prefix_of(name);
    if (!prefix.empty() && local_of(name) == "type" && scope.uri(prefix) == xsi_namespace) a.set_name("xsi:type");
  }
  const std::string name = node.name();
  const auto uri = scope.uri(prefix_of(name));
  const std::string local(local_of(name));
  if (uri == hl7_namespace || (uri.empty() && prefix_of(name).empty())) {
    if (local != name) node.set_name(local.c_str());
  } else {
    node.set_name(("{" + std::string(uri) + "}" + local).c_str());
  }
}

// One pass over the tree: names, identifiers, and the documents it holds.
void index(Tree& tree, std::vector<pugi::xml_node>& documents, bool& without_namespace) {
  Scope scope;
  int depth = 0;
  pugi::xml_node node = tree.document.first_child();
  while (node) {
    if (node.type() == pugi::node_element) {
      scope.enter(node, depth);
      const bool bare = scope.uri(prefix_of(node.name())).empty();
      resolve_names(node, scope);
      if (std::string_view(node.name()) == "ClinicalDocument") {
        documents.push_back(node);
        without_namespace = bare;
      }
      if (const auto id = node.attribute("ID")) tree.by_id.emplace(id.value(), node);
      if (node.first_child()) {
        ++depth;
        node = node.first_child();
        continue;
      }
    }
    while (node && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    if (node) node = node.next_sibling();
  }
}

}  // namespace

Result<void> load(std::string_view bytes, Tree& tree) {
  if (bytes.size() > max_bytes) return fail(Code::ingest_too_large, "CDA larger than 32 MiB");
  const std::string declared = declared_encoding(bytes);
  const auto decoded = decode_text(bytes, declared);
  // XML that declares no encoding is UTF-8: other bytes mean a damaged document, and guessing might alter a value.
  const std::string name = encoding_name(declared);
  if (decoded.doubtful && decoded.encoding != "UTF-8" && (declared.empty() || name == "UTF-8")) {
    return fail(Code::ingest_cda_malformed, "bytes are not UTF-8");
  }
  if (decoded.doubtful) tree.anomalies.push_back({AnomalyCode::text_doubtful_encoding, "document"});
  const std::string& text = decoded.utf8;
  if (text.size() > 2 * max_bytes) return fail(Code::ingest_too_large, "CDA larger than 64 MiB once in UTF-8");
  if (auto checked = check_well_formed(text); !checked) return checked;
  const auto parsed = tree.document.load_buffer(text.data(), text.size(), pugi::parse_default | pugi::parse_ws_pcdata,
                                                pugi::encoding_utf8);
  if (!parsed) {
    return fail(Code::ingest_cda_malformed, parsed.description(), "byte " + std::to_string(parsed.offset));
  }
  std::vector<pugi::xml_node> documents;
  bool without_namespace = false;
  index(tree, documents, without_namespace);
  if (documents.empty()) return fail(Code::ingest_cda_not_cda, "no ClinicalDocument of urn:hl7-org:v3");
  if (documents.size() > 1) return fail(Code::ingest_cda_several_documents, "more than one ClinicalDocument");
  tree.clinical_document = documents.front();
  const auto root = tree.document.document_element();
  if (root != tree.clinical_document) {
    const std::string_view element = root.name();
    const auto brace = element.find('}');
    tree.wrapper = std::string(brace == std::string_view::npos ? element : element.substr(brace + 1));
    tree.anomalies.push_back({*tree.wrapper == "stylesheet" ? AnomalyCode::cda_wrapped_in_stylesheet : AnomalyCode::cda_wrapped,
                              "document"});
  }
  if (without_namespace) tree.anomalies.push_back({AnomalyCode::cda_missing_namespace, "document"});
  return {};
}

Text attribute(pugi::xml_node node, const char* name) {
  const auto a = node.attribute(name);
  if (!a) return std::nullopt;
  return std::string(a.value());
}

std::string fold(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // A no-break space (C2 A0) folds as the others do: lab texts mix them.
    const bool no_break = text[i] == '\xC2' && i + 1 < text.size() && text[i + 1] == '\xA0';
    if (no_break || std::isspace(static_cast<unsigned char>(text[i]))) {
      if (!out.empty() && out.back() != ' ') out += ' ';
      if (no_break) ++i;
    } else {
      out += text[i];
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

std::string folded_text(pugi::xml_node root) {
  std::string all;
  pugi::xml_node node = root.first_child();
  while (node) {
    if (node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata) all += node.value();
    if (node.first_child()) {
      node = node.first_child();
      continue;
    }
    while (node && node != root && !node.next_sibling()) {
      node = node.parent();
      // Cells and lines that touch in the source are separate for a reader.
      const std::string_view name = node.name();
      if (name == "td" || name == "th" || name == "paragraph" || name == "item") all += ' ';
    }
    if (!node || node == root) break;
    const std::string_view name = node.name();
    if (name == "br" || name == "td" || name == "th") all += ' ';
    node = node.next_sibling();
  }
  return fold(all);
}

bool has_template(pugi::xml_node node, std::string_view root) {
  for (const auto& t : node.children("templateId")) {
    if (root == t.attribute("root").value()) return true;
  }
  return false;
}

CdaId id_of(pugi::xml_node node) { return {attribute(node, "root"), attribute(node, "extension")}; }

CdaCode code_of(pugi::xml_node node) {
  return {attribute(node, "code"), attribute(node, "codeSystem"), attribute(node, "displayName")};
}

Resolved resolve(const Tree& tree, pugi::xml_node text_node) {
  Resolved out;
  if (!text_node) return out;
  if (const auto reference = text_node.child("reference")) {
    out.reference = attribute(reference, "value");
    if (out.reference && out.reference->starts_with("#")) {
      const auto found = tree.by_id.find(out.reference->substr(1));
      if (found != tree.by_id.end()) {
        out.text = folded_text(found->second);
        return out;
      }
      out.broken = true;
    }
  }
  if (auto own = folded_text(text_node); !own.empty()) out.text = std::move(own);
  return out;
}

Text time_of(pugi::xml_node effective_time) {
  for (const auto& node : {effective_time, effective_time.child("low"), effective_time.child("high")}) {
    if (auto value = attribute(node, "value")) return value;
  }
  return std::nullopt;
}

}  // namespace relais::formats::xml

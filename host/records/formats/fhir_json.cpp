// SPDX-License-Identifier: Apache-2.0
#include "records/formats/fhir_json.h"

#include <algorithm>
#include <cctype>

#include "records/formats/text.h"
#include "records/formats/timestamp.h"

namespace relais::formats::fhir {
namespace {

constexpr std::size_t max_depth = 64;
constexpr std::size_t max_resources = 20'000;

// nlohmann's own builder, with a bound on depth and numbers kept as written.
class Builder : public nlohmann::detail::json_sax_dom_parser<Json> {
  using Base = nlohmann::detail::json_sax_dom_parser<Json>;

 public:
  explicit Builder(Json& built) : Base(built, false) {}

  bool number_float(Json::number_float_t, const std::string& written) {
    std::string text = written;
    return Base::string(text);
  }
  bool start_object(std::size_t length) { return deeper() && Base::start_object(length); }
  bool start_array(std::size_t length) { return deeper() && Base::start_array(length); }
  bool end_object() {
    --depth_;
    return Base::end_object();
  }
  bool end_array() {
    --depth_;
    return Base::end_array();
  }
  bool too_deep() const { return depth_ > max_depth; }

 private:
  bool deeper() { return ++depth_ <= max_depth; }
  std::size_t depth_ = 0;
};

// "Type/id" of an address, without its history; empty when it does not end so.
std::string type_and_id(std::string address) {
  if (const auto history = address.find("/_history/"); history != std::string::npos) address.resize(history);
  const auto slash = address.rfind('/');
  if (slash == std::string::npos || slash == 0) return {};
  const auto before = address.rfind('/', slash - 1);
  const auto type = address.substr(before == std::string::npos ? 0 : before + 1);
  return type.empty() || std::isupper(static_cast<unsigned char>(type.front())) == 0 ? std::string() : type;
}

}  // namespace

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Result<Json> parse(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  std::string utf8;
  if (!is_utf8(bytes) || bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
    utf8 = decode_text(bytes, {}).utf8;
    bytes = utf8;
  }
  Json root;
  Builder builder(root);
  if (!Json::sax_parse(bytes.begin(), bytes.end(), &builder)) {
    if (builder.too_deep()) return fail(Code::ingest_fhir_too_complex, "nested too deep");
    return fail(Code::ingest_fhir_malformed, "not JSON");
  }
  if (!root.is_object()) return fail(Code::ingest_fhir_malformed, "not a JSON object");
  return root;
}

bool Node::has(const char* name) const { return json_ != nullptr && json_->is_object() && json_->contains(name); }

Node Node::operator[](const char* name) const {
  if (!has(name)) return {};
  const auto& child = (*json_)[name];
  // An element given once where several are allowed, and the reverse.
  if (child.is_array()) return child.empty() ? Node{} : Node(child.front());
  return child.is_null() ? Node{} : Node(child);
}

std::vector<Node> Node::list(const char* name) const {
  std::vector<Node> out;
  if (!has(name)) return out;
  const auto& child = (*json_)[name];
  if (!child.is_array()) {
    if (!child.is_null()) out.emplace_back(child);
    return out;
  }
  for (const auto& one : child) {
    if (!one.is_null()) out.emplace_back(one);
  }
  return out;
}

std::string Node::own_text() const {
  if (json_ == nullptr) return {};
  if (json_->is_string()) return json_->get_ref<const std::string&>();
  if (json_->is_number() || json_->is_boolean()) return json_->dump();
  return {};
}

std::string Node::text(const char* name) const { return (*this)[name].own_text(); }

FhirCoding coding_of(Node coding) { return {coding.text("system"), coding.text("code"), coding.text("display")}; }

FhirConcept concept_of(Node concept_node) {
  FhirConcept out;
  for (const auto& coding : concept_node.list("coding")) out.codings.push_back(coding_of(coding));
  out.text = concept_node.text("text");
  return out;
}

FhirIdentifier identifier_of(Node identifier) { return {identifier.text("system"), identifier.text("value")}; }

std::string first_code(Node concept_node) {
  for (const auto& coding : concept_node.list("coding")) {
    if (auto code = coding.text("code"); !code.empty()) return code;
  }
  return {};
}

std::string hl7_time(const std::string& fhir) {
  constexpr std::size_t day = 10;
  if (fhir.size() < day || fhir[4] != '-' || fhir[7] != '-') return {};
  std::string out = fhir.substr(0, 4) + fhir.substr(5, 2) + fhir.substr(8, 2);
  std::string rest = fhir.substr(day);
  if (!rest.empty()) {
    if (rest.front() != 'T') return {};
    rest.erase(0, 1);
    const auto zone = rest.find_first_of("Z+-");
    std::string time = rest.substr(0, zone);
    if (const auto fraction = time.find('.'); fraction != std::string::npos) time.resize(fraction);
    std::erase(time, ':');
    std::string offset = zone == std::string::npos ? std::string() : rest.substr(zone);
    std::erase(offset, ':');
    out += time + (offset == "Z" ? "+0000" : offset);
  }
  return is_valid_timestamp(out) ? out : std::string();
}

std::string whole_day(const std::string& fhir) {
  constexpr std::size_t day = 10;
  return hl7_time(fhir.substr(0, day)).empty() ? std::string() : fhir.substr(0, day);
}

Result<void> Resources::add_all(Node root, Anomalies& anomalies) {
  std::map<std::string, std::size_t> count;
  const auto add = [&](Node node, const std::string& full_url) {
    Resource resource{node, full_url, {}, node.type(), {}};
    resource.place = resource.type + "[" + std::to_string(count[resource.type]++) + "]";
    const auto id = node.text("id");
    const auto local = id.empty() ? std::string() : resource.type + "/" + id;
    resource.key = !full_url.empty() ? lower(full_url) : !local.empty() ? local : resource.place;
    for (const auto& address : {lower(full_url), local}) {
      if (address.empty()) continue;
      if (!by_address_.emplace(address, all_.size()).second) {
        anomalies.push_back({AnomalyCode::fhir_duplicate_resource, resource.place});
      }
    }
    by_key_.emplace(resource.key, all_.size());
    all_.push_back(std::move(resource));
  };
  if (root.type() != "Bundle") {
    add(root, {});
    return {};
  }
  for (const auto& entry : root.list("entry")) {
    if (all_.size() >= max_resources) return fail(Code::ingest_fhir_too_complex, "more resources than the limit");
    const auto method = entry["request"].text("method");
    const auto node = entry["resource"];
    if (method == "DELETE" || method == "PATCH" || (!method.empty() && !node)) {
      anomalies.push_back({AnomalyCode::fhir_unread_request, "entry[" + std::to_string(all_.size()) + "]"});
      continue;
    }
    if (!node) continue;
    if (node.type().empty()) {
      anomalies.push_back({AnomalyCode::fhir_wrong_type, "entry[" + std::to_string(all_.size()) + "]"});
      continue;
    }
    add(node, entry.text("fullUrl"));
  }
  return {};
}

std::optional<Resource> Resources::resolve(Node reference, const Resource& from) const {
  const auto address = reference.text("reference");
  if (address.empty()) return std::nullopt;
  if (address.front() == '#') {
    // A contained resource names its siblings too: they stand in the container.
    const auto hash = from.key.find('#');
    const auto container_key = from.key.substr(0, hash);
    auto container = std::optional<Resource>(from);
    if (hash != std::string::npos) {
      const auto known = by_key_.find(container_key);
      container = known == by_key_.end() ? std::nullopt : std::optional<Resource>(all_[known->second]);
    }
    if (!container) return std::nullopt;
    for (const auto& contained : container->node.list("contained")) {
      if ("#" + contained.text("id") != address) continue;
      return Resource{contained, {}, container_key + address, contained.type(), container->place + address};
    }
    return std::nullopt;
  }
  auto found = by_address_.find(lower(address));
  if (found == by_address_.end()) {
    const auto local = type_and_id(address);
    // An address of this server: its last two parts, unless the resource there says that it lives elsewhere.
    if (local.empty()) return std::nullopt;
    found = by_address_.find(local);
    if (found == by_address_.end()) return std::nullopt;
    const bool absolute = address.find("://") != std::string::npos;
    const auto& url = all_[found->second].full_url;
    if (absolute && url.find("://") != std::string::npos && lower(url) != lower(address.substr(0, address.find("/_history/")))) {
      return std::nullopt;
    }
  }
  return all_[found->second];
}

}  // namespace relais::formats::fhir

// SPDX-License-Identifier: Apache-2.0
#include "engine/load.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "engine/load_parts.h"

namespace relais::vaccine {
namespace {

constexpr const char* schedule_name = "ScheduleSupportingData.xml";

void parse(pugi::xml_document& document, std::string_view text, const std::string& file, const char* root) {
  check_well_formed(text, file);
  const auto parsed = document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) throw LoadFailure{{file, "offset " + std::to_string(parsed.offset), parsed.description()}};
  if (std::string_view(document.document_element().name()) != root) {
    throw LoadFailure{{file, document.document_element().name(), std::string("the root is not ") + root}};
  }
}

std::string read(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) throw LoadFailure{{path.filename().string(), "", "cannot be read"}};
  return std::move(text).str();
}

}  // namespace

CvxId SupportingData::find_cvx(const std::string& code) const {
  const auto found = cvx_by_code.find(code);
  return found == cvx_by_code.end() ? no_id : found->second;
}

ObservationId SupportingData::find_observation(const std::string& code) const {
  const auto found = observation_by_code.find(code);
  return found == observation_by_code.end() ? no_id : found->second;
}

const VaccineGroup* SupportingData::find_group(const std::string& name) const {
  const auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.name == name; });
  return found == groups.end() ? nullptr : &*found;
}

tl::expected<SupportingData, LoadError> load_texts(
    std::string_view schedule, const std::vector<std::pair<std::string, std::string_view>>& antigens) {
  try {
    SupportingData data;
    {
      pugi::xml_document document;
      const std::string file = schedule_name;
      parse(document, schedule, file, "scheduleSupportingData");
      load_schedule(XmlElement(document.document_element(), file), data);
    }
    const Codes codes(data);
    for (const auto& [file, text] : antigens) {
      pugi::xml_document document;
      parse(document, text, file, "antigenSupportingData");
      load_antigen(XmlElement(document.document_element(), file), codes);
    }
    for (const auto& antigen : data.antigens) {
      if (antigen.series.empty()) {
        throw LoadFailure{
            {schedule_name, "vaccineGroupToAntigenMap", "no file for the antigen '" + antigen.name + "'"}};
      }
    }
    return data;
  } catch (const LoadFailure& failure) {
    return tl::unexpected(failure.error);
  } catch (const std::exception& failure) {
    return tl::unexpected(LoadError{"", "", failure.what()});
  }
}

tl::expected<SupportingData, LoadError> load_folder(const std::filesystem::path& folder) {
  try {
    std::vector<std::pair<std::string, std::string>> texts;
    std::string schedule;
    bool found = false;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const auto name = entry.path().filename().string();
      if (name == schedule_name) {
        schedule = read(entry.path());
        found = true;
      } else if (name.starts_with("AntigenSupportingData") && name.ends_with(".xml")) {
        texts.emplace_back(name, read(entry.path()));
      } else if (name.ends_with(".xml")) {
        return tl::unexpected(LoadError{name, "", "neither the schedule nor an antigen's file"});
      }
    }
    if (!found) return tl::unexpected(LoadError{schedule_name, "", "not in the folder"});
    if (texts.empty()) return tl::unexpected(LoadError{"AntigenSupportingData*.xml", "", "none in the folder"});
    // A folder is listed in no certain order; answers must not depend on it.
    std::sort(texts.begin(), texts.end());
    std::vector<std::pair<std::string, std::string_view>> views(texts.begin(), texts.end());
    return load_texts(schedule, views);
  } catch (const LoadFailure& failure) {
    return tl::unexpected(failure.error);
  } catch (const std::exception& failure) {
    return tl::unexpected(LoadError{folder.filename().string(), "", failure.what()});
  }
}

}  // namespace relais::vaccine

// SPDX-License-Identifier: Apache-2.0
#include "api/page.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <sodium.h>

#include <array>
#include <charconv>
#include <memory>

namespace relais::api {
namespace {

constexpr std::int64_t largest_page = 1000;
constexpr std::size_t scope_bytes = 16;

std::string deterministic(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

std::string digest(std::string_view text) {
  std::array<unsigned char, scope_bytes> bytes{};
  crypto_generichash(bytes.data(), bytes.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(),
                     nullptr, 0);
  return {bytes.begin(), bytes.end()};
}

std::string encode(std::string_view bytes) {
  const auto variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string text(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                    variant);
  text.pop_back();  // the terminating zero
  return text;
}

std::string decode(std::string_view text) {
  std::string bytes(text.size(), '\0');
  std::size_t length = 0;
  if (sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(), text.size(), nullptr,
                        &length, nullptr, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0) {
    return {};
  }
  bytes.resize(length);
  return bytes;
}

}  // namespace

Answer<PageWanted> read_page(const Call& call, const google::protobuf::Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("page");
  const auto& page = static_cast<const v1::Page&>(request.GetReflection()->GetMessage(request, field));
  if (page.size() < 0 || page.size() > largest_page) {
    return refuse(Code::invalid_argument, "a page has 1 to 1000 rows", "page.size");
  }
  const std::unique_ptr<google::protobuf::Message> rest(request.New());
  rest->CopyFrom(request);
  rest->GetReflection()->ClearField(rest.get(), field);

  PageWanted wanted;
  if (page.size() > 0) wanted.size = page.size();
  wanted.scope = digest(call.method + '\n' + call.caller.id + '\n' + deterministic(*rest));
  if (!page.token().empty()) {
    const auto bytes = decode(page.token());
    if (bytes.size() <= scope_bytes || bytes.compare(0, scope_bytes, wanted.scope) != 0) {
      return refuse(Code::invalid_argument, "the token is not of this request", "page.token");
    }
    wanted.cursor = bytes.substr(scope_bytes);
  }
  return wanted;
}

std::string page_token(const PageWanted& page, std::string_view cursor) {
  return encode(page.scope + std::string(cursor));
}

Answer<std::int64_t> number_cursor(const PageWanted& page) {
  std::int64_t number = 0;
  const auto* end = page.cursor.data() + page.cursor.size();
  const auto [stopped, error] = std::from_chars(page.cursor.data(), end, number);
  if (error != std::errc() || stopped != end || number < 0) {
    return refuse(Code::invalid_argument, "the token is not of this request", "page.token");
  }
  return number;
}

}  // namespace relais::api

// SPDX-License-Identifier: Apache-2.0
#include "app/record_channel.h"

#include <fstream>
#include <iterator>

#include "records/reader_contract.h"

namespace relais::app {
namespace {

Result<std::string> read_pem(const std::filesystem::path& file, const char* key) {
  if (file.empty()) return std::string();
  std::ifstream in(file, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in || text.find("-----BEGIN") == std::string::npos)
    return fail(Code::config_invalid, "not a readable PEM file: " + file.string(), key);
  return text;
}

}  // namespace

Result<std::shared_ptr<grpc::Channel>> record_channel(const RecordAddress& address) {
  if (const auto good = check_record_address(address); !good) return tl::unexpected(good.error());
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(static_cast<int>(records::largest_answer));
  // A service that comes back is found within seconds.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  if (address.ca.empty())
    return grpc::CreateCustomChannel(address.address, grpc::InsecureChannelCredentials(), arguments);
  const auto ca = read_pem(address.ca, "record_reader_ca");
  if (!ca) return tl::unexpected(ca.error());
  const auto certificate = read_pem(address.certificate, "record_reader_certificate");
  if (!certificate) return tl::unexpected(certificate.error());
  const auto key = read_pem(address.key, "record_reader_key");
  if (!key) return tl::unexpected(key.error());
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = *ca;
  options.pem_cert_chain = *certificate;
  options.pem_private_key = *key;
  return grpc::CreateCustomChannel(address.address, grpc::SslCredentials(options), arguments);
}

}  // namespace relais::app

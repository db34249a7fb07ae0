// SPDX-License-Identifier: Apache-2.0
// Whom a practice believes: what is not signed, altered, of an unknown, replaced or revoked key does not run.
#include <algorithm>
#include <map>

#include "package_practice.h"
#include "plugins/worker/supervisor.h"

using namespace relais::test;
namespace v1 = relais::v1;

CATCH_TRANSLATE_EXCEPTION(const relais::cli::CallFailed& failed) { return failed.code + " " + failed.sentence; }

namespace {

const fs::path built = ESSAI_VERSIONS;

std::size_t kept_entries(const PackagePractice& practice) {
  std::error_code none;
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(practice.data() / "plugins", none))
    if (entry.exists()) ++count;
  return count;
}

}  // namespace

TEST_CASE("a package is installed once its key is trusted and not before") {
  PackagePractice practice;
  const Author author;
  const auto file = author.sign("1.0.0", practice.path());
  CHECK(refusal([&] { practice.install(file); }) == "package.unknown-key");
  CHECK(practice.list().empty());
  CHECK(kept_entries(practice) == 0);

  const auto key = practice.trust(author, "Éditions du Test");
  CHECK(key.id() == author.id());
  CHECK(key.state() == v1::KEY_STATE_TRUSTED);
  CHECK(refusal([&] { practice.trust(author, "Encore") ; }) == "trust.key-known");
  const auto plugin = practice.install(file);
  CHECK(plugin.state() == v1::PLUGIN_STATE_RUNNING);
  CHECK(plugin.signed_by() == "Éditions du Test");
  CHECK(plugin.key_id() == author.id());
  CHECK(fs::exists(practice.kept("1.0.0") / "libessai.so"));
  CHECK(kept_entries(practice) == 1);

  // The file is not needed any more, and the practice is the same after a restart.
  fs::remove(file);
  practice.stop();
  practice.start();
  REQUIRE(practice.list().size() == 1);
  CHECK(practice.list().front().state() == v1::PLUGIN_STATE_RUNNING);
}

TEST_CASE("what is not signed runs only where it came with Relais or in a demonstration") {
  const auto pack = [](const PackagePractice& practice) {
    const auto files = relais::plugins::files_of_folder(built / "1.0.0");
    const auto file = practice.path() / "unsigned.relais";
    REQUIRE(relais::plugins::write_archive(file, built / "1.0.0", *files, std::nullopt));
    return file;
  };
  {
    PackagePractice practice;
    CHECK(refusal([&] { practice.install(built / "1.0.0"); }) == "package.unsigned");
    CHECK(refusal([&] { practice.install(pack(practice)); }) == "package.unsigned");
    CHECK(practice.list().empty());
  }
  {
    PackagePractice practice(false, built);
    const auto plugin = practice.install(built / "1.0.0");
    CHECK(plugin.state() == v1::PLUGIN_STATE_RUNNING);
    CHECK(plugin.key_id().empty());
    // A way out of that folder is not in it.
    fs::copy(built / "0.9.0", practice.path() / "0.9.0", fs::copy_options::recursive);
    const auto out = fs::relative(practice.path() / "0.9.0", fs::canonical(built));
    CHECK(refusal([&] { practice.install(fs::canonical(built) / out, true); }) == "package.unsigned");
    CHECK(refusal([&] { practice.install(pack(practice)); }) == "package.unsigned");
  }
  {
    PackagePractice practice(true);
    CHECK(practice.install(built / "1.0.0").state() == v1::PLUGIN_STATE_RUNNING);
    CHECK(refusal([&] { practice.install(pack(practice)); }) == "package.unsigned");
  }
}

TEST_CASE("a folder that is signed is believed as its file would be") {
  PackagePractice practice;
  const Author author;
  practice.trust(author, "Auteur");
  const auto folder = practice.path() / "unpacked";
  fs::create_directories(folder);
  const auto listing = relais::plugins::extract_archive(author.sign("1.0.0", practice.path()), folder);
  REQUIRE(listing);
  std::ofstream(folder / "SIGNATURE") << *listing->signature;
  std::ofstream(folder / "manifest.yaml", std::ios::app) << "# a line more\n";
  CHECK(refusal([&] { practice.install(folder); }) == "package.altered");
  fs::copy_file(built / "1.0.0" / "manifest.yaml", folder / "manifest.yaml", fs::copy_options::overwrite_existing);
  CHECK(practice.install(folder).key_id() == author.id());
}

TEST_CASE("a package altered on its way is refused and leaves nothing") {
  PackagePractice practice;
  const Author author;
  practice.trust(author, "Auteur");
  const auto file = author.sign("1.0.0", practice.path());
  const auto size = fs::file_size(file);
  flip_byte(file, size / 2);  // inside the library
  CHECK(refusal([&] { practice.install(file); }) == "package.altered");
  CHECK(practice.list().empty());
  CHECK(kept_entries(practice) == 0);
  fs::resize_file(file, size / 2);
  CHECK(refusal([&] { practice.install(file); }) == "package.unreadable");
  CHECK(refusal([&] { practice.install(practice.path() / "nothing.relais"); }) == "package.unreadable");
  CHECK(refusal([&] { practice.install("/dev/zero"); }) == "package.unreadable");
  CHECK(kept_entries(practice) == 0);
}

TEST_CASE("a package altered after its installation is not loaded and says so until it is installed again") {
  PackagePractice practice;
  const Author author;
  practice.trust(author, "Auteur");
  const auto file = author.sign("1.0.0", practice.path());
  practice.install(file);
  practice.stop();
  const auto library = practice.kept("1.0.0") / "libessai.so";
  flip_byte(library, fs::file_size(library) / 2);
  practice.start();
  REQUIRE(practice.list().size() == 1);
  CHECK(practice.list().front().state() == v1::PLUGIN_STATE_FAILED);
  CHECK(practice.list().front().reason() == "Le contenu du paquet n'est pas celui que son auteur a signé.");
  CHECK(refusal([&] { practice.enable(); }) == "package.altered");
  // Another library with the author's signature of the first one does not help.
  fs::copy_file(built / "1.1.0" / "libessai.so", library, fs::copy_options::overwrite_existing);
  CHECK(refusal([&] { practice.enable(); }) == "package.altered");
  CHECK(practice.install(file).state() == v1::PLUGIN_STATE_RUNNING);
}

TEST_CASE("every start of a worker loads only what was signed whoever asks for it") {
  PackagePractice practice;
  const Author author;
  practice.trust(author, "Auteur");
  practice.install(author.sign("1.0.0", practice.path()));
  practice.stop();
  auto package = relais::plugins::open_package(practice.kept("1.0.0"));
  REQUIRE(package);
  const auto files = relais::plugins::files_of_folder(practice.kept("1.0.0"));
  package->digest = relais::plugins::digest({"essai", "1.0.0", *files}).value();

  const relais::SystemClock clock;
  relais::plugins::WorkerOptions worker;
  worker.worker_executable = RELAIS_WORKER;
  relais::plugins::Supervisor supervisor(worker, clock, [](const auto&) {});
  REQUIRE(supervisor.load(*package));
  REQUIRE(supervisor.unload("essai"));
  const auto manifest = practice.kept("1.0.0") / "manifest.yaml";
  flip_byte(manifest, fs::file_size(manifest) - 2);
  CHECK_FALSE(supervisor.load(*package));
  CHECK(supervisor.state("essai").code == "package.altered");
}

TEST_CASE("a revoked key stops what it signed for ever") {
  PackagePractice practice;
  const Author author;
  practice.trust(author, "Auteur");
  const auto file = author.sign("1.0.0", practice.path());
  practice.install(file);
  const auto answer = practice.revoke(author.id());
  REQUIRE(answer.stopped_plugins_size() == 1);
  CHECK(answer.stopped_plugins(0) == "essai");
  const auto stopped = [&] {
    REQUIRE(practice.list().size() == 1);
    CHECK(practice.list().front().state() == v1::PLUGIN_STATE_FAILED);
    CHECK(practice.list().front().reason() == "La clé qui signe ce paquet est révoquée dans ce cabinet.");
    CHECK(refusal([&] { practice.enable(); }) == "package.revoked-key");
    CHECK(refusal([&] { practice.install(file); }) == "package.revoked-key");
    CHECK(refusal([&] { practice.trust(author, "Auteur"); }) == "package.revoked-key");
  };
  stopped();
  practice.stop();
  practice.start();
  stopped();
  REQUIRE(practice.keys().size() == 1);
  CHECK(practice.keys().front().state() == v1::KEY_STATE_REVOKED);
  CHECK(practice.keys().front().reason() == "clé volée");

  // A list may name keys that nobody here has met.
  const Author stranger;
  CHECK(practice.revoke(stranger.id()).stopped_plugins().empty());
  CHECK(refusal([&] { practice.trust(stranger, "Inconnu"); }) == "package.revoked-key");
  CHECK(refusal([&] { practice.revoke("pas une empreinte"); }) == "relais.invalid-argument");
}

TEST_CASE("an author who changes of key says so with the old one and goes on with the new one") {
  PackagePractice practice;
  const Author old;
  const Author fresh;
  const Author thief;
  practice.trust(old, "Auteur");
  practice.install(old.sign("1.0.0", practice.path()));
  CHECK(refusal([&] { practice.replace(relais::plugins::sign_rotation(thief.secret, fresh.open).value()); }) ==
        "package.unknown-key");
  auto forged = relais::plugins::sign_rotation(thief.secret, fresh.open).value();
  const auto thief_key = relais::plugins::to_base64(thief.open);
  forged.replace(forged.find(thief_key), thief_key.size(), relais::plugins::to_base64(old.open));
  CHECK(refusal([&] { practice.replace(forged); }) == "trust.rotation");

  const auto statement = relais::plugins::sign_rotation(old.secret, fresh.open).value();
  const auto key = practice.replace(statement);
  CHECK(key.id() == fresh.id());
  CHECK(key.label() == "Auteur");
  CHECK(key.replaces() == old.id());
  CHECK(refusal([&] { practice.replace(statement); }) == "package.replaced-key");

  // What the old key signed goes on, nothing more is installed with it.
  CHECK(refusal([&] { practice.install(old.sign("1.1.0", practice.path())); }) == "package.replaced-key");
  practice.stop();
  practice.start();
  CHECK(practice.list().front().state() == v1::PLUGIN_STATE_RUNNING);
  CHECK(practice.list().front().version() == "1.0.0");
  // The same author: nothing for a doctor to accept.
  const auto next = practice.install(fresh.sign("1.1.0", practice.path()));
  CHECK(next.state() == v1::PLUGIN_STATE_RUNNING);
  CHECK(next.key_id() == fresh.id());
}

TEST_CASE("the ledger keeps who trusted which key and only an administrator does") {
  PackagePractice practice;
  const Author author;
  practice.open_account("martin", v1::ROLE_DOCTOR);
  v1::TrustKeyRequest request;
  request.set_public_key(relais::plugins::to_base64(author.open));
  request.set_label("Auteur");
  CHECK(refusal([&] { practice.call<v1::TrustKeyResponse>("martin", &PackagePractice::Stub::TrustKey, request); }) ==
        "api.role");
  practice.trust(author, "Auteur");
  practice.revoke(author.id());
  std::vector<std::string> told;
  for (const auto* action : {"trust.key-added", "trust.key-revoked"})
    for (const auto& [number, at, entry] : practice.ledger(action))
      told.push_back(entry.action + " " + entry.actor + " " + entry.item_id);
  CHECK(told == std::vector<std::string>{"trust.key-added admin " + author.id(), "trust.key-revoked admin " + author.id()});
}

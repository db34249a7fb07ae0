// SPDX-License-Identifier: Apache-2.0
// The commands of the desk, as people type them, against a running host.
#include "app/cli/session.h"
#include "command_line.h"
#include "domain/civil_time.h"
#include "practice/notices.h"
#include "practice/worklist_store.h"
#include "records/record_store.h"
#include "relais/v1/patient_record.grpc.pb.h"
#include "relais/v1/scheduling.grpc.pb.h"

namespace {

namespace v1 = relais::v1;
using relais::test::CommandLinePractice;
using relais::test::fails;
using relais::test::id_in;
using relais::test::works;

relais::Instant at(const char* moment) {
  return relais::fiche::to_instant(relais::fiche::parse_moment(moment)->at, "Europe/Paris");
}

// Monday 1 March 2027: not the day of the machine that runs this.
constexpr auto morning = "2027-03-01T08:00";

std::size_t count(const std::string& text, const std::string& words) {
  std::size_t found = 0;
  for (auto from = text.find(words); from != std::string::npos; from = text.find(words, from + words.size())) ++found;
  return found;
}

constexpr auto agenda_yaml = R"(id: agenda-marchand
personne: marchand
lieu: Cabinet d'essai
rappels_par_jour: 6
horaires:
  - {jours: [lundi, mardi, mercredi, jeudi, vendredi], de: "09:00", a: "12:00", minutes: 15}
  - {jours: [lundi, mardi, mercredi, jeudi, vendredi], de: "14:00", a: "16:00", nature: non-programme, minutes: 15}
)";

// A doctor, her agenda and a patient.
void open_desk(const CommandLinePractice& practice) {
  works(practice.run("admin", "account create marchand --name Marchand --role medecin"), "Compte ouvert");
  works(practice.run("marchand", "agenda hours " + practice.file("agenda.yaml", agenda_yaml)),
        "agenda-marchand : version 1");
}

}  // namespace

TEST_CASE("the list tells each of a hundred and one reports that were not evaluated") {
  const CommandLinePractice practice(at(morning), [](relais::practice::Database& database,
                                                     relais::practice::Ledger& ledger) {
    relais::practice::WorklistStore store(database, ledger);
    for (int i = 1; i <= 101; ++i) {
      relais::worklist::Reply reply;
      reply.scope = {"bio-triage", "bio-triage", {"lr-" + std::to_string(i), "p-" + std::to_string(i), "marchand"}};
      const auto begun = database.write(
          [&](relais::practice::Transaction& tx) { return store.begin_evaluation(tx, reply.scope); });
      REQUIRE(begun);
      reply.slice_version = *begun;
      reply.not_evaluated = "plugin.stopped";
      REQUIRE(store.apply(reply));
    }
  });
  works(practice.run("admin", "account create marchand --name Marchand --role medecin"), "Compte ouvert");
  const auto said = practice.run("marchand", "list");
  works(said, "Non évalué depuis le");
  CHECK(count(said.text, "Non évalué depuis le") == 101);
  for (int i = 1; i <= 101; ++i) CHECK(said.says("dossier p-" + std::to_string(i) + " "));
}

TEST_CASE("the agenda shows every free slot and every appointment beyond a hundred") {
  const CommandLinePractice practice(at(morning));
  open_desk(practice);
  // Ten working days of 12 slots.
  const auto slots = practice.run("marchand", "agenda slots --kind ordinaire --minutes 15 --from 2027-03-02 --until 2027-03-15");
  works(slots, "02/03/2027 09:00");
  CHECK(count(slots.text, "agenda-marchand") == 120);
  CHECK(slots.says("15/03/2027 11:45"));

  const relais::cli::Session doctor({practice.address(), "marchand", ""});
  const auto stub = v1::SchedulingService::NewStub(doctor.channel());
  v1::PutPatientsRequest patients;
  auto& patient = *patients.add_patients();
  patient.set_id("p-1");
  patient.set_identity_status(v1::IDENTITY_STATUS_PROVISOIRE);
  patient.mutable_traits()->set_birth_family("FICTIF-RENARD");
  patient.mutable_traits()->set_birth_given_first("ALMA");
  patient.mutable_traits()->set_birth_date("1980-01-07");
  patient.mutable_traits()->set_sex(v1::SEX_FEMALE);
  v1::PutPatientsResponse entered;
  relais::cli::Session::check(v1::PatientRecordService::NewStub(doctor.channel())
                                  ->PutPatients(doctor.context().get(), patients, &entered));
  std::size_t booked = 0;
  for (const auto* first : {"2027-03-02T09:00", "2027-03-02T09:15", "2027-03-02T09:30"}) {
    v1::BookSeriesRequest series;
    auto& slot = *series.mutable_slot();
    slot.set_schedule_id("agenda-marchand");
    slot.set_start_ms(relais::practice::to_ms(at(first)));
    slot.set_end_ms(slot.start_ms() + 900'000);
    series.set_patient_id("p-1");
    series.set_count(40);
    series.set_skip_refused(true);
    v1::BookSeriesResponse answer;
    relais::cli::Session::check(stub->BookSeries(doctor.context().get(), series, &answer));
    booked += static_cast<std::size_t>(answer.bookings_size());
  }
  REQUIRE(booked > 100);
  const auto appointments = practice.run("marchand", "agenda appointments --patient p-1");
  works(appointments, "02/03/2027 09:15");
  CHECK(count(appointments.text, "agenda-marchand") == booked);
}

TEST_CASE("the agenda without dates is asked from the now of the host and not of the machine") {
  const CommandLinePractice practice(at(morning));
  open_desk(practice);
  const auto slots = practice.run("marchand", "agenda slots --kind ordinaire --minutes 15");
  works(slots, "01/03/2027 09:00");
  CHECK(count(slots.text, "agenda-marchand") == 12);
  const auto until = practice.run("marchand", "agenda slots --kind ordinaire --minutes 15 --until 2027-03-02");
  CHECK(count(until.text, "agenda-marchand") == 24);
  const auto from = practice.run("marchand", "agenda slots --kind ordinaire --minutes 15 --from 2027-03-03");
  works(from, "03/03/2027 09:00");
  CHECK(count(from.text, "agenda-marchand") == 12);
  fails(practice.run("marchand", "agenda slots --until 2027-02-26"), "relais.invalid-argument");
  works(practice.run("marchand", "agenda appointments"), "");
}

TEST_CASE("a forgotten address or account is asked for by the name of its option") {
  const CommandLinePractice practice(at(morning));
  fails(relais::test::run_tool("", "marchand", "list"), "--address");
  const auto nobody = practice.run("", "list");
  fails(nobody, "--account");
  works(practice.run("", "--account admin account list"), "admin");
}

namespace {

const relais::worklist::Scope recall_scope{"vaccine-recall", "vaccine-recall", {"", "p-1", "marchand"}};
const std::string recall_item = relais::worklist::item_id({recall_scope, "vaccine-visit"});

// A patient, the finding that asks to call her, and something that Relais tells the doctor.
void with_a_recall(relais::practice::Database& database, relais::practice::Ledger& ledger) {
  relais::practice::WorklistStore store(database, ledger);
  const auto begun = database.write([&](relais::practice::Transaction& tx) {
    v1::Patient patient;
    patient.set_id("p-1");
    patient.mutable_traits()->set_birth_date("1980-01-07");
    relais::records::put(tx, patient);
    REQUIRE(relais::practice::tell(tx, {"marchand", "essai", "fp-1", "60", "La fiche de poste finit dans 60 jours."}));
    return store.begin_evaluation(tx, recall_scope);
  });
  REQUIRE(begun);
  relais::worklist::Finding finding;
  finding.kind = "vaccine-visit";
  finding.title = "Vaccins : 1 en retard";
  finding.category = relais::worklist::Category::normal;
  finding.data_level = 2;
  relais::worklist::Reply reply;
  reply.scope = recall_scope;
  reply.slice_version = *begun;
  reply.basis = {"1.0.0", "slice", "fp-1", 1};
  reply.findings = {finding};
  REQUIRE(store.apply(reply));
}

std::string line_in(const relais::test::Said& said) {
  INFO(said.text);
  REQUIRE(said.status == 0);
  return said.text.substr(0, said.text.find('\n'));
}

struct Recalls {
  CommandLinePractice practice{at(morning), with_a_recall};
  Recalls() { open_desk(practice); }
  relais::test::Said doctor(const std::string& arguments) const { return practice.run("marchand", arguments); }
  std::string booked(const std::string& start) const {
    const auto hold = id_in(doctor("agenda hold agenda-marchand " + start + " p-1 --minutes 15"));
    return id_in(doctor("agenda confirm " + hold));
  }
};

}  // namespace

TEST_CASE("a slot is held confirmed moved cancelled and attended at the command line") {
  Recalls desk;
  works(desk.doctor("agenda list"), "agenda-marchand      marchand     Cabinet d'essai ; 6 rappels par jour ; version 1");
  works(desk.doctor("agenda types"), "");
  const auto held = desk.doctor("agenda hold agenda-marchand 2027-03-01T09:00 p-1 --minutes 15");
  works(held, "retenu jusqu'au 01/03/2027 08:10");
  works(desk.doctor("agenda holds"), "01/03/2027 09:00  agenda-marchand      p-1        retenu par marchand");
  const auto first = desk.doctor("agenda confirm " + id_in(held) + " --reason contrôle");
  works(first, "01/03/2027 09:00  15 min");
  CHECK(first.says("confirmé"));
  fails(desk.doctor("agenda hold agenda-marchand 2027-03-01T09:00 p-1 --minutes 15"), "scheduling.taken");
  fails(desk.doctor("agenda hold agenda-marchand 2027-03-07T09:00 p-1 --minutes 15"), "scheduling.outside-hours");
  fails(desk.doctor("agenda hold agenda-marchand demain p-1"), "Date illisible");

  const auto other = id_in(desk.doctor("agenda hold agenda-marchand 2027-03-01T10:00 p-1 --for " + id_in(first)));
  const auto moved = desk.doctor("agenda move " + id_in(first) + " " + other);
  works(moved, "01/03/2027 10:00");
  works(desk.doctor("agenda appointments --patient p-1"), "déplacé");
  fails(desk.doctor("agenda no-show " + id_in(first)), "scheduling.over");
  works(desk.doctor("agenda came " + id_in(moved)), "honoré");
  fails(desk.doctor("agenda cancel " + id_in(moved)), "scheduling.over");

  works(desk.doctor("agenda no-show " + desk.booked("2027-03-01T11:00")), "manqué");
  works(desk.doctor("agenda cancel " + desk.booked("2027-03-02T09:00")), "annulé");
  const auto given_back = id_in(desk.doctor("agenda hold agenda-marchand 2027-03-02T09:00 p-1"));
  works(desk.doctor("agenda release " + given_back), "");
  fails(desk.doctor("agenda confirm " + given_back), "scheduling.lapsed");
  fails(desk.doctor("agenda hours " + desk.practice.file("wrong.yaml", "id: a\nhoraire: []\n")), "cli.file");
  fails(desk.doctor("agenda propose --item " + recall_item), "relais.invalid-argument");
  fails(desk.doctor("agenda propose --item inconnu"), "relais.not-found");
}

TEST_CASE("an agenda goes out as a file and what is kept elsewhere comes in as busy time") {
  Recalls desk;
  const auto booking = desk.booked("2027-03-02T09:00");
  const auto out = desk.doctor("agenda export agenda-marchand --from 2027-03-01 --until 2027-03-05");
  works(out, "BEGIN:VCALENDAR");
  CHECK(out.says("SUMMARY:RDV"));
  works(desk.doctor("agenda export agenda-marchand --format fhir --from 2027-03-01 --until 2027-03-05"), "\"Appointment\"");
  const auto path = desk.practice.file("out.ics", "");
  works(desk.doctor("agenda export agenda-marchand --from 2027-03-01 --until 2027-03-05 --output " + path),
        "1 rendez-vous écrits dans");
  fails(desk.doctor("agenda export nulle-part --from 2027-03-01 --until 2027-03-05"), "(");

  const auto busy = desk.practice.file(
      "busy.ics",
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//essai//FR\r\nBEGIN:VEVENT\r\nUID:e-1\r\nDTSTAMP:20270301T070000Z\r\n"
      "DTSTART:20270302T080000Z\r\nDTEND:20270302T090000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
  const auto in = desk.doctor("agenda import " + busy + " --schedule agenda-marchand --source essai");
  works(in, "1 ajouté(s), 0 remplacé(s), 0 retiré(s)");
  CHECK(in.says("À régler : " + booking + " tombe maintenant sur un temps occupé ailleurs."));
  works(desk.doctor("agenda import " + busy + " --schedule agenda-marchand --source essai"), "1 inchangé(s)");
  fails(desk.doctor("agenda import " + desk.practice.file("not.ics", "bonjour") + " --schedule agenda-marchand --source essai"),
        "scheduling.ical.");
  fails(desk.doctor("agenda import /nulle/part.ics --schedule agenda-marchand --source essai"), "relais.io");
}

TEST_CASE("calls to a patient and the message that follows are kept at the command line") {
  Recalls desk;
  works(desk.doctor("list"), "Vaccins : 1 en retard");
  works(desk.doctor("contact rule --tries 2"), "2 essai(s)");
  works(desk.doctor("contact rule"), "2 essai(s)");
  fails(desk.doctor("contact rule --tries 11"), "relais.invalid-argument");
  works(desk.doctor("contact add " + recall_item + " --answer a-rappeler --when 2027-03-01T17:00 --comment travaille"),
        "marchand : a-rappeler (noté), rappeler le 01/03/2027 17:00 — travaille");
  fails(desk.doctor("contact add " + recall_item + " --answer accepte"), "contact.answer");
  fails(desk.doctor("contact add " + recall_item + " --answer accepte --booking booking-0"), "contact.not-booked");

  works(desk.doctor("message put rdv --title Rendez-vous --body 'Votre rendez-vous : {date} à {heure}, {lieu}.'"),
        "rdv version 1");
  fails(desk.doctor("message put rdv2 --title Rendez-vous --body 'Pour {nom}'"), "message.unknown-field");
  works(desk.doctor("message list"), "marchand / rdv (version 1) : Rendez-vous");
  const auto booking = desk.booked("2027-03-02T09:00");
  works(desk.doctor("message prepare " + recall_item + " --text rdv --booking " + booking), "mardi 2 mars 2027");
  fails(desk.doctor("message prepare " + recall_item + " --text autre --booking " + booking), "message.template");
  const auto accepted = desk.doctor("contact add " + recall_item + " --answer accepte --booking " + booking);
  works(accepted, "accepte (");
  const auto calls = desk.doctor("contact list " + recall_item);
  works(calls, "rendez-vous " + booking);
  CHECK(calls.says("a-rappeler"));
  CHECK(calls.says("Message préparé par marchand"));
  fails(desk.doctor("contact list inconnu"), "relais.not-found");
}

TEST_CASE("a vaccination is entered corrected settled and withdrawn at the command line") {
  Recalls desk;
  works(desk.doctor("vaccine conflicts"), "Rien à trancher.");
  const auto first = desk.doctor("vaccine add p-1 --label Repevax --on 2020-05-04 --lot A1 --seen carnet");
  works(first, "2020-05-04 Repevax, lot A1 ; vu sur carnet");
  works(desk.doctor("vaccine list p-1"), "2020-05-04 Repevax, lot A1");
  fails(desk.doctor("vaccine add p-1 --label Repevax --on 2030-01-01 --declared"), "immunization.future-date");
  fails(desk.doctor("vaccine add p-0 --label Repevax --on 2020-05-04 --declared"), "practice.unknown-patient");
  const auto corrected = desk.doctor("vaccine correct p-1 " + id_in(first) +
                                     " --reason lot --label Repevax --on 2020-05-04 --lot A2 --seen carnet");
  works(corrected, "lot A2");
  const auto second = desk.doctor("vaccine add p-1 --label Repevax --on 2020-05-05 --lot A2 --seen certificat");
  works(second, "À trancher (p-1)");
  works(desk.doctor("vaccine conflicts p-1"), "À trancher (p-1)");
  works(desk.doctor("vaccine resolve p-1 " + id_in(corrected) + " " + id_in(second) + " deux-actes"), "2020-05-05 Repevax");
  works(desk.doctor("vaccine conflicts p-1"), "Rien à trancher.");
  works(desk.doctor("vaccine withdraw p-1 " + id_in(second) + " --reason doublon"), "");
  CHECK_FALSE(desk.doctor("vaccine list p-1").says("2020-05-05"));
  works(desk.doctor("vaccine list p-1 --errors"), "inscrit par erreur (doublon)");
  fails(desk.doctor("vaccine resolve p-1 imm-0 imm-1 deux-actes"), "relais.not-found");
  fails(desk.doctor("vaccine withdraw p-1 imm-0 --reason erreur"), "relais.not-found");
}

TEST_CASE("rights that end and visits kept elsewhere are entered at the command line") {
  Recalls desk;
  works(desk.doctor("ald list p-1"), "");
  const auto right = desk.doctor("ald put p-1 8 --label diabète --period premiere --from 2022-05-01 --until 2027-04-30");
  works(right, "");
  const auto id = line_in(right);
  CHECK_FALSE(id.empty());
  works(desk.doctor("ald list p-1"), "ALD 8       du 2022-05-01 au 2027-04-30 (notifiée), diabète");
  works(desk.doctor("ald step p-1 contacte --id " + id), "1 ALD");
  works(desk.doctor("ald list p-1"), "contacte le 2027-03-01");
  fails(desk.doctor("ald step p-1 accepte --id " + id), "record.renewal-date");
  fails(desk.doctor("ald put p-0 8 --from 2022-05-01"), "practice.unknown-patient");
  works(desk.doctor("ald draft " + recall_item), "");
  fails(desk.doctor("ald draft inconnu"), "relais.not-found");
  works(desk.doctor("appointment put rdv-9 p-1 2027-03-04T10:30 --minutes 20"), "rdv-9");
  works(desk.doctor("appointment cancel rdv-9"), "");
  fails(desk.doctor("appointment cancel rdv-0"), "relais.not-found");
}

TEST_CASE("a notice is shown until it is marked as seen") {
  Recalls desk;
  const auto told = desk.doctor("notices");
  works(told, "La fiche de poste finit dans 60 jours.");
  const auto from = told.text.find("    ") + 4;
  const auto id = told.text.substr(from, told.text.find('\n', from) - from);
  works(desk.doctor("notices --seen " + id), "La fiche de poste finit dans 60 jours.");
  CHECK_FALSE(desk.doctor("notices").says("60 jours"));
  fails(desk.doctor("notices --seen inconnu"), "relais.not-found");
}

TEST_CASE("trying a plugin that is not installed says so") {
  Recalls desk;
  fails(desk.doctor("plugin replay inconnu"), "relais.not-found");
  fails(desk.doctor("plugin replay " + recall_item), "(plugin.");
  fails(desk.doctor("plugin shadow vaccine-recall 2.0.0"), "relais.not-found");
  fails(desk.doctor("plugin shadow vaccine-recall 2.0.0 --days 400"), "relais.invalid-argument");
  fails(desk.doctor("plugin shadow-live start vaccine-recall 2.0.0"), "relais.not-found");
  fails(desk.doctor("plugin shadow-live show vaccine-recall"), "shadow.none");
  fails(desk.doctor("plugin shadow-live stop vaccine-recall"), "shadow.none");
  fails(desk.practice.run("admin", "plugin shadow-live show vaccine-recall"), "api.role");
}

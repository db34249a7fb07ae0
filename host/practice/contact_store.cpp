// SPDX-License-Identifier: Apache-2.0
#include "practice/contact_store.h"

#include <sodium.h>

#include <array>

#include "practice/ids.h"
#include "practice/query.h"

namespace relais::practice {
namespace {

std::optional<Instant> instant_or_none(std::int64_t ms) {
  return ms == 0 ? std::nullopt : std::optional<Instant>(from_ms(ms));
}

constexpr std::string_view template_columns =
    "SELECT doctor_id, id, version, title, body, written_ms, withdrawn FROM message_template t";

MessageTemplate read_template(const Query& row) {
  return {row.words(0), row.words(1), static_cast<int>(row.number(2)), row.words(3), row.words(4),
          from_ms(row.number(5)), row.number(6) != 0};
}

}  // namespace

Contact add_contact(Transaction& tx, Contact contact) {
  const auto seq = next_number(tx, "contact");
  contact.id = "contact-" + std::to_string(seq);
  contact.at = tx.now();
  Query(tx.sql(),
        "INSERT INTO contact (seq, id, item_id, patient_id, answer, effect, at_ms, by_id, hold_id, booking_id, "
        "call_back_ms, words, unanswered) VALUES (:a, :b, :c, :d, :e, :f, :g, :h, :i, :j, :k, :l, :m)")
      .use(seq)
      .use(contact.id)
      .use(contact.item_id)
      .use(contact.patient_id)
      .use(worklist::name(contact.answer))
      .use(worklist::name(contact.effect))
      .use(to_ms(contact.at))
      .use(contact.by)
      .use(contact.hold_id)
      .use(contact.booking_id)
      .use(contact.call_back ? to_ms(*contact.call_back) : std::int64_t{0})
      .use(contact.comment)
      .use(std::int64_t{contact.unanswered})
      .run();
  return contact;
}

std::vector<Contact> contacts(soci::session& sql, const std::string& item_id) {
  std::vector<Contact> found;
  Query query(sql,
              "SELECT id, item_id, patient_id, answer, effect, at_ms, by_id, hold_id, booking_id, call_back_ms, words, "
              "unanswered FROM contact WHERE item_id = :item ORDER BY seq");
  query.use(item_id);
  while (query.next()) {
    Contact one;
    one.id = query.words(0);
    one.item_id = query.words(1);
    one.patient_id = query.words(2);
    one.answer = worklist::contact_answer(query.text(3)).value_or(one.answer);
    one.effect = worklist::contact_effect(query.text(4)).value_or(one.effect);
    one.at = from_ms(query.number(5));
    one.by = query.words(6);
    one.hold_id = query.words(7);
    one.booking_id = query.words(8);
    one.call_back = instant_or_none(query.number(9));
    one.comment = query.words(10);
    one.unanswered = static_cast<int>(query.number(11));
    found.push_back(std::move(one));
  }
  return found;
}

int unanswered(const std::vector<Contact>& contacts) {
  if (contacts.empty() || contacts.back().effect == worklist::ContactEffect::handed_over) return 0;
  return contacts.back().unanswered;
}

ContactRule contact_rule(soci::session& sql) {
  ContactRule rule;
  Query query(sql, "SELECT most_tries, set_by, set_ms FROM contact_rule ORDER BY seq DESC LIMIT 1");
  if (query.next()) rule = {static_cast<int>(query.number(0)), query.words(1), from_ms(query.number(2))};
  return rule;
}

ContactRule set_contact_rule(Transaction& tx, int most_tries, const std::string& by) {
  Query(tx.sql(), "INSERT INTO contact_rule (seq, most_tries, set_by, set_ms) VALUES (:a, :b, :c, :d)")
      .use(next_number(tx, "contact_rule"))
      .use(std::int64_t{most_tries})
      .use(by)
      .use(to_ms(tx.now()))
      .run();
  return {most_tries, by, tx.now()};
}

std::vector<MessageTemplate> message_templates(soci::session& sql, const std::string& doctor_id) {
  std::vector<MessageTemplate> found;
  Query query(sql, std::string(template_columns) +
                       " WHERE (:a = '' OR doctor_id = :b) AND version = (SELECT MAX(version) FROM message_template m "
                       "WHERE m.doctor_id = t.doctor_id AND m.id = t.id) ORDER BY doctor_id, id");
  query.use(doctor_id).use(doctor_id);
  while (query.next()) found.push_back(read_template(query));
  return found;
}

MessageTemplate message_template(soci::session& sql, const std::string& doctor_id, const std::string& id) {
  Query query(sql, std::string(template_columns) +
                       " WHERE doctor_id = :a AND id = :b ORDER BY version DESC LIMIT 1");
  query.use(doctor_id).use(id);
  return query.next() ? read_template(query) : MessageTemplate{};
}

MessageTemplate add_message_template(Transaction& tx, MessageTemplate written) {
  written.version = message_template(tx.sql(), written.doctor_id, written.id).version + 1;
  written.written = tx.now();
  Query(tx.sql(),
        "INSERT INTO message_template (doctor_id, id, version, title, body, written_ms, withdrawn) "
        "VALUES (:a, :b, :c, :d, :e, :f, :g)")
      .use(written.doctor_id)
      .use(written.id)
      .use(std::int64_t{written.version})
      .use(written.title)
      .use(written.body)
      .use(to_ms(written.written))
      .use(std::int64_t{written.withdrawn ? 1 : 0})
      .run();
  return written;
}

MessageDraft add_message_draft(Transaction& tx, MessageDraft draft) {
  const auto seq = next_number(tx, "message_draft");
  draft.id = "draft-" + std::to_string(seq);
  draft.at = tx.now();
  Query(tx.sql(),
        "INSERT INTO message_draft (seq, id, item_id, booking_id, doctor_id, template_id, template_version, body, "
        "prepared_by, prepared_ms) VALUES (:a, :b, :c, :d, :e, :f, :g, :h, :i, :j)")
      .use(seq)
      .use(draft.id)
      .use(draft.item_id)
      .use(draft.booking_id)
      .use(draft.doctor_id)
      .use(draft.template_id)
      .use(std::int64_t{draft.template_version})
      .use(draft.body)
      .use(draft.by)
      .use(to_ms(draft.at))
      .run();
  return draft;
}

std::vector<MessageDraft> message_drafts(soci::session& sql, const std::string& item_id) {
  std::vector<MessageDraft> found;
  Query query(sql,
              "SELECT id, item_id, booking_id, doctor_id, template_id, template_version, body, prepared_by, prepared_ms "
              "FROM message_draft WHERE item_id = :item ORDER BY seq");
  query.use(item_id);
  while (query.next()) {
    found.push_back({query.words(0), query.words(1), query.words(2), query.words(3), query.words(4),
                     static_cast<int>(query.number(5)), query.words(6), query.words(7), from_ms(query.number(8))});
  }
  return found;
}

std::optional<std::string> agenda_office(soci::session& sql) {
  Query query(sql, "SELECT uuid FROM agenda_office");
  return query.next() ? std::optional(query.words(0)) : std::nullopt;
}

std::string make_agenda_office(Transaction& tx) {
  if (auto made = agenda_office(tx.sql())) return *made;
  std::array<unsigned char, 16> bytes{};
  randombytes_buf(bytes.data(), bytes.size());
  constexpr unsigned char version_4 = 0x40, variant = 0x80;
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | version_4);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | variant);
  std::array<char, 2 * 16 + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), bytes.data(), bytes.size());
  const std::string text(hex.data());
  const auto uuid = text.substr(0, 8) + "-" + text.substr(8, 4) + "-" + text.substr(12, 4) + "-" + text.substr(16, 4) +
                    "-" + text.substr(20);
  Query(tx.sql(), "INSERT INTO agenda_office (uuid, made_ms) VALUES (:a, :b)").use(uuid).use(to_ms(tx.now())).run();
  return uuid;
}

}  // namespace relais::practice

// SPDX-License-Identifier: Apache-2.0
#include "api/notices.h"

#include "api/idempotency.h"
#include "api/page.h"

namespace relais::api {
namespace {

Answer<v1::ListNoticesResponse> list(const PracticeServices& context, Call& call,
                                     const v1::ListNoticesRequest& request) {
  const auto page = read_page(call, request);
  if (!page) return tl::unexpected<Failure>(page.error());
  auto told = context.database.read([&](soci::session& sql) -> Result<std::vector<practice::Notice>> {
    return practice::notices(sql, call.caller.id);
  });
  if (!told) return refuse(told.error());
  v1::ListNoticesResponse response;
  const auto cut = cut_page(*page, std::move(*told), *response.mutable_next_page_token());
  if (!cut) return tl::unexpected<Failure>(cut.error());
  for (const auto& notice : *cut) *response.add_notices() = to_proto(notice);
  return response;
}

Answer<v1::MarkNoticeSeenResponse> mark(const PracticeServices& context, Call& call,
                                        const v1::MarkNoticeSeenRequest& request) {
  return write_once<v1::MarkNoticeSeenResponse>(
      context.database, call, request, [&](practice::Transaction& tx) -> Answer<v1::MarkNoticeSeenResponse> {
        const auto seen = practice::mark_notice_seen(tx, call.caller.id, request.notice_id());
        if (!seen) return refuse(seen.error());
        v1::MarkNoticeSeenResponse response;
        *response.mutable_notice() = to_proto(*seen);
        return response;
      });
}

}  // namespace

v1::Notice to_proto(const practice::Notice& notice) {
  v1::Notice made;
  made.set_id(notice.id);
  made.set_kind(notice.kind);
  made.set_about(notice.about);
  made.set_sentence(notice.sentence);
  made.set_created_ms(practice::to_ms(notice.created));
  if (notice.seen) made.set_seen_ms(practice::to_ms(*notice.seen));
  return made;
}

void register_notices(Registry& registry, const PracticeServices& context) {
  registry.unary<v1::ListNoticesRequest, v1::ListNoticesResponse>(
      "WorklistService.ListNotices",
      [&context](Call& call, const v1::ListNoticesRequest& request) { return list(context, call, request); });
  registry.unary<v1::MarkNoticeSeenRequest, v1::MarkNoticeSeenResponse>(
      "WorklistService.MarkNoticeSeen",
      [&context](Call& call, const v1::MarkNoticeSeenRequest& request) { return mark(context, call, request); });
}

}  // namespace relais::api

// SPDX-License-Identifier: Apache-2.0
#include "api/worklist_watch.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <tuple>
#include <vector>

#include "api/domain_words.h"
#include "api/notices.h"
#include "api/worklist_view.h"

namespace relais::api {
namespace {

using practice::WorklistStore;

// Changes are told by a signal and read from the feed: a missed or doubled wake-up loses nothing. A wake-up without a
// change (the server's regular one) looks again at what was sent, because a right may have ended.
class Watch final : public Stream {
 public:
  Watch(const PracticeServices& context, const Caller& caller, const v1::WatchItemsRequest& request)
      : context_(context),
        account_(caller.id),
        view_(context, caller),
        filter_(view_.filter(request.doctor_id(), request.task_id())) {}
  ~Watch() override {
    if (listener_ != 0) context_.worklist.signal().remove(listener_);
  }

  void start(std::function<void()> wake) override { listener_ = context_.worklist.signal().add(std::move(wake)); }

  Answer<Pulled> pull(Call& call) override {
    if (waiting_.empty()) {
      if (const auto read = started_ ? changes() : snapshot(); !read) return refuse(read.error());
      // One entry for the whole batch.
      for (const auto& change : waiting_) {
        if (change.kind() == v1::WatchItemsResponse::KIND_ITEM) call.read(change.item().id());
        if (change.kind() == v1::WatchItemsResponse::KIND_NOT_EVALUATED) {
          call.read("not-evaluated/" + change.not_evaluated().subject().item_id());
        }
      }
    }
    if (waiting_.empty()) return Pulled{};
    Pulled next;
    next.message = std::make_unique<v1::WatchItemsResponse>(std::move(waiting_.front()));
    waiting_.pop_front();
    return next;
  }

 private:
  using ScopeKey = std::tuple<std::string, std::string, std::string>;  // plugin, task, item

  // What was read in one snapshot of the database; rights are asked afterwards, outside it.
  struct Read {
    std::int64_t position = 0;
    std::vector<worklist::Item> items;
    std::vector<worklist::NotEvaluated> not_evaluated;
    bool changed = false;
    bool evaluations = false;
    std::vector<std::string> left;  // out of the filter now
    std::vector<practice::Notice> notices;
  };

  Result<void> snapshot() {
    auto read = context_.database.read([&](soci::session& sql) -> Result<Read> {
      return Read{WorklistStore::last_change(sql), WorklistStore::items(sql, filter_),
                  WorklistStore::not_evaluated(sql, filter_), true, true, {}, practice::notices(sql, account_)};
    });
    if (!read) return tl::unexpected<Error>(read.error());
    std::vector<worklist::Item> critical;
    std::vector<worklist::Item> others;
    for (auto& row : worklist::ordered(read->items, {}, view_.calendar(), context_.clock.now())) {
      if (!row.item) continue;
      (row.item->finding.category == worklist::Category::critique ? critical : others).push_back(std::move(*row.item));
    }
    if (auto told = tell_items(critical, true); !told) return told;
    if (auto told = tell_not_evaluated(read->not_evaluated); !told) return told;
    if (auto told = tell_items(others, true); !told) return told;
    waiting_.emplace_back().set_kind(v1::WatchItemsResponse::KIND_SNAPSHOT_END);
    tell_notices(read->notices);
    position_ = read->position;
    started_ = true;
    return {};
  }

  Result<void> changes() {
    const auto read = context_.database.read([&](soci::session& sql) -> Result<Read> {
      Read now;
      now.position = position_;
      std::set<std::string> ids;
      for (const auto& change : WorklistStore::changes_since(sql, position_)) {
        now.position = change.seq;
        now.changed = true;
        if (!change.item_id.empty()) ids.insert(change.item_id);
        if (change.scope_id == practice::notice_scope(account_)) now.notices = practice::notices(sql, account_);
        if (!change.scope_id.empty()) now.evaluations = true;
      }
      // Woken without a change: what was sent is looked at again, because a right may have ended.
      for (const auto& id : now.changed ? ids : sent_) {
        auto item = WorklistStore::item(sql, id);
        if (!item) return tl::unexpected<Error>(item.error());
        if (in_filter(*item)) {
          now.items.push_back(std::move(*item));
        } else {
          now.left.push_back(id);
        }
      }
      if (now.evaluations) now.not_evaluated = WorklistStore::not_evaluated(sql, filter_);
      return now;
    });
    if (!read) return tl::unexpected<Error>(read.error());
    for (const auto& id : read->left) tell_removed(id);
    if (auto told = tell_items(read->items, read->changed); !told) return told;
    if (read->evaluations) {
      if (auto told = tell_not_evaluated(read->not_evaluated); !told) return told;
    }
    tell_notices(read->notices);
    position_ = read->position;
    return {};
  }

  // Those not told on this stream yet.
  void tell_notices(const std::vector<practice::Notice>& notices) {
    for (const auto& notice : notices) {
      if (!notices_.insert({notice.id, notice.created}).second) continue;
      auto& change = waiting_.emplace_back();
      change.set_kind(v1::WatchItemsResponse::KIND_NOTICE);
      *change.mutable_notice() = api::to_proto(notice);
    }
  }

  // Sends the visible ones when they are new (`send`), and says which were visible and no longer are.
  Result<void> tell_items(const std::vector<worklist::Item>& items, bool send) {
    std::vector<std::pair<const worklist::Item*, v1::DataLevel>> visible;
    for (const auto& item : items) {
      const auto right = view_.right(item);
      if (!right) return tl::unexpected<Error>(right.error());
      if (right->visible) {
        if (send) visible.emplace_back(&item, right->shown);
      } else {
        tell_removed(item.id);
      }
    }
    if (visible.empty()) return {};
    return context_.database.read([&](soci::session& sql) -> Result<void> {
      for (const auto& [item, shown] : visible) waiting_.push_back(item_change(view_.show(*item, shown, sql)));
      return {};
    });
  }

  // Nothing for an item that was never sent: its id would tell of another doctor's list.
  void tell_removed(const std::string& id) {
    if (sent_.erase(id) == 0) return;
    auto& removed = waiting_.emplace_back();
    removed.set_kind(v1::WatchItemsResponse::KIND_REMOVED_FROM_VIEW);
    removed.set_removed_item_id(id);
  }

  bool in_filter(const worklist::Item& item) const {
    const auto& scope = item.key.scope;
    const auto& doctors = filter_.doctor_ids;
    const auto& tasks = filter_.tasks;
    const bool task = tasks.empty() || std::find(tasks.begin(), tasks.end(), scope.task) != tasks.end();
    const bool doctor = doctors.empty() || scope.subject.doctor_id.empty() ||
                        std::find(doctors.begin(), doctors.end(), scope.subject.doctor_id) != doctors.end() ||
                        (!filter_.assigned_to.empty() && item.assigned_to == filter_.assigned_to);
    return task && doctor;
  }

  v1::WatchItemsResponse item_change(v1::WorklistItem item) {
    sent_.insert(item.id());
    v1::WatchItemsResponse change;
    change.set_kind(v1::WatchItemsResponse::KIND_ITEM);
    *change.mutable_item() = std::move(item);
    return change;
  }

  // Those not told yet, or since another instant than told.
  Result<void> tell_not_evaluated(const std::vector<worklist::NotEvaluated>& entries) {
    std::map<ScopeKey, Instant> now;
    std::vector<const worklist::NotEvaluated*> fresh;
    for (const auto& entry : entries) {
      const auto sees = view_.sees(entry);
      if (!sees) return tl::unexpected<Error>(sees.error());
      if (!*sees) continue;
      const ScopeKey key{entry.scope.plugin, entry.scope.task, entry.scope.subject.item_id};
      now.emplace(key, entry.since);
      const auto told = not_evaluated_.find(key);
      if (told == not_evaluated_.end() || told->second != entry.since) fresh.push_back(&entry);
    }
    not_evaluated_ = std::move(now);
    if (fresh.empty()) return {};
    return context_.database.read([&](soci::session& sql) -> Result<void> {
      for (const auto* entry : fresh) {
        auto& change = waiting_.emplace_back();
        change.set_kind(v1::WatchItemsResponse::KIND_NOT_EVALUATED);
        *change.mutable_not_evaluated() = view_.show(*entry, sql);
      }
      return {};
    });
  }

  const PracticeServices& context_;
  const std::string account_;
  const WorklistView view_;
  const practice::WorklistFilter filter_;
  std::int64_t listener_ = 0;
  bool started_ = false;
  std::int64_t position_ = 0;
  std::set<std::string> sent_;
  std::map<ScopeKey, Instant> not_evaluated_;
  std::set<std::pair<std::string, Instant>> notices_;
  std::deque<v1::WatchItemsResponse> waiting_;
};

}  // namespace

std::shared_ptr<Stream> watch_items(const PracticeServices& context, const Caller& caller,
                                    const v1::WatchItemsRequest& request) {
  return std::make_shared<Watch>(context, caller, request);
}

}  // namespace relais::api

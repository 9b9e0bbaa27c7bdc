#include "pipeline/remove.h"

#include <algorithm>
#include <map>

#include "store/reader.h"

namespace hanfact::pipeline {

Result<Selected> Select(const Selection& selection, store::Database& database) {
  store::Reader reader(database);
  std::map<int64_t, Selected::DocumentName> documents;
  std::map<std::pair<std::string, std::string>, bool> rejects;
  auto add = [&](const std::string& where, const std::string& value) -> Result<size_t> {
    auto rows =
        reader.Query("SELECT no, document_id, locator FROM document_rows WHERE " + where, {value});
    if (!rows.ok()) return rows.error();
    for (const store::Row& row : *rows) {
      const int64_t no = std::stoll(row[0].second.text);
      documents[no] = {no, row[1].second.text, row[2].second.text};
    }
    return rows->size();
  };
  auto add_rejects = [&](const std::string& where,
                         const std::vector<std::string>& values) -> Status {
    auto rows = reader.Query("SELECT locator, sha256 FROM rejects WHERE " + where, values);
    if (!rows.ok()) return rows.error();
    for (const store::Row& row : *rows) {
      rejects[{row[0].second.text, row[1].second.text}] = true;
    }
    return Done{};
  };
  for (const std::string& id : selection.documents) {
    auto n = add("document_id = ?1", id);
    if (!n.ok()) return n.error();
    if (*n == 0) return Error{id + ": no such document in this database; nothing was removed"};
  }
  for (const auto& [where, values] :
       {std::pair("site = ?1", selection.sites), std::pair("source = ?1", selection.sources),
        std::pair("no IN (SELECT document_no FROM input_rows WHERE locator GLOB ?1)",
                  selection.locators)}) {
    for (const std::string& value : values) {
      if (auto n = add(where, value); !n.ok()) return n.error();
    }
  }
  for (const std::string& glob : selection.locators) {
    if (auto status = add_rejects("locator GLOB ?1", {glob}); !status.ok()) return status.error();
  }
  if (selection.rejects) {
    if (auto status = add_rejects("1", {}); !status.ok()) return status.error();
  }
  Selected out;
  for (auto& [no, document] : documents) out.documents.push_back(std::move(document));
  std::sort(out.documents.begin(), out.documents.end(),
            [](const auto& a, const auto& b) { return a.locator < b.locator; });
  for (const auto& [reject, yes] : rejects) out.rejects.push_back(reject);
  return out;
}

Result<RunSummary> Remove(const Selected& selected, const RunOptions& options,
                          store::Database& database) {
  Batch batch(options, database);
  if (auto status = batch.Start("", ""); !status.ok()) return status.error();
  for (const auto& d : selected.documents) {
    if (auto status = batch.Remove(d.no); !status.ok()) return status.error();
  }
  for (const auto& [locator, sha256] : selected.rejects) {
    if (auto status = batch.RemoveReject(locator, sha256); !status.ok()) return status.error();
  }
  if (auto status = batch.Finish(false); !status.ok()) return status.error();
  return batch.summary();
}

}  // namespace hanfact::pipeline

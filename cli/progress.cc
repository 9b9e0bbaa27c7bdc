#include "cli/progress.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

namespace hanfact::cli {
namespace {

std::atomic<bool> stop_asked = false;

extern "C" void OnSignal(int) {
  if (stop_asked.exchange(true)) ::_exit(130);
}

std::string Megabytes(double bytes) {
  char out[32];
  std::snprintf(out, sizeof out, bytes < 1e8 ? "%.1f MB" : "%.0f MB", bytes / 1e6);
  return out;
}

std::string Duration(double seconds) {
  const auto s = static_cast<int64_t>(seconds);
  if (s >= 3600) return std::to_string(s / 3600) + " h " + std::to_string(s / 60 % 60) + " min";
  if (s >= 60) return std::to_string(s / 60) + " min " + std::to_string(s % 60) + " s";
  return std::to_string(s) + " s";
}

nlohmann::ordered_json ToJson(const pipeline::RunSummary& s, double seconds) {
  nlohmann::ordered_json out = {
      {"inputs", s.inputs},       {"documents", s.documents},  {"same_documents", s.same_documents},
      {"done_before", s.skipped}, {"waiting", s.waiting},      {"rejected", s.rejected},
      {"claims", s.claims},       {"bytes_read", s.bytes_read}};
  if (s.bytes_total > 0) out["bytes_total"] = s.bytes_total;
  out["seconds"] = seconds;
  return out;
}

void LogJson(const char* event, nlohmann::ordered_json fields) {
  nlohmann::ordered_json line = {{"at", Now()}, {"level", "info"}, {"event", event}};
  line.update(fields);
  std::cerr << line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) << '\n';
}

}  // namespace

std::string Count(int64_t n, const char* one, const char* many) {
  return std::to_string(n) + " " + (n == 1 ? one : many);
}

const std::atomic<bool>& CatchSignals() {
  struct sigaction action {};
  action.sa_handler = OnSignal;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  return stop_asked;
}

Progress::Progress(const Common& common)
    : common_(common),
      terminal_(::isatty(STDERR_FILENO) != 0 && common.log_format == "text"),
      start_(std::chrono::steady_clock::now()),
      last_(start_) {}

void Progress::operator()(const pipeline::RunSummary& s) {
  if (common_.quiet) return;
  const auto now = std::chrono::steady_clock::now();
  const auto pause = terminal_ ? std::chrono::milliseconds(200) : std::chrono::milliseconds(10000);
  if (now - last_ < pause) return;
  last_ = now;
  const double seconds = std::max(Seconds(), 0.001);
  if (common_.log_format == "json") {
    LogJson("progress", ToJson(s, seconds));
    return;
  }
  const auto read = static_cast<double>(s.bytes_read);
  std::string line = Count(s.inputs, "input", "inputs") + ", ";
  if (s.bytes_total > 0) {
    const auto total = static_cast<double>(s.bytes_total);
    line += Megabytes(read) + " of " + Megabytes(total) + ", ";
  }
  line += Megabytes(read / seconds) + "/s, ";
  if (s.bytes_total > s.bytes_read && s.bytes_read > 0) {
    const auto left = static_cast<double>(s.bytes_total - s.bytes_read);
    line += Duration(left / read * seconds) + " left, ";
  }
  line += Count(s.claims, "claim", "claims") + ", " + Count(s.rejected, "reject", "rejects");
  if (terminal_) {
    std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
    drawn_ = true;
  } else {
    LogInfo(common_, line);
  }
}

void Progress::Clear() {
  if (drawn_) std::fprintf(stderr, "\r\x1b[K");
  drawn_ = false;
}

double Progress::Seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

void LogSummary(const Common& common, const pipeline::RunSummary& s, const std::string& db,
                double seconds, bool dry) {
  if (common.quiet) return;
  seconds = std::max(seconds, 0.001);
  if (common.log_format == "json") {
    auto fields = ToJson(s, seconds);
    fields["rejects_by_stage"] = s.rejects_by_stage;
    if (!dry) {
      fields["facts"] = s.facts;
      fields["conflicts"] = s.conflicts;
    }
    for (const auto& [rule, c] : s.changes) {
      fields["changes"][rule] = {{"added", c.added}, {"lost", c.lost}, {"changed", c.changed}};
    }
    LogJson(dry ? "dry_run" : "summary", std::move(fields));
    return;
  }
  std::string line = std::string(dry ? "would be done, nothing was written: " : "") +
                     Count(s.inputs, "input", "inputs") + ": " +
                     Count(s.documents, "document", "documents") + " with " +
                     Count(s.claims, "claim", "claims");
  if (s.same_documents > 0) line += ", " + std::to_string(s.same_documents) + " the same document";
  if (s.skipped > 0) line += ", " + std::to_string(s.skipped) + " done before";
  if (s.waiting > 0) {
    line +=
        ", " + std::to_string(s.waiting) + " done with other rules (--reprocess does them anew)";
  }
  line += ", " + Count(s.rejected, "reject", "rejects");
  if (s.rejected > 0) {
    line += " (";
    bool first = true;
    for (const auto& [stage, n] : s.rejects_by_stage) {
      if (!first) line += ", ";
      first = false;
      line += stage + " " + std::to_string(n);
    }
    line += dry ? ")" : "; hanfact stats --rejects --db " + db + " lists them)";
  }
  if (!dry) {
    line += "; the database has " + Count(s.facts, "fact", "facts") + ", " +
            Count(s.conflicts, "conflict", "conflicts");
  }
  char rate[64];
  std::snprintf(rate, sizeof rate, "; %.1f s, %.1f MB/s", seconds,
                static_cast<double>(s.payload_bytes) / 1e6 / seconds);
  LogInfo(common, line + rate);
  if (s.changes.empty()) return;
  // What other rules changed in documents written anew, most first.
  std::vector<std::pair<std::string, store::ClaimChanges>> changes(s.changes.begin(),
                                                                   s.changes.end());
  store::ClaimChanges all;
  auto sum = [](const store::ClaimChanges& c) { return c.added + c.lost + c.changed; };
  std::stable_sort(changes.begin(), changes.end(),
                   [&](const auto& a, const auto& b) { return sum(a.second) > sum(b.second); });
  for (const auto& [rule, c] : changes) {
    all.added += c.added;
    all.lost += c.lost;
    all.changed += c.changed;
  }
  auto text = [](const store::ClaimChanges& c) {
    return std::to_string(c.added) + " added, " + std::to_string(c.lost) + " lost, " +
           std::to_string(c.changed) + " changed";
  };
  LogInfo(common, "claims of documents written anew: " + text(all));
  for (const auto& [rule, c] : changes) LogInfo(common, "  " + rule + ": " + text(c));
}

}  // namespace hanfact::cli

#include "pipeline/annotate.h"

#include <tbb/global_control.h>
#include <tbb/parallel_pipeline.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"

namespace hanfact::cli {
namespace {

constexpr size_t kLinesAtOnce = 64;
using Lines = std::shared_ptr<std::vector<std::string>>;

int Run(const Common& common) {
  auto tools = LoadTools(common);
  if (tools == nullptr) return kCannot;
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism,
                                    static_cast<size_t>(common.Jobs()));
  tbb::parallel_pipeline(
      static_cast<size_t>(common.Jobs()) * 4,
      tbb::make_filter<void, Lines>(tbb::filter_mode::serial_in_order,
                                    [](tbb::flow_control& control) -> Lines {
                                      auto lines = std::make_shared<std::vector<std::string>>();
                                      std::string line;
                                      while (lines->size() < kLinesAtOnce &&
                                             std::getline(std::cin, line)) {
                                        if (line.ends_with('\r')) line.pop_back();
                                        lines->push_back(std::move(line));
                                      }
                                      if (lines->empty()) control.stop();
                                      return lines;
                                    }) &
          tbb::make_filter<Lines, Lines>(tbb::filter_mode::parallel,
                                         [&](Lines lines) {
                                           for (std::string& line : *lines) {
                                             line = pipeline::AnnotateLine(line, *tools);
                                             line += '\n';
                                           }
                                           return lines;
                                         }) &
          tbb::make_filter<Lines, void>(tbb::filter_mode::serial_in_order, [](const Lines& lines) {
            for (const std::string& line : *lines) std::cout << line;
          }));
  return kOk;
}

}  // namespace

void AddAnnotate(CLI::App& app, int& status) {
  auto common = std::make_shared<Common>();
  CLI::App* command =
      app.add_subcommand("annotate", "JSON lines {id, text, …} in, their mentions out");
  AddCommon(*command, *common);
  command->callback([common, &status] { status = Run(*common); });
}

}  // namespace hanfact::cli

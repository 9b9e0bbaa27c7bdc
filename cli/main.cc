// The hanfact program: reads the command line and hands over to one command.
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <clocale>
#include <iostream>

#include "cli/command.h"

int main(int argc, char** argv) {
#ifdef __GLIBC__
  // Groups of articles come and go: what one leaves at the heap's end is the next one's.
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
#endif
  std::ios::sync_with_stdio(false);
  std::cin.tie(nullptr);  // else reading in one thread flushes what another is writing
  CLI::App app{"hanfact: Chinese news articles into a database of dated numeric facts"};
  app.set_version_flag("--version", "hanfact " HANFACT_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(28);
  app.footer(
      "Exit status: 0 done; 1 inputs were rejected under --strict, or verify found a\n"
      "breach; 2 wrong usage; 3 the run could not go on (the same command goes on).");
  int status = hanfact::cli::kOk;
  hanfact::cli::AddIngest(app, status);
  hanfact::cli::AddExtract(app, status);
  hanfact::cli::AddLoad(app, status);
  hanfact::cli::AddAnnotate(app, status);
  hanfact::cli::AddFacts(app, status);
  hanfact::cli::AddReview(app, status);
  hanfact::cli::AddStats(app, status);
  hanfact::cli::AddVerify(app, status);
  hanfact::cli::AddExplain(app, status);
  hanfact::cli::AddRemove(app, status);
  hanfact::cli::AddIndex(app, status);
  hanfact::cli::AddCopy(app, status);
  hanfact::cli::AddLint(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);  // --help, --version
  } catch (const CLI::ParseError& error) {
    std::string message = error.what();
    for (char& c : message) {
      if (c == '\n') c = ' ';
    }
    std::cerr << "hanfact: " << message << " (see hanfact --help)\n";
    return hanfact::cli::kUsage;
  }
  std::cout.flush();
  if (!std::cout) {
    std::cerr << "hanfact: standard output cannot be written to\n";
    return hanfact::cli::kCannot;
  }
  return status;
}

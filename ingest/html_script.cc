#include "ingest/html_script.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "ingest/html_clean.h"

namespace hanfact::ingest {
namespace {

int HexValue(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A JavaScript or JSON string literal without its escapes.
std::string Unescape(std::string_view literal) {
  std::string out;
  out.reserve(literal.size());
  auto hex = [&](size_t at, size_t digits) -> int {
    if (at + digits > literal.size()) return -1;
    int value = 0;
    for (size_t i = 0; i < digits; ++i) {
      const int v = HexValue(literal[at + i]);
      if (v < 0) return -1;
      value = value * 16 + v;
    }
    return value;
  };
  for (size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] != '\\' || i + 1 >= literal.size()) {
      out += literal[i];
      continue;
    }
    const char c = literal[++i];
    switch (c) {
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case 'r':
      case 'b':
      case 'f':
      case '\n':
        break;
      case 'x': {
        const int v = hex(i + 1, 2);
        if (v > 0) AppendUtf8(out, static_cast<char32_t>(v));
        if (v >= 0) i += 2;
        break;
      }
      case 'u': {
        int v = hex(i + 1, 4);
        if (v < 0) break;
        i += 4;
        char32_t code = static_cast<char32_t>(v);
        if (v >= 0xD800 && v <= 0xDBFF && i + 2 < literal.size() && literal[i + 1] == '\\' &&
            literal[i + 2] == 'u') {
          const int low = hex(i + 3, 4);
          if (low >= 0xDC00 && low <= 0xDFFF) {
            code = 0x10000 + ((code - 0xD800) << 10) + static_cast<char32_t>(low - 0xDC00);
            i += 6;
          }
        }
        if (code >= 0xD800 && code <= 0xDFFF) code = 0xFFFD;
        if (code != 0) AppendUtf8(out, code);
        break;
      }
      default:
        out += c;
    }
  }
  return out;
}

// &lt;p&gt; and the like where a page has escaped its markup once more.
std::string UnescapeMarkup(const std::string& text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    if (text[i] == '&') {
      bool done = false;
      for (const auto& [name, value] : {std::pair<std::string_view, char>{"&lt;", '<'},
                                        {"&gt;", '>'},
                                        {"&quot;", '"'},
                                        {"&#34;", '"'},
                                        {"&#39;", '\''},
                                        {"&#x3D;", '='},
                                        {"&amp;", '&'}}) {
        if (std::string_view(text).substr(i, name.size()) == name) {
          out += value;
          i += name.size();
          done = true;
          break;
        }
      }
      if (done) continue;
    }
    out += text[i++];
  }
  return out;
}

// A string literal of a script and the name it has there ("content": "…").
struct Literal {
  size_t begin = 0, end = 0;  // without the quotes
  std::string_view name;      // of the literal before it and a colon; empty for none
};

// Calls `use` for each string literal. Quotes in comments and patterns may be unpaired: literals
// but templates end at the line's end.
template <class Use>
void ForEachLiteral(std::string_view scripts, Use use) {
  std::string_view previous;
  size_t previous_end = 0;
  for (size_t i = 0; i < scripts.size(); ++i) {
    const char quote = scripts[i];
    if (quote != '"' && quote != '\'' && quote != '`') continue;
    size_t end = i + 1;
    while (end < scripts.size() && scripts[end] != quote &&
           (quote == '`' || scripts[end] != '\n')) {
      end += scripts[end] == '\\' ? 2 : 1;
    }
    if (end >= scripts.size()) {
      if (quote == '`') continue;
      break;
    }
    if (scripts[end] != quote) continue;
    Literal literal{i + 1, end, {}};
    size_t p = i;
    while (p > previous_end && (scripts[p - 1] == ' ' || scripts[p - 1] == '\n')) --p;
    if (p > previous_end && scripts[p - 1] == ':' && p - previous_end <= 4) literal.name = previous;
    use(literal);
    previous = scripts.substr(i + 1, end - i - 1);
    previous_end = end + 1;
    i = end;
  }
}

double ScoreOf(std::string_view text) {
  LineCounts counts;
  CountLine(text, counts);
  if (counts.marks == 0) return 0;
  return counts.words * 3.0 + counts.marks * 2.0 + counts.han * 0.2;
}

std::string Beside(std::string_view scripts, size_t begin, size_t end) {
  constexpr size_t kNear = 3000;
  std::string out;
  const size_t from = begin > kNear ? begin - kNear : 0;
  out += scripts.substr(from, begin - from);
  out += '\n';
  out += scripts.substr(end, kNear);
  // Names that are written \u8d75\u9752.
  if (out.find("\\u") == std::string::npos) return out;
  std::string read = Unescape(out);
  return FindInvalidUtf8(read) ? out : read;
}

std::string Paragraphs(std::string_view text) {
  std::string html;
  for (std::string_view line : Split(text, '\n')) {
    html += "<p>";
    html += line;
    html += "</p>";
  }
  return html;
}

// Scores from which on a string is an article: two sentences where its name says so.
constexpr double kEnough = 60, kEnoughNamed = 25;

ScriptArticle Find(std::string_view scripts, const Rules& rules, int depth) {
  constexpr size_t kMinBytes = 200, kMinBlock = 24, kMaxGap = 4000;
  constexpr int kMaxDepth = 2;
  ScriptArticle best;
  double best_score = kEnoughNamed;
  // A run of literals of one name is an article in blocks, unless each has its own title: those
  // are teasers.
  struct Run {
    std::string_view name;
    std::string text;
    double score = 0;
    size_t begin = 0, end = 0, members = 0;
  };
  Run run, best_run;
  auto close_run = [&] {
    if (run.members >= 2 && run.score > best_run.score) best_run = std::move(run);
    run = Run();
  };
  ForEachLiteral(scripts, [&](const Literal& literal) {
    const std::string_view raw = scripts.substr(literal.begin, literal.end - literal.begin);
    const bool title = literal.name == "title" || literal.name == "headline";
    if (title && run.members > 0) close_run();
    if (raw.size() < kMinBlock || title) return;
    std::string text = Unescape(raw);
    if (FindInvalidUtf8(text)) return;
    if (raw.size() > kMinBytes && depth < kMaxDepth && text.find("\":") != std::string::npos) {
      ScriptArticle inner = Find(text, rules, depth + 1);
      const double score = ScoreOf(inner.html);
      if (score > best_score) {
        best_score = score;
        best = std::move(inner);
      }
      return;
    }
    if (text.find("&lt;") != std::string::npos) text = UnescapeMarkup(text);
    const double score = ScoreOf(text);
    if (score <= 0) return;
    if (raw.size() > kMinBytes && score > best_score &&
        (score > kEnough || !rules.FindScriptField(ScriptField::kBody, literal.name).empty())) {
      best_score = score;
      best.beside = Beside(scripts, literal.begin, literal.end);
      best.html = text;
    }
    if (run.members > 0 && (run.name != literal.name || literal.begin - run.end > kMaxGap)) {
      close_run();
    }
    if (run.members == 0) {
      run.name = literal.name;
      run.begin = literal.begin;
    }
    run.end = literal.end;
    run.score += score;
    ++run.members;
    if (!run.text.empty()) run.text += '\n';
    run.text += text;
  });
  close_run();
  // A string that holds most of it is the article, and the others are comments.
  if (best_run.score > kEnough && best_run.score * 0.6 > (best.html.empty() ? 0 : best_score)) {
    best.beside = Beside(scripts, best_run.begin, best_run.end);
    best.html = std::move(best_run.text);
  }
  if (!best.html.empty() && best.html.find('<') == std::string::npos) {
    best.html = Paragraphs(best.html);
  }
  return best;
}

}  // namespace

std::string DecodeScript(std::string_view script) {
  const std::string_view head = Trim(script.substr(0, 64));
  if (!head.starts_with("%7B") && !head.starts_with("%5B") && !head.starts_with("%7b") &&
      !head.starts_with("%5b")) {
    return std::string(script);
  }
  std::string out;
  out.reserve(script.size() / 2);
  for (size_t i = 0; i < script.size(); ++i) {
    if (script[i] == '%' && i + 2 < script.size()) {
      const int high = HexValue(script[i + 1]), low = HexValue(script[i + 2]);
      if (high >= 0 && low >= 0) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += script[i];
  }
  return FindInvalidUtf8(out) ? std::string(script) : out;
}

ScriptArticle EmbeddedArticle(std::string_view scripts, const Rules& rules) {
  return Find(scripts, rules, 0);
}

}  // namespace hanfact::ingest

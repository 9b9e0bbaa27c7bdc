#include "base/document.h"

#include "base/enum_names.h"
#include "base/hash.h"

namespace hanfact {
namespace {
constexpr std::string_view kBlockKinds[] = {"headline", "paragraph", "subhead", "list",
                                            "table",    "caption",   "quote"};
constexpr std::string_view kScripts[] = {"Hans", "Hant", "mixed"};
}  // namespace

std::string_view ToString(BlockKind kind) { return EnumName(kBlockKinds, kind); }
std::optional<BlockKind> ParseBlockKind(std::string_view name) {
  return EnumValue<BlockKind>(kBlockKinds, name);
}
std::string_view ToString(Script script) { return EnumName(kScripts, script); }

std::string MakeDocumentId(std::string_view payload_sha256, std::string_view url,
                           std::string_view external_id) {
  IdentityHash hash;
  hash.Add(payload_sha256);
  if (!url.empty()) hash.Add("url").Add(url);
  if (!external_id.empty()) hash.Add("id").Add(external_id);
  return hash.Hex128();
}

}  // namespace hanfact

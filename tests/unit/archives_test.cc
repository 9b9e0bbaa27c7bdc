// Archives and large data files: what is in them, what their limits refuse, and that nothing of
// them reaches the disk.
#include <archive.h>
#include <archive_entry.h>

#include <clocale>
#include <map>
#include <random>

#include "ingest/reader.h"
#include "testing.h"

namespace hanfact::testing {
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

enum class Form { kZip, kTar, kTarGz };

la_ssize_t AppendTo(struct archive*, void* to, const void* data, size_t size) {
  static_cast<std::string*>(to)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

std::string Pack(const Members& members, Form form) {
  // Writing needs a locale that knows the names; reading must do without.
  std::setlocale(LC_CTYPE, "C.UTF-8");
  struct archive* a = archive_write_new();
  if (form == Form::kZip) archive_write_set_format_zip(a);
  if (form != Form::kZip) archive_write_set_format_pax_restricted(a);
  if (form == Form::kTarGz) archive_write_add_filter_gzip(a);
  archive_write_set_bytes_in_last_block(a, 1);
  std::string out;
  archive_write_open(a, &out, nullptr, AppendTo, nullptr);
  for (const auto& [name, bytes] : members) {
    struct archive_entry* e = archive_entry_new();
    archive_entry_set_pathname(e, name.c_str());
    archive_entry_set_filetype(e, name.ends_with('/') ? AE_IFDIR : AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_size(e, static_cast<la_int64_t>(bytes.size()));
    EXPECT_EQ(archive_write_header(a, e), ARCHIVE_OK) << archive_error_string(a);
    archive_write_data(a, bytes.data(), bytes.size());
    archive_entry_free(e);
  }
  archive_write_close(a);
  archive_write_free(a);
  std::setlocale(LC_CTYPE, "C");
  return out;
}

std::string Compress(const std::string& bytes, int (*filter)(struct archive*)) {
  struct archive* a = archive_write_new();
  archive_write_set_format_raw(a);
  filter(a);
  archive_write_set_bytes_in_last_block(a, 1);
  std::string out;
  archive_write_open(a, &out, nullptr, AppendTo, nullptr);
  struct archive_entry* e = archive_entry_new();
  archive_entry_set_filetype(e, AE_IFREG);
  EXPECT_EQ(archive_write_header(a, e), ARCHIVE_OK) << archive_error_string(a);
  archive_write_data(a, bytes.data(), bytes.size());
  archive_entry_free(e);
  archive_write_close(a);
  archive_write_free(a);
  return out;
}
std::string Gz(const std::string& bytes) { return Compress(bytes, archive_write_add_filter_gzip); }

struct Inputs {
  std::map<std::string, RawArticle> articles;
  std::map<std::string, std::string> rejects;
  [[nodiscard]] std::string List() const {
    std::string out;
    for (const auto& [at, a] : articles) out += at + " " + a.payload.substr(0, 60) + "\n";
    for (const auto& [at, reason] : rejects) out += at + " REJECT " + reason + "\n";
    return out;
  }
};

Inputs ReadInputs(const TempDir& dir, const std::string& name,
                  const ingest::ReaderOptions& options = {}) {
  Inputs out;
  auto reader = ingest::Reader::Open({dir.File(name)}, options);
  EXPECT_TRUE(reader.ok());
  const std::string root = dir.path().string() + "/";
  auto local = [&](const std::string& locator) {
    return locator.starts_with(root) ? locator.substr(root.size()) : locator;
  };
  while (auto input = (*reader)->Next()) {
    if (auto* article = std::get_if<RawArticle>(&*input)) {
      out.articles[local(article->locator)] = std::move(*article);
    } else {
      out.rejects[local(std::get<Reject>(*input).locator)] = std::get<Reject>(*input).reason;
    }
  }
  return out;
}

const std::string kText = "海岳汽车公告，一月销量为5.2万辆，同比增长12%。\n";

TEST(Archives, EveryKindGivesItsMembers) {
  const Members members = {{"a/", ""},
                           {"a/甲.txt", kText},
                           {"a/甲.txt.meta.json", R"({"published": "2025-02-03"})"},
                           {"b.txt.meta.json", R"({"published": "2025-02-04"})"},
                           {"c.jsonl", "{\"text\": \"一\"}\n{\"text\": \"二\"}\n"},
                           {"b.txt", kText},
                           {"p/1.png", "\x89PNG\r\n\x1A\n1"},
                           {"p/2.png", "\x89PNG\r\n\x1A\n2"},
                           {"../../out.txt", kText},
                           {"alone.txt.meta.json", R"({"title": "没有正文"})"}};
  for (Form form : {Form::kZip, Form::kTar, Form::kTarGz}) {
    TempDir dir;
    WriteFile(dir.File("in/x"), Pack(members, form));
    const Inputs in = ReadInputs(dir, "in/x");
    ASSERT_EQ(in.articles.size(), 6u) << in.List();
    ASSERT_TRUE(in.articles.contains("in/x!a/甲.txt")) << in.List();
    EXPECT_EQ(in.articles.at("in/x!a/甲.txt").sidecar.published, "2025-02-03") << in.List();
    EXPECT_EQ(in.articles.at("in/x!b.txt").sidecar.published, "2025-02-04") << in.List();
    EXPECT_EQ(in.articles.at("in/x!b.txt").payload, kText);
    EXPECT_TRUE(in.articles.contains("in/x!c.jsonl#2")) << in.List();
    EXPECT_TRUE(in.articles.contains("in/x!../../out.txt")) << in.List();
    EXPECT_TRUE(in.articles.contains("in/x!alone.txt.meta.json#1")) << in.List();
    ASSERT_EQ(in.rejects.size(), 1u) << in.List();
    EXPECT_TRUE(in.rejects.at("in/x#PNG image").starts_with("2 members")) << in.List();
    // Nothing was written.
    EXPECT_EQ(std::distance(std::filesystem::recursive_directory_iterator(dir.path()), {}), 2);
  }
}

TEST(Archives, CompressedFilesAreReadUnderTheirOwnName) {
  TempDir dir;
  const std::string lines = "{\"text\": \"一\"}\n{\"text\": \"二\"}\n";
  WriteFile(dir.File("in/a.gz"), Gz(lines));
  WriteFile(dir.File("in/b.bz2"), Compress(lines, archive_write_add_filter_bzip2));
  WriteFile(dir.File("in/c.xz"), Compress(lines, archive_write_add_filter_xz));
  WriteFile(dir.File("in/d.zst"), Compress(lines, archive_write_add_filter_zstd));
  WriteFile(dir.File("in/e.gz"), Gz(kText) + Gz(kText));  // two members are one file
  WriteFile(dir.File("in/e.gz.meta.json"), R"({"site": "甲"})");
  WriteFile(dir.File("in/empty.gz"), Gz(""));
  const Inputs in = ReadInputs(dir, "in");
  EXPECT_EQ(in.articles.size(), 9u) << in.List();
  for (const char* name : {"a.gz#2", "b.bz2#2", "c.xz#2", "d.zst#2"}) {
    EXPECT_EQ(in.articles.at(std::string("in/") + name).payload, "二") << in.List();
  }
  EXPECT_EQ(in.articles.at("in/e.gz").payload, kText + kText);
  EXPECT_EQ(in.articles.at("in/e.gz").sidecar.site, "甲");
  EXPECT_EQ(in.rejects.size(), 1u) << in.List();
}

TEST(Archives, ThreeDeepAndNoDeeper) {
  TempDir dir;
  std::string pack = Pack({{"a.txt", kText}}, Form::kTarGz);  // one level
  pack = Pack({{"2", pack}}, Form::kZip);
  pack = Pack({{"3", pack}, {"b.txt", kText}}, Form::kTar);
  WriteFile(dir.File("x"), pack);
  Inputs in = ReadInputs(dir, "x");
  EXPECT_TRUE(in.articles.contains("x!3!2!a.txt")) << in.List();
  EXPECT_TRUE(in.articles.contains("x!b.txt")) << in.List();
  EXPECT_TRUE(in.rejects.empty()) << in.List();
  WriteFile(dir.File("y"), Pack({{"4", pack}, {"c.txt", kText}}, Form::kZip));
  in = ReadInputs(dir, "y");
  EXPECT_TRUE(in.articles.contains("y!4!b.txt")) << in.List();
  EXPECT_TRUE(in.articles.contains("y!c.txt")) << in.List();
  ASSERT_EQ(in.rejects.size(), 1u) << in.List();
  EXPECT_NE(in.rejects.at("y!4!3!2").find("unpack the outer ones"), std::string::npos) << in.List();
}

TEST(Archives, BombsAreLeftAtTheirLimit) {
  TempDir dir;
  const std::string zeros(3 << 20, '0');
  ingest::ReaderOptions options;
  options.limits.ratio_from = 1 << 20;
  // One stream, one archive, archives within an archive, many members.
  WriteFile(dir.File("a.gz"), Gz(zeros));
  WriteFile(dir.File("b.zip"), Pack({{"first.txt", kText}, {"bomb.txt", zeros}}, Form::kZip));
  const std::string inner = Gz(zeros.substr(0, 900 << 10));
  WriteFile(dir.File("c.zip"),
            Pack({{"1", inner}, {"2", inner}, {"3", inner}, {"4", inner}}, Form::kZip));
  Members many;
  for (int i = 0; i < 50; ++i) many.emplace_back(std::to_string(i), kText);
  WriteFile(dir.File("d.zip"), Pack(many, Form::kZip));
  Inputs in = ReadInputs(dir, "a.gz", options);
  EXPECT_TRUE(in.articles.empty());
  ASSERT_EQ(in.rejects.size(), 1u) << in.List();
  EXPECT_NE(in.rejects.at("a.gz").find("250 times its size"), std::string::npos) << in.List();
  in = ReadInputs(dir, "b.zip", options);
  EXPECT_EQ(in.articles.size(), 1u) << in.List();
  EXPECT_NE(in.rejects.at("b.zip!bomb.txt").find("unpack it and give the folder"),
            std::string::npos)
      << in.List();
  in = ReadInputs(dir, "c.zip", options);
  EXPECT_LT(in.articles.size(), 4u);
  EXPECT_EQ(in.rejects.size(), 1u) << in.List();
  options.limits.members = 20;
  in = ReadInputs(dir, "d.zip", options);
  EXPECT_EQ(in.articles.size(), 20u);
  EXPECT_NE(in.rejects.at("d.zip!20").find("more than 20 members"), std::string::npos) << in.List();
  options.limits.bytes = 1000;
  in = ReadInputs(dir, "d.zip", options);
  EXPECT_EQ(in.rejects.size(), 1u) << in.List();
  EXPECT_NE(in.rejects.begin()->second.find("more than 1000 bytes"), std::string::npos);
}

TEST(Archives, DamagedOnesKeepWhatCouldBeRead) {
  TempDir dir;
  Members members;
  std::string lines;
  for (int i = 0; i < 400; ++i) {
    members.emplace_back(std::to_string(i) + ".txt", kText + std::to_string(i * 7919));
  }
  std::mt19937_64 random(7);
  for (int i = 0; i < 10000; ++i) {
    lines += "{\"text\": \"第" + std::to_string(random()) + "号公告\"}\n";
  }
  std::string tar = Pack(members, Form::kTarGz);
  WriteFile(dir.File("a"), tar.substr(0, tar.size() * 3 / 4));
  Inputs in = ReadInputs(dir, "a");
  EXPECT_GT(in.articles.size(), 100u);
  EXPECT_GE(in.rejects.size(), 1u);
  EXPECT_LE(in.rejects.size(), 2u) << in.List();
  const std::string gz = Gz(lines);
  WriteFile(dir.File("b"), gz.substr(0, gz.size() * 3 / 4));
  in = ReadInputs(dir, "b");
  EXPECT_GT(in.articles.size(), 100u);
  EXPECT_NE(in.rejects.at("b").find("cannot be read to its end"), std::string::npos) << in.List();
  // A line that is cut in the middle is a broken record of its own.
  EXPECT_LE(in.rejects.size(), 2u) << in.List();
  WriteFile(dir.File("c"), Gz(kText).substr(0, 40));
  in = ReadInputs(dir, "c");
  EXPECT_TRUE(in.articles.empty()) << in.List();
  EXPECT_EQ(in.rejects.size(), 1u) << in.List();
}

TEST(Archives, OfficePackagesAreNoArchives) {
  TempDir dir;
  WriteFile(dir.File("in/a.docx"),
            Pack({{"[Content_Types].xml", "<x/>"}, {"word/a.xml", kText}}, Form::kZip));
  const Inputs in = ReadInputs(dir, "in");
  EXPECT_TRUE(in.articles.empty()) << in.List();
  EXPECT_TRUE(in.rejects.contains("in#Office document or package")) << in.List();
}

TEST(Reader, GlobsAreExpandedInByteOrder) {
  TempDir dir;
  for (const char* name : {"b.txt", "a.txt", "c.html", "B.txt"}) WriteFile(dir.File(name), kText);
  auto reader = ingest::Reader::Open({dir.File("*.txt")});
  ASSERT_TRUE(reader.ok());
  std::string order;
  while (auto input = (*reader)->Next()) {
    order += std::filesystem::path(std::get<RawArticle>(*input).locator).filename().string() + " ";
  }
  EXPECT_EQ(order, "B.txt a.txt b.txt ");
  EXPECT_FALSE(ingest::Reader::Open({dir.File("*.pdf")}).ok());
}

TEST(Reader, LargeArraysTablesAndLinesAreRecordsOneByOne) {
  TempDir dir;
  std::string array = "[", table = "id,text\n", objects, lines;
  for (int i = 0; i < 30000; ++i) {
    const std::string n = std::to_string(i);
    array +=
        (i > 0 ? ",\n" : "") + std::string("{\"id\": ") + n + ", \"text\": \"第" + n + "号]}\"}";
    table += n + ",\"第" + n + "号，\n\"\"续\"\"\"\n";
    objects += "{\n  \"id\": " + n + ",\n  \"text\": \"第" + n + "号\"\n}\n";
  }
  WriteFile(dir.File("a"), array + "]");
  WriteFile(dir.File("b"), table);
  WriteFile(dir.File("c"), objects);
  Inputs in = ReadInputs(dir, "a");
  EXPECT_EQ(in.articles.size(), 30000u);
  EXPECT_EQ(in.articles.at("a#30000").payload, "第29999号]}");
  in = ReadInputs(dir, "b");
  EXPECT_EQ(in.articles.size(), 30000u);
  EXPECT_EQ(in.articles.at("b#60000").payload, "第29999号，\n\"续\"");
  EXPECT_TRUE(in.rejects.empty());
  in = ReadInputs(dir, "c");
  EXPECT_EQ(in.articles.size(), 30000u);
  EXPECT_TRUE(in.articles.contains("c#119997"));
  EXPECT_TRUE(in.rejects.empty()) << in.List();
}

TEST(Reader, BrokenArraysAndTablesCostTheBrokenRecordOnly) {
  TempDir dir;
  WriteFile(
      dir.File("a"),
      "[{\"text\": \"一\"},\n{\"text\": \"没有完},\n{\"text\": \"二\"}}},\n{\"text\": \"三\"}");
  Inputs in = ReadInputs(dir, "a");
  EXPECT_TRUE(in.articles.contains("a#1")) << in.List();
  EXPECT_TRUE(in.articles.contains("a#4")) << in.List();
  EXPECT_NE(in.List().find("no end ']'"), std::string::npos) << in.List();
  WriteFile(dir.File("b"), "id,text\n1,一\n2,\"没有完\n3,三\n4,四\n");
  in = ReadInputs(dir, "b");
  EXPECT_EQ(in.articles.size(), 3u) << in.List();
  EXPECT_TRUE(in.articles.contains("b#4")) << in.List();
  EXPECT_NE(in.rejects.at("b#3").find("quote"), std::string::npos) << in.List();
}

TEST(Reader, RecordsBeyondTheirLimitAreRefusedAndTheRestIsRead) {
  TempDir dir;
  ingest::ReaderOptions options;
  options.limits.record = 2000;
  options.limits.article = 3000;
  const std::string large(5000, 'x');
  WriteFile(dir.File("a"), "{\"text\": \"" + large + "\"}\n{\"text\": \"二\"}\n");
  WriteFile(dir.File("b"), "[{\"text\": \"" + large + "\"},\n{\"text\": \"二\"}]\n");
  WriteFile(dir.File("c"), large);
  for (const char* name : {"a", "b"}) {
    const Inputs in = ReadInputs(dir, name, options);
    EXPECT_EQ(in.articles.size(), 1u) << in.List();
    EXPECT_NE(in.rejects.at(std::string(name) + "#1").find("larger than"), std::string::npos);
  }
  EXPECT_NE(ReadInputs(dir, "c", options).rejects.at("c").find("larger than"), std::string::npos);
}

TEST(Reader, ARecordMayNameItsOwnLocator) {
  TempDir dir;
  WriteFile(dir.File("a.jsonl"),
            "{\"text\": \"一\", \"locator\": \"feed/7\"}\n{\"text\": \"二\"}\n");
  const Inputs in = ReadInputs(dir, "a.jsonl");
  EXPECT_TRUE(in.articles.contains("feed/7")) << in.List();
  EXPECT_TRUE(in.articles.contains("a.jsonl#2")) << in.List();
}

}  // namespace
}  // namespace hanfact::testing

// Bytes that come in order: from a file, standard input, memory, or out of an archive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace hanfact::ingest {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Up to `size` bytes; 0 at the end and on trouble. May give fewer than there are to come.
  virtual size_t Read(char* to, size_t size) = 0;
  // What ended the stream early, for a person; empty after a true end.
  [[nodiscard]] const std::string& error() const { return error_; }
  // Goes to a byte of the stream and gives true, where the stream can.
  virtual bool Seek(uint64_t /*offset*/) { return false; }
  // Of the whole stream, where it is known without reading.
  [[nodiscard]] virtual uint64_t size() const { return 0; }

 protected:
  void Fail(std::string what) { error_ = std::move(what); }

 private:
  std::string error_;
};

// A file descriptor, closed at the end unless it is standard input. Counts what it reads into
// `count`, which must outlive it.
class FileStream : public ByteStream {
 public:
  // nullptr, with errno set, where the file cannot be opened.
  static std::unique_ptr<FileStream> Open(const std::string& path, uint64_t* count);
  static std::unique_ptr<FileStream> StandardInput(uint64_t* count);
  ~FileStream() override;
  size_t Read(char* to, size_t size) override;
  bool Seek(uint64_t offset) override;
  [[nodiscard]] uint64_t size() const override { return size_; }

 private:
  FileStream(int file, uint64_t size, uint64_t* count) : file_(file), size_(size), count_(count) {}
  int file_;
  uint64_t size_;
  uint64_t* count_;
};

class MemoryStream : public ByteStream {
 public:
  explicit MemoryStream(std::string bytes) : bytes_(std::move(bytes)) {}
  size_t Read(char* to, size_t size) override;
  bool Seek(uint64_t offset) override;
  [[nodiscard]] uint64_t size() const override { return bytes_.size(); }

 private:
  std::string bytes_;
  size_t at_ = 0;
};

// Reads ahead, so that what a stream holds can be told before it is taken.
class Buffered {
 public:
  explicit Buffered(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

  // The next `size` bytes, or all there are if fewer. Valid until the next call that is not const.
  std::string_view Peek(size_t size);
  // What is read ahead already.
  [[nodiscard]] std::string_view ready() const { return std::string_view(buffer_).substr(begin_); }
  // One more piece of the stream behind what is ready; false at the end.
  bool More();
  // Takes bytes that are ready.
  void Skip(size_t size);
  // Puts bytes back that were taken just now, to be read again.
  void Unread(std::string_view bytes);
  // Takes up to `size` bytes.
  size_t Read(char* to, size_t size);
  // Takes all up to the end into `out`; false where that is more than `limit` bytes.
  bool ReadAll(size_t limit, std::string& out);

  // Takes one line without its break; false at the end. Of a line longer than `limit` only that
  // much is kept, and `cut` is set.
  bool ReadLine(size_t limit, std::string& line, bool& cut);

  // Bytes taken so far.
  [[nodiscard]] uint64_t offset() const { return offset_; }
  // Goes to a byte of the stream, dropping what is ready; false where the stream cannot.
  bool Seek(uint64_t offset);
  [[nodiscard]] const std::string& error() const { return stream_->error(); }
  [[nodiscard]] ByteStream& stream() { return *stream_; }

 private:
  std::unique_ptr<ByteStream> stream_;
  std::string buffer_;
  size_t begin_ = 0;
  uint64_t offset_ = 0;
  bool ended_ = false;
};

}  // namespace hanfact::ingest

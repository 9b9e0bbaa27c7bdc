#include "ingest/byte_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hanfact::ingest {
namespace {

constexpr size_t kPiece = 256 * 1024;

}  // namespace

std::unique_ptr<FileStream> FileStream::Open(const std::string& path, uint64_t* count) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return nullptr;
  struct stat info {};
  const bool plain = ::fstat(file, &info) == 0 && S_ISREG(info.st_mode);
  return std::unique_ptr<FileStream>(
      new FileStream(file, plain ? static_cast<uint64_t>(info.st_size) : 0, count));
}

std::unique_ptr<FileStream> FileStream::StandardInput(uint64_t* count) {
  return std::unique_ptr<FileStream>(new FileStream(STDIN_FILENO, 0, count));
}

FileStream::~FileStream() {
  if (file_ != STDIN_FILENO) ::close(file_);
}

size_t FileStream::Read(char* to, size_t size) {
  while (true) {
    const ssize_t n = ::read(file_, to, size);
    if (n >= 0) {
      *count_ += static_cast<uint64_t>(n);
      return static_cast<size_t>(n);
    }
    if (errno == EINTR) continue;
    Fail(std::strerror(errno));
    return 0;
  }
}

bool FileStream::Seek(uint64_t offset) {
  return size_ > 0 && ::lseek(file_, static_cast<off_t>(offset), SEEK_SET) >= 0;
}

size_t MemoryStream::Read(char* to, size_t size) {
  const size_t n = std::min(size, bytes_.size() - at_);
  std::memcpy(to, bytes_.data() + at_, n);
  at_ += n;
  return n;
}

bool MemoryStream::Seek(uint64_t offset) {
  if (offset > bytes_.size()) return false;
  at_ = offset;
  return true;
}

bool Buffered::More() {
  if (ended_) return false;
  if (begin_ > 0 && begin_ >= buffer_.size() / 2) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  const size_t had = buffer_.size();
  buffer_.resize(had + kPiece);
  const size_t n = stream_->Read(buffer_.data() + had, kPiece);
  buffer_.resize(had + n);
  ended_ = n == 0;
  return !ended_;
}

std::string_view Buffered::Peek(size_t size) {
  while (ready().size() < size && More()) {
  }
  return ready().substr(0, size);
}

void Buffered::Skip(size_t size) {
  size = std::min(size, ready().size());
  begin_ += size;
  offset_ += size;
  if (begin_ == buffer_.size()) {
    buffer_.clear();
    begin_ = 0;
    // One long line or record must not keep its memory for the rest of the file.
    if (buffer_.capacity() > 8 * kPiece) buffer_.shrink_to_fit();
  }
}

void Buffered::Unread(std::string_view bytes) {
  buffer_.replace(0, begin_, bytes);
  begin_ = 0;
  offset_ -= bytes.size();
}

size_t Buffered::Read(char* to, size_t size) {
  if (ready().empty() && !More()) return 0;
  const size_t n = std::min(size, ready().size());
  std::memcpy(to, ready().data(), n);
  Skip(n);
  return n;
}

bool Buffered::ReadAll(size_t limit, std::string& out) {
  while (true) {
    if (ready().empty() && !More()) return true;
    if (out.size() + ready().size() > limit) return false;
    out.append(ready());
    Skip(ready().size());
  }
}

bool Buffered::ReadLine(size_t limit, std::string& line, bool& cut) {
  line.clear();
  cut = false;
  if (ready().empty() && !More()) return false;
  while (true) {
    const size_t end = ready().find('\n');
    const std::string_view part = ready().substr(0, end);
    const size_t room = limit - std::min(limit, line.size());
    cut = cut || part.size() > room;
    line.append(part.substr(0, room));
    if (end != std::string_view::npos) {
      Skip(end + 1);
      return true;
    }
    Skip(part.size());
    if (!More()) return true;
  }
}

bool Buffered::Seek(uint64_t offset) {
  if (!stream_->Seek(offset)) return false;
  buffer_.clear();
  begin_ = 0;
  offset_ = offset;
  ended_ = false;
  return true;
}

}  // namespace hanfact::ingest

// Writes the images of the lexicon and of the dictionary of words to the files named: run by the
// build (cmake/LexiconImage.cmake), which stops where a row of the tables is wrong.
#include <fstream>
#include <iostream>

#include "extract/lexicon.h"
#include "extract/word_dictionary.h"

namespace {

bool Write(const char* path, const std::string& image) {
  std::ofstream out(path, std::ios::binary);
  out << image;
  out.close();
  return static_cast<bool>(out);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::cerr << "usage: lexicon_image LEXICON WORDS\n";
    return 2;
  }
  std::vector<hanfact::TableError> errors;
  const std::string lexicon = hanfact::extract::Lexicon::Compile({}, errors);
  if (!errors.empty()) {
    std::cerr << hanfact::ToString(errors) << '\n';
    return 1;
  }
  const std::string words = hanfact::extract::WordDictionary::Compile();
  return Write(arguments[1], lexicon) && Write(arguments[2], words) ? 0 : 1;
}

// Writes the lexicon's image to the file named: run by the build (cmake/LexiconImage.cmake), which
// stops where a row of the tables is wrong.
#include <fstream>
#include <iostream>

#include "extract/lexicon.h"

int main(int count, char** arguments) {
  if (count != 2) {
    std::cerr << "usage: lexicon_image FILE\n";
    return 2;
  }
  std::vector<hanfact::TableError> errors;
  const std::string image = hanfact::extract::Lexicon::Compile({}, errors);
  if (!errors.empty()) {
    std::cerr << hanfact::ToString(errors) << '\n';
    return 1;
  }
  std::ofstream out(arguments[1], std::ios::binary);
  out << image;
  out.close();
  return out ? 0 : 1;
}

# The lexicon of names and the dictionary of words are compiled when the program is built
# (extract/lexicon.h, extract/word_dictionary.h): a small program writes their images, which are built
# in beside the tables they were made of, so that no run pays for reading ten thousand rows. The
# words are those of the ICU installed here.
add_executable(lexicon_image ${CMAKE_SOURCE_DIR}/cmake/lexicon_image.cc
  ${CMAKE_SOURCE_DIR}/extract/lexicon_compile.cc
  ${CMAKE_SOURCE_DIR}/extract/word_dictionary_compile.cc
  ${CMAKE_SOURCE_DIR}/extract/icu_dictionary.cc)
target_link_libraries(lexicon_image PRIVATE hanfact_normalize hanfact_base PkgConfig::ICU)
set(lexicon_image ${CMAKE_BINARY_DIR}/generated/lexicon.image)
set(word_image ${CMAKE_BINARY_DIR}/generated/words.image)
add_custom_command(OUTPUT ${lexicon_image} ${word_image}
  COMMAND lexicon_image ${lexicon_image} ${word_image} DEPENDS lexicon_image VERBATIM)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/lexicon_image.S CONTENT
"    .section .rodata
    .global hanfact_lexicon_image, hanfact_lexicon_image_end
    .global hanfact_word_image, hanfact_word_image_end
    .balign 8
hanfact_lexicon_image:
    .incbin \"${lexicon_image}\"
hanfact_lexicon_image_end:
    .byte 0
    .balign 8
hanfact_word_image:
    .incbin \"${word_image}\"
hanfact_word_image_end:
    .byte 0
    .section .note.GNU-stack,\"\",@progbits
" @ONLY)
set_source_files_properties(${CMAKE_BINARY_DIR}/generated/lexicon_image.S PROPERTIES OBJECT_DEPENDS
  "${lexicon_image};${word_image}")
add_custom_target(lexicon_image_file DEPENDS ${lexicon_image} ${word_image})
add_dependencies(hanfact_extract lexicon_image_file)
target_sources(hanfact_extract PRIVATE ${CMAKE_BINARY_DIR}/generated/lexicon_image.S)

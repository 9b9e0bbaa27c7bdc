# The lexicon of names is compiled when the program is built (extract/lexicon.h): a small program
# writes its image, which is built in beside the tables it was made of, so that no run pays for
# reading ten thousand rows.
add_executable(lexicon_image ${CMAKE_SOURCE_DIR}/cmake/lexicon_image.cc
  ${CMAKE_SOURCE_DIR}/extract/lexicon_compile.cc)
target_link_libraries(lexicon_image PRIVATE hanfact_normalize hanfact_base)
set(lexicon_image ${CMAKE_BINARY_DIR}/generated/lexicon.image)
add_custom_command(OUTPUT ${lexicon_image}
  COMMAND lexicon_image ${lexicon_image} DEPENDS lexicon_image VERBATIM)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/lexicon_image.S CONTENT
"    .section .rodata
    .global hanfact_lexicon_image, hanfact_lexicon_image_end
    .balign 8
hanfact_lexicon_image:
    .incbin \"${lexicon_image}\"
hanfact_lexicon_image_end:
    .byte 0
    .section .note.GNU-stack,\"\",@progbits
" @ONLY)
set_source_files_properties(${CMAKE_BINARY_DIR}/generated/lexicon_image.S PROPERTIES OBJECT_DEPENDS
  ${lexicon_image})
add_custom_target(lexicon_image_file DEPENDS ${lexicon_image})
add_dependencies(hanfact_extract lexicon_image_file)
target_sources(hanfact_extract PRIVATE ${CMAKE_BINARY_DIR}/generated/lexicon_image.S)

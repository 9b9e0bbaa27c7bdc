# The traditional-to-simplified tables come from the installed OpenCC: its own tool writes them as
# text, and they are built into the program, so that the binary needs no data folder and the repo
# holds no copy of OpenCC's dictionaries.
find_program(OPENCC_DICT opencc_dict REQUIRED)
find_path(OPENCC_DATA TSCharacters.ocd2 PATHS /usr/share/opencc /usr/local/share/opencc
  /opt/homebrew/share/opencc REQUIRED)
set(script_tables)
foreach(name TSCharacters TSPhrases STCharacters)
  set(out ${CMAKE_BINARY_DIR}/generated/${name}.txt)
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/generated
    COMMAND ${OPENCC_DICT} -i ${OPENCC_DATA}/${name}.ocd2 -f ocd2 -o ${out} -t text
    DEPENDS ${OPENCC_DATA}/${name}.ocd2 VERBATIM)
  list(APPEND script_tables ${out})
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/script_tables.S CONTENT
"    .section .rodata
    .global hanfact_ts_characters, hanfact_ts_characters_end
    .global hanfact_ts_phrases, hanfact_ts_phrases_end
    .global hanfact_st_characters, hanfact_st_characters_end
hanfact_ts_characters:
    .incbin \"${CMAKE_BINARY_DIR}/generated/TSCharacters.txt\"
hanfact_ts_characters_end:
    .byte 0
hanfact_ts_phrases:
    .incbin \"${CMAKE_BINARY_DIR}/generated/TSPhrases.txt\"
hanfact_ts_phrases_end:
    .byte 0
hanfact_st_characters:
    .incbin \"${CMAKE_BINARY_DIR}/generated/STCharacters.txt\"
hanfact_st_characters_end:
    .byte 0
    .section .note.GNU-stack,\"\",@progbits
" @ONLY)
set_source_files_properties(${CMAKE_BINARY_DIR}/generated/script_tables.S PROPERTIES OBJECT_DEPENDS
  "${script_tables}")
add_custom_target(script_tables DEPENDS ${script_tables})
set(SCRIPT_TABLES ${CMAKE_BINARY_DIR}/generated/script_tables.S)

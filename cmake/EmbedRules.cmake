# Builds every */rules/*.tsv, the database schema and the editors' page into the program (base/table.h, EmbeddedFile):
# the binary runs from any folder with no environment variable.
file(GLOB RULE_FILES CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
  ${CMAKE_SOURCE_DIR}/*/rules/*.tsv ${CMAKE_SOURCE_DIR}/store/schema/*.sql
  ${CMAKE_SOURCE_DIR}/review/page/*)
list(SORT RULE_FILES)

set(assembly "    .section .rodata\n")
set(declarations "")
set(rows "")
set(dependencies "")
set(i 0)
foreach(file IN LISTS RULE_FILES)
  string(APPEND assembly
    "    .global hanfact_rule_${i}\n    .global hanfact_rule_${i}_end\nhanfact_rule_${i}:\n"
    "    .incbin \"${CMAKE_SOURCE_DIR}/${file}\"\nhanfact_rule_${i}_end:\n    .byte 0\n")
  string(APPEND declarations
    "extern const char hanfact_rule_${i}[], hanfact_rule_${i}_end[];\n")
  string(APPEND rows "    {\"${file}\", hanfact_rule_${i}, hanfact_rule_${i}_end},\n")
  list(APPEND dependencies ${CMAKE_SOURCE_DIR}/${file})
  math(EXPR i "${i} + 1")
endforeach()
string(APPEND assembly "    .section .note.GNU-stack,\"\",@progbits\n")

set(generated ${CMAKE_BINARY_DIR}/generated)
file(CONFIGURE OUTPUT ${generated}/embedded_rules.S CONTENT "${assembly}" @ONLY)
file(CONFIGURE OUTPUT ${generated}/embedded_rules.inc CONTENT
  "${declarations}\nstatic const struct { const char* path; const char* begin; const char* end; } kEmbedded[] = {\n${rows}    {nullptr, nullptr, nullptr}};\n" @ONLY)
set_source_files_properties(${generated}/embedded_rules.S PROPERTIES OBJECT_DEPENDS
  "${dependencies}")
set(EMBEDDED_RULES ${generated}/embedded_rules.S)

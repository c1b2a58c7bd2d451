# gng.cmake - what the tree means to the build: gng_subsystem, gng_leave_out, gng_module,
# gng_kernel_module, gng_suite, gng_suite_main, gng_bundle and gng_library.
# Names that begin with an underscore are private to this file.

# _gng_missing(<requirement> <out>) sets <out> to "" when ci/packages.debian's probe for
# the requirement succeeds, else to one sentence that names the package. Each is looked for once:
# 540 questions took a third of the time of a configuration.
function(_gng_missing requirement out)
  get_property(answer GLOBAL PROPERTY GNG_MISSING_${requirement})
  if(NOT answer)
    _gng_look_for(${requirement} missing)
    set(answer "=${missing}")
    set_property(GLOBAL PROPERTY GNG_MISSING_${requirement} "${answer}")
  endif()
  string(SUBSTRING "${answer}" 1 -1 missing)
  set(${out} "${missing}" PARENT_SCOPE)
endfunction()

file(STRINGS ${CMAKE_SOURCE_DIR}/ci/packages.debian _gng_packages REGEX "^[a-z]")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/ci/packages.debian)
find_package(PkgConfig REQUIRED)

function(_gng_look_for requirement out)
  foreach(row ${_gng_packages})
    string(REGEX REPLACE " +" ";" row "${row}")
    list(GET row 1 name)
    if(name STREQUAL requirement)
      list(GET row 2 kind)
      list(GET row 3 package)
      if(kind STREQUAL "pkg-config" AND NOT GNG_FOREIGN)
        set(${out} "${name} is foreign code: GNG_FOREIGN is off" PARENT_SCOPE)
        return()
      endif()
      if(kind STREQUAL "pkg-config")
        pkg_check_modules(REQ_${name} QUIET IMPORTED_TARGET GLOBAL ${name})
        set(found ${REQ_${name}_FOUND})
        if(found AND LIB_FUZZING_ENGINE) # an archive does not bring what a library would: libbpf
          foreach(library ${REQ_${name}_STATIC_LIBRARIES})
            find_library(ARCHIVE_${library} ${library})
            if(ARCHIVE_${library})
              set_property(TARGET PkgConfig::REQ_${name} APPEND PROPERTY INTERFACE_LINK_LIBRARIES
                           ${ARCHIVE_${library}})
            else()
              message(WARNING "the archive of ${name} may want lib${library}, which is not here:"
                              " apt-get install lib${library}-dev, if symbols of it are missing")
            endif()
          endforeach()
        endif()
      elseif(kind STREQUAL "program")
        find_program(PROGRAM_${name} ${name})
        set(found ${PROGRAM_${name}})
      elseif(kind STREQUAL "file" OR kind STREQUAL "library")
        list(GET row 4 probe)
        file(GLOB found ${probe} /usr/lib/${probe} /usr/lib/*/${probe} /usr/local/lib/${probe})
      else()
        message(FATAL_ERROR "ci/packages.debian: kind '${kind}' of '${name}' is none of"
                            " program, pkg-config, library, file")
      endif()
      if(found)
        set(${out} "" PARENT_SCOPE)
      else()
        set(${out} "${name} is not installed: apt-get install ${package}" PARENT_SCOPE)
      endif()
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "requirement '${requirement}' has no row in ci/packages.debian")
endfunction()

# _gng_require(<target> <requirement>...) links those that are pkg-config modules.
function(_gng_require target)
  foreach(requirement ${ARGN})
    if(TARGET PkgConfig::REQ_${requirement})
      target_link_libraries(${target} PUBLIC PkgConfig::REQ_${requirement})
    endif()
  endforeach()
endfunction()

# _gng_fact(<line>) adds a line to build/gonogo.facts, which tells the command what this
# build is and what could not be built.
set_property(GLOBAL PROPERTY GNG_FACTS "")
function(_gng_fact)
  list(JOIN ARGN "\t" line)
  set_property(GLOBAL APPEND_STRING PROPERTY GNG_FACTS "${line}\n")
endfunction()

# gng_subsystem(<name> [NEEDS <subsystem>...] [REQUIRES <requirement>...]
#               [VARIANTS <variant>...] [COMMAND <verb>])
# declares impl/<name>: every .c file of the folder but *_cmd.c, one public header
# gng_<name>.h, and the only subsystems and foreign packages it may include. <x>_cmd.c
# becomes the program gonogo-<x> (or gonogo itself); COMMAND is its verb where it differs.
function(gng_subsystem name)
  cmake_parse_arguments(P "" "COMMAND" "NEEDS;REQUIRES;VARIANTS" ${ARGN})
  set(dir ${CMAKE_CURRENT_SOURCE_DIR})
  get_filename_component(folder ${dir} NAME)
  if(NOT folder STREQUAL name)
    message(FATAL_ERROR "impl/${folder} declares subsystem '${name}': the folder is the name")
  endif()
  file(GLOB public CONFIGURE_DEPENDS ${dir}/gng_*.h)
  if(NOT public STREQUAL "${dir}/gng_${name}.h")
    message(FATAL_ERROR "impl/${name} must have exactly one public header, gng_${name}.h")
  endif()
  # CMake tolerates cycles among static libraries but not among custom targets, so this
  # shadow graph turns a dependency cycle into a configure error.
  add_custom_target(order_${name})
  foreach(need ${P_NEEDS})
    add_dependencies(order_${name} order_${need})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY GNG_SUBSYSTEMS ${name})
  set_property(GLOBAL PROPERTY GNG_NEEDS_${name} "${P_NEEDS}")
  set_property(GLOBAL PROPERTY GNG_REQUIRES_${name} "${P_REQUIRES}")
  foreach(requirement ${P_REQUIRES})
    _gng_missing(${requirement} missing)
    if(missing)
      _gng_fact(missing ${name} "${missing}")
      return()
    endif()
  endforeach()
  _gng_subsystem_targets(${name})
endfunction()

# gng_uncompared(<file>...) names files of this folder in which no value of four bytes or more of an
# input is compared with one that it should be: there the engine's table of comparisons teaches it
# nothing, and took half of the time. Edges are counted as elsewhere. docs/FUZZING.md
function(gng_uncompared)
  if(LIB_FUZZING_ENGINE AND CMAKE_C_FLAGS MATCHES "-fsanitize=fuzzer-no-link")
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS
                                -fno-sanitize-coverage=trace-cmp,indirect-calls)
  endif()
endfunction()

# _gng_compared(<program>) sends what a fuzzer tells libFuzzer of comparisons through fuzz/compared.c.
# Not in the public build, whose farm may ask for the profile that it leaves out.
set(_gng_comparisons cmp1 cmp2 cmp4 cmp8 const_cmp1 const_cmp2 const_cmp4 const_cmp8 pc_indir)
list(TRANSFORM _gng_comparisons PREPEND LINKER:--wrap=__sanitizer_cov_trace_)
function(_gng_compared program)
  if(GNG_BUNDLE OR NOT CMAKE_C_FLAGS MATCHES "-fsanitize=fuzzer-no-link")
    return()
  endif()
  if(NOT TARGET fuzz_compared)
    add_library(fuzz_compared OBJECT ${CMAKE_SOURCE_DIR}/fuzz/compared.c)
    target_compile_options(fuzz_compared PRIVATE -fno-sanitize=all -fomit-frame-pointer)
  endif()
  target_link_libraries(${program} PRIVATE fuzz_compared)
  target_link_options(${program} PRIVATE ${_gng_comparisons})
endfunction()

# _gng_built(<subsystem> <out>) says whether it and all below it can be built here. Only to be
# asked when every subsystem is declared: a need may come later in the alphabet.
function(_gng_built name out)
  get_property(built GLOBAL PROPERTY GNG_BUILT_${name})
  if(NOT built)
    set(built YES)
    _gng_closure(${name} closure)
    foreach(part ${closure})
      if(NOT TARGET gng_${part})
        set(built NO)
      endif()
    endforeach()
    set_property(GLOBAL PROPERTY GNG_BUILT_${name} ${built})
  endif()
  set(${out} ${built} PARENT_SCOPE)
endfunction()

# gng_leave_out() keeps what needs a missing subsystem out of the build.
function(gng_leave_out)
  get_property(subsystems GLOBAL PROPERTY GNG_SUBSYSTEMS)
  foreach(name ${subsystems})
    _gng_built(${name} built)
    if(built OR NOT TARGET gng_${name})
      continue()
    endif()
    _gng_fact(missing ${name} "a subsystem that it needs was not built here: gonogo list says why")
    get_property(programs GLOBAL PROPERTY GNG_PROGRAMS_${name})
    foreach(target gng_${name} ${programs})
      set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL YES)
    endforeach()
  endforeach()
endfunction()

function(_gng_subsystem_targets name) # in the scope of gng_subsystem
  file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.c ${dir}/*.S)
  file(GLOB commands CONFIGURE_DEPENDS ${dir}/*_cmd.c)
  list(REMOVE_ITEM sources ${commands} "")
  file(CONFIGURE OUTPUT header_is_whole.c CONTENT
    "#include <gng_${name}.h>\n#include <gng_${name}.h>\ntypedef int gng_whole;\n")
  add_library(gng_${name} STATIC ${sources} ${CMAKE_CURRENT_BINARY_DIR}/header_is_whole.c)
  target_include_directories(gng_${name} PUBLIC ${dir})
  foreach(need ${P_NEEDS})
    target_link_libraries(gng_${name} PUBLIC gng_${need})
  endforeach()
  _gng_require(gng_${name} ${P_REQUIRES})
  foreach(source ${commands})
    get_filename_component(stem ${source} NAME_WE)
    string(REGEX REPLACE "_cmd$" "" verb ${stem})
    if(P_COMMAND AND verb STREQUAL name)
      set(verb ${P_COMMAND})
    endif()
    set(program gonogo-${verb})
    if(verb STREQUAL "gonogo")
      set(program gonogo)
    endif()
    add_executable(${program} ${source})
    target_link_libraries(${program} PRIVATE gng_${name})
    set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
    if(LIB_FUZZING_ENGINE) # nobody runs an instrumented command
      set_target_properties(${program} PROPERTIES EXCLUDE_FROM_ALL YES)
    endif()
    set_property(GLOBAL APPEND PROPERTY GNG_PROGRAMS ${program})
    set_property(GLOBAL APPEND PROPERTY GNG_PROGRAMS_${name} ${program})
  endforeach()
endfunction()

# gng_module(<subsystem> <name> <source> <requirement>) builds gonogo-<subsystem>-<name>.so, which
# the subsystem loads at run time: the library <requirement> is linked there and nowhere else.
# Where that is missing nothing is built, and the tests that need it say "requires:".
function(gng_module subsystem name source requirement)
  _gng_missing(${requirement} missing)
  if(missing OR NOT GNG_FOREIGN OR LIB_FUZZING_ENGINE OR NOT TARGET gng_${subsystem})
    return()
  endif()
  set(target gonogo-${subsystem}-${name})
  add_library(${target} MODULE ${source})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/impl/base)
  if(TARGET PkgConfig::REQ_${requirement})
    target_link_libraries(${target} PRIVATE PkgConfig::REQ_${requirement})
  else()
    target_link_libraries(${target} PRIVATE ${requirement})
  endif()
  set_target_properties(${target} PROPERTIES PREFIX "" C_VISIBILITY_PRESET hidden
                        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  add_dependencies(gng_${subsystem} ${target})
  set_property(GLOBAL APPEND PROPERTY GNG_MODULES ${target})
endfunction()

# gng_kernel_module(<subsystem> <module>) builds impl/<subsystem>/module/<module>.c for each kernel of
# the lab whose headers are unpacked (ci/headers), as build/<subsystem>/<release>/<module>.ko, which
# guests load. Without headers it is absent, and the tests say so.
function(gng_kernel_module name module)
  if(NOT TARGET gng_${name} OR LIB_FUZZING_ENGINE OR CMAKE_C_FLAGS MATCHES sanitize)
    return()
  endif()
  set(cache $ENV{GNG_LAB_HEADERS})
  if(NOT cache AND DEFINED ENV{XDG_CACHE_HOME})
    set(cache $ENV{XDG_CACHE_HOME}/gonogo/headers)
  elseif(NOT cache)
    set(cache $ENV{HOME}/.cache/gonogo/headers)
  endif()
  set(source ${CMAKE_SOURCE_DIR}/impl/${name}/module)
  file(GLOB headers CONFIGURE_DEPENDS ${cache}/*)
  file(GLOB sources CONFIGURE_DEPENDS ${source}/*)
  set(build ${CMAKE_SOURCE_DIR}/impl/kmod/module/build)
  set(outputs)
  foreach(one ${headers})
    get_filename_component(release ${one} NAME)
    set(out ${CMAKE_BINARY_DIR}/${name}/${release})
    add_custom_command(OUTPUT ${out}/${module}.ko
      COMMAND ${build} ${one} ${out} ${source} DEPENDS ${sources} ${build} VERBATIM)
    list(APPEND outputs ${out}/${module}.ko)
  endforeach()
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/${name}) # a case of the lab may name it, with or without modules
  add_custom_target(${name}_modules ALL DEPENDS ${outputs})
  set_property(GLOBAL APPEND PROPERTY GNG_PROGRAMS_${name} ${name}_modules)
endfunction()

# gng_suite(<suite> <suffix>) builds <suite>/<subsystem>/<stem><suffix>.c with <suite>/suite.c:
# the path is the name. A line "/* needs: a b */" or "/* requires: x y */" near the top of a
# test names the subsystems and foreign packages it uses beyond its own subsystem. Files
# <stem>_*.c beside it that are no tests themselves are parts of its program.
function(gng_suite suite suffix)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${suite}/*/*${suffix}.c)
  foreach(file ${files})
    get_filename_component(folder ${file} DIRECTORY)
    get_filename_component(subsystem ${folder} NAME)
    get_filename_component(stem ${file} NAME_WE)
    string(REGEX REPLACE "${suffix}$" "" stem ${stem})
    get_property(known GLOBAL PROPERTY GNG_SUBSYSTEMS)
    if(NOT subsystem IN_LIST known)
      message(FATAL_ERROR "${suite}/${subsystem} judges no impl/${subsystem}")
    endif()
    if(GNG_ONLY AND NOT subsystem IN_LIST GNG_ONLY)
      continue()
    endif()
    _gng_test_program(${suite} ${subsystem} ${stem} ${file})
  endforeach()
endfunction()

# _gng_header(<file> <word> <out>) reads the list in the line "/* <word>: ... */".
function(_gng_header file word out)
  file(STRINGS ${file} line REGEX "^/\\* ${word}: .* \\*/$" LIMIT_COUNT 1)
  string(REGEX REPLACE "^/\\* ${word}: (.*) \\*/$" "\\1" line "${line}")
  separate_arguments(line)
  if(line)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  endif()
  set(${out} ${line} PARENT_SCOPE)
endfunction()

function(_gng_test_program suite subsystem stem file)
  set(id ${suite}.${subsystem}.${stem})
  set(program ${id})
  if(suite STREQUAL "fuzz") # OSS-Fuzz allows no dot in the name of a fuzzer
    set(program ${subsystem}_${stem}_fuzz)
  endif()
  _gng_header(${file} needs needs)
  _gng_header(${file} requires requirements)
  set(always probe)
  if(NOT suite STREQUAL "fuzz" OR NOT LIB_FUZZING_ENGINE) # the main function reads vectors
    list(APPEND always vec)
  endif()
  foreach(need ${subsystem} ${needs} ${always})
    _gng_built(${need} built)
    if(NOT built)
      _gng_fact(missing ${id} "impl/${need} was not built here: gonogo list says why")
      return()
    endif()
  endforeach()
  if(NOT suite STREQUAL "fuzz")
    list(APPEND requirements cmocka)
  endif()
  foreach(requirement ${requirements})
    _gng_missing(${requirement} missing)
    if(missing)
      _gng_fact(missing ${id} "${missing}")
      return()
    endif()
  endforeach()
  get_filename_component(folder ${file} DIRECTORY)
  file(GLOB parts CONFIGURE_DEPENDS ${folder}/${stem}_*.c)
  list(FILTER parts EXCLUDE REGEX "_(test|fuzz|hw)\\.c$")
  _gng_header(${file} bundle bundle)
  if(bundle)
    _gng_number(${program} ${bundle})
  endif()
  if(bundle AND GNG_BUNDLE)
    add_library(bundled_${program} OBJECT ${file} ${parts})
    _gng_require(bundled_${program} ${requirements})
    _gng_bundled(${program} ${bundle} ${subsystem} ${needs})
    return()
  endif()
  add_executable(${program} ${file} ${parts})
  set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_link_libraries(${program} PRIVATE gng_${subsystem} gng_probe m)
  foreach(need ${subsystem} ${needs}) # a test may run the commands of what it judges
    get_property(commands GLOBAL PROPERTY GNG_PROGRAMS_${need})
    if(commands AND NOT suite STREQUAL "fuzz")
      add_dependencies(${program} ${commands})
    endif()
  endforeach()
  foreach(need ${needs})
    target_link_libraries(${program} PRIVATE gng_${need})
  endforeach()
  _gng_require_private(${program} ${requirements})
  gng_suite_main(${suite} ${program})
  add_test(NAME ${id} COMMAND gonogo check ${id})
  set_tests_properties(${id} PROPERTIES LABELS "${suite};${subsystem}")
  set_property(GLOBAL APPEND PROPERTY GNG_TEST_PROGRAMS ${program})
endfunction()

# _gng_number(<program> <number>) refuses a number that another fuzzer has: in each build, not only
# in the public one, which is rare.
function(_gng_number program number)
  get_property(numbers GLOBAL PROPERTY GNG_BUNDLE_NUMBERS)
  if(number IN_LIST numbers)
    message(FATAL_ERROR "${program}: its bundle number ${number} is that of another fuzzer")
  endif()
  set_property(GLOBAL APPEND PROPERTY GNG_BUNDLE_NUMBERS ${number})
endfunction()

# _gng_bundled(<program> <number> <subsystem>...) makes a fuzzer a part of small_fuzz.
function(_gng_bundled program number)
  target_compile_definitions(bundled_${program} PRIVATE LLVMFuzzerTestOneInput=${program})
  foreach(need ${ARGN})
    target_link_libraries(bundled_${program} PUBLIC gng_${need})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY GNG_BUNDLED bundled_${program})
  set_property(GLOBAL APPEND_STRING PROPERTY GNG_BUNDLE_DECLARED
               "int ${program}(const uint8_t *data, size_t size);\n")
  set_property(GLOBAL APPEND_STRING PROPERTY GNG_BUNDLE_CASES
               "\tcase ${number}:\n\t\treturn ${program}(data + 1, size - 1);\n")
endfunction()

# gng_bundle() builds small_fuzz of the fuzzers with a line "/* bundle: N */", whose inputs begin
# with the byte N. Alone each is below what the public build check takes for instrumented.
function(gng_bundle)
  get_property(bundled GLOBAL PROPERTY GNG_BUNDLED)
  get_property(declared GLOBAL PROPERTY GNG_BUNDLE_DECLARED)
  get_property(cases GLOBAL PROPERTY GNG_BUNDLE_CASES)
  if(NOT bundled)
    return()
  endif()
  file(CONFIGURE OUTPUT small_fuzz.c @ONLY CONTENT "#include <stddef.h>
#include <stdint.h>
@declared@
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
\tswitch (size ? *data : 255) {
@cases@\tdefault:
\t\treturn 0;
\t}
}
")
  add_executable(small_fuzz ${CMAKE_CURRENT_BINARY_DIR}/small_fuzz.c)
  target_link_libraries(small_fuzz PRIVATE ${bundled} gng_probe m)
  set_target_properties(small_fuzz PROPERTIES
                        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  gng_suite_main(fuzz small_fuzz)
endfunction()

# gng_images(<target> <test>...) lets tests, which are declared later, wait for a target that makes
# what they run: their subsystem's library does not need it.
function(gng_images target)
  foreach(test ${ARGN})
    cmake_language(EVAL CODE "cmake_language(DEFER DIRECTORY \"${CMAKE_SOURCE_DIR}\" CALL
                              _gng_waits ${test} ${target})")
  endforeach()
endfunction()

function(_gng_waits test target)
  if(TARGET ${test} AND TARGET ${target})
    add_dependencies(${test} ${target})
  endif()
endfunction()

function(_gng_require_private target)
  foreach(requirement ${ARGN})
    if(TARGET PkgConfig::REQ_${requirement})
      target_link_libraries(${target} PRIVATE PkgConfig::REQ_${requirement})
    endif()
  endforeach()
endfunction()

# Every assertion is counted: the linker sends CMocka's checks through conformance/suite.c.
set(_gng_wraps "")
foreach(check _assert_true _assert_return_code _assert_int_equal _assert_int_not_equal
              _assert_string_equal _assert_string_not_equal _assert_memory_equal
              _assert_memory_not_equal _assert_in_range _assert_not_in_range _assert_in_set
              _assert_not_in_set)
  list(APPEND _gng_wraps "LINKER:--wrap=${check}")
endforeach()

# gng_suite_main(<suite> <program>) gives a program the main function of a suite, with its
# counted assertions; for programs that are no tests of the tree, as the traps of selftest.
function(gng_suite_main suite program)
  if(suite STREQUAL "fuzz" AND LIB_FUZZING_ENGINE)
    # A library, not an option: an engine may be an archive, which must follow what calls it.
    target_link_libraries(${program} PRIVATE ${LIB_FUZZING_ENGINE} ${CMAKE_DL_LIBS} -pthread)
    _gng_compared(${program})
    set_target_properties(${program} PROPERTIES LINKER_LANGUAGE CXX)
    return()
  endif()
  set(main ${suite})
  if(suite STREQUAL "hwtests")
    set(main conformance)
  endif()
  if(NOT TARGET ${main}_main)
    add_library(${main}_main STATIC ${CMAKE_SOURCE_DIR}/${main}/suite.c)
    target_link_libraries(${main}_main PUBLIC gng_probe gng_vec)
    if(main STREQUAL "conformance")
      _gng_missing(cmocka missing)
      _gng_require(${main}_main cmocka)
    endif()
  endif()
  target_link_libraries(${program} PRIVATE ${main}_main)
  if(main STREQUAL "conformance")
    target_link_options(${program} PRIVATE ${_gng_wraps})
  endif()
endfunction()

include(cmake/library.cmake)

# library.cmake - gng_library: what `make install` gives to programs outside this tree.

# _gng_closure(<subsystem> <out>) lists everything below a subsystem, itself first.
function(_gng_closure name out)
  set(all ${name})
  set(next ${name})
  while(next)
    list(POP_FRONT next first)
    get_property(needs GLOBAL PROPERTY GNG_NEEDS_${first})
    foreach(need ${needs})
      if(NOT need IN_LIST all)
        list(APPEND all ${need})
        list(APPEND next ${need})
      endif()
    endforeach()
  endwhile()
  set(${out} ${all} PARENT_SCOPE)
endfunction()

# gng_library() makes libgonogo of the built subsystems that depend on nothing foreign and one
# libgonogo-<name> of each other, their package files, and build/gonogo.facts. Only the
# release build is installed, so only there are the libraries made. They are the component
# "library", so that who wants no command and no tests gets 30 MB and not 325.
function(gng_library)
  _gng_fact(build ${GNG_BUILD})
  _gng_fact(compiler "${CMAKE_C_COMPILER_ID} ${CMAKE_C_COMPILER_VERSION}")
  execute_process(COMMAND ${CMAKE_C_COMPILER} -Wl,--version OUTPUT_VARIABLE linker ERROR_QUIET)
  string(REGEX REPLACE "\n.*" "" linker "${linker}")
  _gng_fact(linker "${linker}")
  _gng_fact(run-under "${GNG_RUN_UNDER}")
  get_property(facts GLOBAL PROPERTY GNG_FACTS)
  # libFuzzer's programs answer no --list: the gauge must not take them for a build of tests.
  set(file gonogo.facts)
  if(LIB_FUZZING_ENGINE)
    set(file fuzzers.facts)
  endif()
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/${file}
       CONTENT "source\t${CMAKE_SOURCE_DIR}\n${facts}" @ONLY)
  if(NOT GNG_BUILD STREQUAL "release")
    return()
  endif()
  # Installed, the facts name the kept sources relative to their own folder.
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/installed/libexec/gonogo.facts
       CONTENT "source\t../../${CMAKE_INSTALL_DATADIR}/gonogo\n${facts}" @ONLY)

  get_property(subsystems GLOBAL PROPERTY GNG_SUBSYSTEMS)
  set(own "")
  set(others "")
  foreach(name ${subsystems})
    _gng_closure(${name} closure)
    set(foreign "")
    foreach(part ${closure})
      get_property(requires GLOBAL PROPERTY GNG_REQUIRES_${part})
      list(APPEND foreign ${requires})
    endforeach()
    _gng_built(${name} built)
    if(built)
      if(foreign)
        list(APPEND others ${name})
      else()
        list(APPEND own ${name})
      endif()
    endif()
  endforeach()
  _gng_make_library(gonogo gonogo "${own}" "" "")
  foreach(name ${others})
    get_property(needs GLOBAL PROPERTY GNG_NEEDS_${name})
    get_property(requires GLOBAL PROPERTY GNG_REQUIRES_${name})
    list(TRANSFORM needs PREPEND gonogo-)
    foreach(need ${own}) # these stand in libgonogo itself
      list(TRANSFORM needs REPLACE "^gonogo-${need}$" gonogo)
    endforeach()
    list(REMOVE_DUPLICATES needs)
    _gng_make_library(gonogo-${name} ${name} ${name} "${needs}" "${requires}")
  endforeach()
  _gng_install()
endfunction()

# _gng_make_library(<library> <exported> <subsystems> <libraries> <requirements>) links the
# objects of subsystems as <library>, shared and static; only gng_* is visible outside.
function(_gng_make_library library exported subsystems libraries requirements)
  set(objects "")
  foreach(name ${subsystems})
    list(APPEND objects $<TARGET_OBJECTS:gng_${name}>)
    file(GLOB header ${CMAKE_SOURCE_DIR}/impl/${name}/gng_*.h)
    install(FILES ${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/gonogo COMPONENT library)
  endforeach()
  set(map ${CMAKE_SOURCE_DIR}/cmake/gonogo.map)
  set(shared lib${library}) # the bare name may be that of a command
  set(static ${shared}-static)
  add_library(${shared} SHARED ${objects})
  add_library(${static} STATIC ${objects})
  target_link_options(${shared} PRIVATE -Wl,--no-undefined -Wl,--version-script=${map})
  set_target_properties(${shared} PROPERTIES VERSION ${PROJECT_VERSION} LINK_DEPENDS ${map}
                        SOVERSION ${PROJECT_VERSION_MAJOR} EXPORT_NAME ${exported}
                        INSTALL_RPATH $ORIGIN)
  set_target_properties(${static} PROPERTIES EXPORT_NAME ${exported}-static)
  foreach(target ${shared} ${static})
    set_target_properties(${target} PROPERTIES LINKER_LANGUAGE C OUTPUT_NAME ${library})
    target_include_directories(${target} INTERFACE
                               $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/gonogo>)
  endforeach()
  foreach(need ${libraries})
    target_link_libraries(${shared} PUBLIC lib${need})
    target_link_libraries(${static} PUBLIC lib${need}-static)
  endforeach()
  set(packages "")
  foreach(requirement ${requirements})
    if(TARGET PkgConfig::REQ_${requirement})
      target_link_libraries(${shared} PRIVATE PkgConfig::REQ_${requirement})
      target_link_libraries(${static} PUBLIC ${REQ_${requirement}_LIBRARIES})
      list(APPEND packages ${requirement})
    endif()
  endforeach()
  target_link_libraries(${shared} PRIVATE m)
  target_link_libraries(${static} PUBLIC m)
  install(TARGETS ${shared} ${static} EXPORT gonogoTargets
          LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library)

  list(JOIN subsystems ", " names)
  set(sentence "go/no-go gauge: the subsystem ${names}")
  if(library STREQUAL "gonogo")
    set(sentence "go/no-go gauge: the subsystems ${names}")
  endif()
  list(JOIN libraries " " requires)
  list(JOIN packages " " requires_private)
  file(RELATIVE_PATH to_prefix /p/${CMAKE_INSTALL_LIBDIR}/pkgconfig /p)
  string(REGEX REPLACE "/$" "" to_prefix ${to_prefix})
  configure_file(${CMAKE_SOURCE_DIR}/cmake/gonogo.pc.in installed/${library}.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/installed/${library}.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
endfunction()

# _gng_install() installs what is no library. The installed command reads the plan from the
# source text as the one of the build does, so that text comes along: test sources, budgets,
# requirements, vectors, seeds.
function(_gng_install)
  include(CMakePackageConfigHelpers)
  set(package ${CMAKE_INSTALL_LIBDIR}/cmake/gonogo)
  write_basic_package_version_file(installed/gonogoConfigVersion.cmake
                                   COMPATIBILITY SameMinorVersion)
  configure_file(cmake/gonogoConfig.cmake.in installed/gonogoConfig.cmake COPYONLY)
  install(EXPORT gonogoTargets NAMESPACE gonogo:: DESTINATION ${package} COMPONENT library)
  install(FILES ${CMAKE_BINARY_DIR}/installed/gonogoConfig.cmake
                ${CMAKE_BINARY_DIR}/installed/gonogoConfigVersion.cmake
          DESTINATION ${package} COMPONENT library)

  set(libexec ${CMAKE_INSTALL_LIBEXECDIR}/gonogo)
  get_property(programs GLOBAL PROPERTY GNG_PROGRAMS)
  get_property(tests GLOBAL PROPERTY GNG_TEST_PROGRAMS)
  if(gonogo IN_LIST programs)
    list(REMOVE_ITEM programs gonogo)
    install(TARGETS gonogo DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
  if(programs)
    install(TARGETS ${programs} DESTINATION ${libexec})
  endif()
  get_property(modules GLOBAL PROPERTY GNG_MODULES)
  if(modules)
    install(TARGETS ${modules} LIBRARY DESTINATION ${libexec})
  endif()
  if(tests)
    install(TARGETS ${tests} DESTINATION ${libexec}/tests)
  endif()
  install(FILES ${CMAKE_BINARY_DIR}/installed/libexec/gonogo.facts DESTINATION ${libexec})
  set(data ${CMAKE_INSTALL_DATADIR}/gonogo)
  install(DIRECTORY conformance fuzz hwtests DESTINATION ${data} FILES_MATCHING
          PATTERN *_test.c PATTERN *_fuzz.c PATTERN *_hw.c PATTERN *.seeds PATTERN *.budget)
  install(DIRECTORY impl DESTINATION ${data} FILES_MATCHING
          PATTERN CMakeLists.txt PATTERN requirements.tsv PATTERN *.profile)
  install(DIRECTORY docs/planned DESTINATION ${data}/docs OPTIONAL FILES_MATCHING PATTERN *.tsv)
  install(DIRECTORY vectors DESTINATION ${data} OPTIONAL)
  install(FILES ci/packages.debian DESTINATION ${data}/ci) # doctor names packages from it
  install(DIRECTORY man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL FILES_MATCHING PATTERN *.1)
  install(FILES completion/gonogo OPTIONAL
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES LICENSE README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
endfunction()

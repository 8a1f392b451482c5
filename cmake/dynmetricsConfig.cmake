# find_package(dynmetrics CONFIG), then target_link_libraries(… dynmetrics::dynmetrics).
#
# Works where it lies: below the prefix of `make install` (lib/cmake/dynmetrics), and in the Python package
# (-Ddynmetrics_DIR="$(python -c 'import dynmetrics; print(dynmetrics.get_cmake_dir())')").

set(dynmetrics_ABI_VERSION 0)
get_filename_component(_dynmetrics_package "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
get_filename_component(_dynmetrics_lib "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
if(EXISTS "${_dynmetrics_package}/_version.py")
  set(_dynmetrics_lib "${_dynmetrics_package}")
  set(_dynmetrics_include "${_dynmetrics_package}/include")
else()
  get_filename_component(_dynmetrics_include "${_dynmetrics_lib}/../include" ABSOLUTE)
endif()

set(_dynmetrics_problem "")
if(NOT EXISTS "${_dynmetrics_include}/dynmetrics.h")
  set(_dynmetrics_problem "there is no ${_dynmetrics_include}/dynmetrics.h; install dynmetrics anew")
else()
  file(STRINGS "${_dynmetrics_include}/dynmetrics.h" _dynmetrics_abi REGEX "^#define DYNM_ABI_VERSION [0-9]+u$")
  string(REGEX REPLACE "[^0-9]" "" _dynmetrics_abi "${_dynmetrics_abi}")
  file(GLOB _dynmetrics_libraries RELATIVE "${_dynmetrics_lib}" "${_dynmetrics_lib}/libdynmetrics.so.[0-9]*")
  if(NOT _dynmetrics_abi STREQUAL dynmetrics_ABI_VERSION)
    set(_dynmetrics_problem "dynmetrics.h has ABI ${_dynmetrics_abi}, these CMake files are of ABI ${dynmetrics_ABI_VERSION}; install versions that belong together")
  elseif(NOT EXISTS "${_dynmetrics_lib}/libdynmetrics.so.${dynmetrics_ABI_VERSION}")
    set(_dynmetrics_problem "dynmetrics.h has ABI ${dynmetrics_ABI_VERSION}, so libdynmetrics.so.${dynmetrics_ABI_VERSION} is needed, but ${_dynmetrics_lib} has: ${_dynmetrics_libraries}; install versions that belong together")
  endif()
endif()
if(NOT _dynmetrics_problem STREQUAL "")
  set(dynmetrics_FOUND FALSE)
  set(dynmetrics_NOT_FOUND_MESSAGE "${_dynmetrics_problem}")
  return()
endif()

if(NOT TARGET dynmetrics::dynmetrics)
  add_library(dynmetrics::dynmetrics SHARED IMPORTED)
  set_target_properties(dynmetrics::dynmetrics PROPERTIES
    IMPORTED_LOCATION "${_dynmetrics_lib}/libdynmetrics.so.${dynmetrics_ABI_VERSION}"
    IMPORTED_SONAME "libdynmetrics.so.${dynmetrics_ABI_VERSION}"
    INTERFACE_INCLUDE_DIRECTORIES "${_dynmetrics_include}")
endif()

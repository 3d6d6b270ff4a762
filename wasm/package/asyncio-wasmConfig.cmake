# find_package(asyncio-wasm): builds programs on asyncio.h with Emscripten's toolchain (emcmake cmake ...).
#
#   find_package(asyncio-wasm REQUIRED)
#   asyncio_wasm_program(hello hello.c)      # hello.wasm in the build folder
#
# The library is compiled from its sources, with the compiler and flags at hand, as Emscripten promises no ABI between its
# versions. The Asyncify pass is part of the target: what asyncio_wasm_program builds has been through it.

if(NOT EMSCRIPTEN)
  message(FATAL_ERROR "asyncio-wasm is for Emscripten's toolchain: configure with `emcmake cmake ...`")
endif()
find_program(ASYNCIO_WASM_NODE node REQUIRED)
get_filename_component(ASYNCIO_WASM_ROOT "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)

foreach(flags IN ITEMS "${CMAKE_C_FLAGS}" "${CMAKE_EXE_LINKER_FLAGS}")
  if(flags MATCHES "(@REFUSED@)")
    message(FATAL_ERROR "${CMAKE_MATCH_1} cannot be used with asyncio-wasm: see `npx asyncio-wasm build --help`")
  endif()
endforeach()

if(NOT TARGET asyncio-wasm::asyncio)
  add_library(asyncio-wasm STATIC "${ASYNCIO_WASM_ROOT}/src/wasm.c")
  add_library(asyncio-wasm::asyncio ALIAS asyncio-wasm)
  target_include_directories(asyncio-wasm PUBLIC "${ASYNCIO_WASM_ROOT}/include" PRIVATE "${ASYNCIO_WASM_ROOT}/src")
  target_compile_options(asyncio-wasm PUBLIC -std=gnu11 PRIVATE -O3 -fno-lto)
  target_link_options(asyncio-wasm INTERFACE @LINK@)
endif()

function(asyncio_wasm_program name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE asyncio-wasm::asyncio)
  set_target_properties(${name} PROPERTIES SUFFIX ".linked.wasm")
  add_custom_command(TARGET ${name} POST_BUILD VERBATIM
    COMMAND "${ASYNCIO_WASM_NODE}" "${ASYNCIO_WASM_ROOT}/wasm/cli/cli.mjs" pass "$<TARGET_FILE:${name}>" "$<TARGET_FILE_DIR:${name}>/${name}.wasm"
    COMMENT "Making ${name}.wasm suspendable")
endfunction()

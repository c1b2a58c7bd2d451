// SPDX-License-Identifier: Apache-2.0

// Command entry is what libFuzzer calls, as a C archive. The name of the program tells the target,
// as cgo_go-aead_fuzz; GONOGO_TARGET does it too. ci/gofuzz builds it so that the engine counts edges
// on both sides of cgo.
package main

// #include <stddef.h>
// #include "entry.h"
import "C"

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unsafe"

	"targets"
)

var target func([]byte)

func find(name string) func([]byte) {
	f := targets.All[name]
	if f == nil {
		fmt.Fprintf(os.Stderr, "entry: %q is no target: name the program cgo_go-TARGET_fuzz, or set "+
			"GONOGO_TARGET to one of %v\n", name, targets.Names())
		os.Exit(1)
	}
	return f
}

func name() string {
	if name := os.Getenv("GONOGO_TARGET"); name != "" {
		return name
	}
	return strings.TrimSuffix(strings.TrimPrefix(filepath.Base(os.Args[0]), "cgo_go-"), "_fuzz")
}

//export LLVMFuzzerTestOneInput
func LLVMFuzzerTestOneInput(data *C.char, size C.size_t) C.int {
	if target == nil {
		target = find(name())
		C.entry_signals()
	}
	// a copy: the engine's memory is no Go memory, and targets may write
	target(append([]byte(nil), unsafe.Slice((*byte)(unsafe.Pointer(data)), int(size))...))
	return 0
}

func main() {}

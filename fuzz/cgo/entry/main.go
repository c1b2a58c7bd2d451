// SPDX-License-Identifier: Apache-2.0

// Command entry is what libFuzzer calls, as a C archive: GONOGO_TARGET names the target. ci/gofuzz
// builds it so that the engine counts edges on both sides of cgo.
package main

// #include <stddef.h>
import "C"

import (
	"fmt"
	"os"
	"unsafe"

	"targets"
)

var target = find(os.Getenv("GONOGO_TARGET"))

func find(name string) func([]byte) {
	f := targets.All[name]
	if f == nil {
		fmt.Fprintf(os.Stderr, "entry: GONOGO_TARGET=%q is none of %v\n", name, targets.Names())
		os.Exit(1)
	}
	return f
}

//export LLVMFuzzerTestOneInput
func LLVMFuzzerTestOneInput(data *C.char, size C.size_t) C.int {
	// a copy: the engine's memory is no Go memory, and targets may write
	target(append([]byte(nil), unsafe.Slice((*byte)(unsafe.Pointer(data)), int(size))...))
	return 0
}

func main() {}

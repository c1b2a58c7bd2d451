// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"crypto/aes"
	"crypto/rand"
	"debug/elf"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"unsafe"
)

// inSource tells whether text stands in files of the library's source; known: there are any.
func inSource(text string, globs ...string) (found, known bool) {
	for _, glob := range globs {
		names, _ := filepath.Glob(filepath.Join(runtime.GOROOT(), "src", glob))
		for _, name := range names {
			held, err := os.ReadFile(name)
			known = known || err == nil
			found = found || bytes.Contains(held, []byte(text))
		}
	}
	return found, known
}

// source says a fact about the library's source where it is installed.
func source(name, text string, globs ...string) {
	if found, known := inSource(text, globs...); known {
		fact(name, found)
	}
}

func library() {
	source("runtime_has_set_memory_limit", "\nfunc SetMemoryLimit(", "runtime/*.go")
	source("compiler_promises_no_convention", "This ABI is *unstable*", "cmd/compile/abi-internal.md")
	source("unsafe_has_map", "\ntype Map", "unsafe/*.go")
	source("aes_depends_on_goamd64", "GOAMD64",
		"crypto/aes/*amd64.s", "crypto/internal/fips140/aes/*amd64.s")
	numa, known := false, true
	for _, call := range []string{"mbind", "set_mempolicy", "move_pages"} {
		found, is := inSource(call, "runtime/*.go", "runtime/*.s")
		numa, known = numa || found, known && is
	}
	if known {
		fact("runtime_is_blind_to_nodes", !numa)
	}
}

// symbols of this very program: what the runtime calls.
func symbols() {
	file, err := elf.Open(os.Args[0])
	if err != nil {
		return
	}
	defer file.Close()
	all, _ := file.Symbols()
	mmap := false
	for _, symbol := range all {
		mmap = mmap || symbol.Name == "runtime.mmap" || symbol.Name == "runtime.sysMmap"
	}
	if len(all) > 0 {
		fact("runtime_has_mmap", mmap)
	}
}

//go:noinline
func deep(n int, last *byte) byte {
	var room [256]byte
	room[n%256] = *last
	if n == 0 {
		return room[0]
	}
	return deep(n-1, &room[n%256]) + room[n%256]
}

// moved tells whether a variable has another address once the stack has grown: it was copied whole.
func moved() bool {
	done := make(chan bool)
	go func() {
		var here byte
		before := uintptr(unsafe.Pointer(&here))
		deep(5000, &here)
		done <- uintptr(unsafe.Pointer(&here)) != before
	}()
	return <-done
}

func language() {
	array := [4]byte{0, 1, 2, 3}
	fact("pointers_have_no_arithmetic", *(*byte)(unsafe.Add(unsafe.Pointer(&array[0]), 2)) != 2)
	fact("stacks_are_split", !moved())
	lent := make([]byte, 64)
	fact("cgo_serialises_parameters", !sameInC(lent))
	fact("key_schedule_is_compiled_in", !keyed())
}

// keyed tells whether keys that exist only now give different bytes for the same block.
func keyed() bool {
	var seen [2][16]byte
	for i := range seen {
		secret := make([]byte, 16)
		if _, err := rand.Read(secret); err != nil {
			return false
		}
		block, _ := aes.NewCipher(secret)
		block.Encrypt(seen[i][:], make([]byte, 16))
	}
	return seen[0] != seen[1]
}

// resident is VmRSS in bytes.
func resident() int64 {
	text, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(text), "\n") {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "VmRSS:" {
			kib, _ := strconv.ParseInt(words[1], 10, 64)
			return kib << 10
		}
	}
	return 0
}

func fill(n int) []byte {
	room := make([]byte, n)
	for i := 0; i < n; i += 4096 {
		room[i] = 1
	}
	return room
}

// collections counts them while 64 MiB of garbage are made.
func collections() uint32 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := 0; i < 64; i++ {
		fill(big)
	}
	runtime.ReadMemStats(&after)
	return after.NumGC - before.NumGC
}

func memory() {
	const size = 128 << 20
	old := debug.SetMemoryLimit(-1)
	kept := fill(size)
	address := uintptr(unsafe.Pointer(&kept[0]))
	usual := collections()
	debug.SetMemoryLimit(16 << 20)
	fact("limit_is_soft", kept[4096] == 1 && resident() > size)
	fact("lower_limit_collects_more", collections() > usual)
	fact("lower_limit_compacts", uintptr(unsafe.Pointer(&kept[0])) != address)
	runtime.KeepAlive(kept)
	kept = nil
	debug.SetMemoryLimit(old)
	garbage := fill(size)
	garbage[0] = 2
	garbage = nil
	runtime.GC()
	before := resident()
	debug.SetMemoryLimit(16 << 20)
	runtime.GC()
	fact("limit_leaves_mappings_alone", before-resident() < size/4)
	debug.SetMemoryLimit(old)
}

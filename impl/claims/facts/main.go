// SPDX-License-Identifier: Apache-2.0

// Command facts finds out what the claims about Go are about, and prints "name value" lines: true,
// false, or a figure with its quartiles. gonogo claims carries this source, builds it with the Go
// that is installed, and runs it once.
package main

// #cgo LDFLAGS: -lcrypto
// #include <malloc.h>
// #include <stdlib.h>
// #include <string.h>
// #include <openssl/evp.h>
//
// static size_t used(void) { struct mallinfo2 m = mallinfo2(); return m.uordblks + m.hblkhd; }
// static unsigned char *make(size_t n) { return calloc(1, n); }
// static void set(unsigned char *p, size_t n, int c) { memset(p, c, n); }
// static int is(const unsigned char *p, int c) { return p[0] == c; }
// static void nothing(void) {}
// static size_t address(const unsigned char *p) { return (size_t)p; }
// static int begin(EVP_CIPHER_CTX *x, const unsigned char *k, const unsigned char *iv)
// {
// 	return EVP_EncryptInit_ex(x, EVP_aes_128_cbc(), NULL, k, iv);
// }
// static int update(EVP_CIPHER_CTX *x, unsigned char *out, const unsigned char *in, int n)
// {
// 	int written = 0;
// 	EVP_EncryptUpdate(x, out, &written, in, n);
// 	return written;
// }
// static int finish(EVP_CIPHER_CTX *x, unsigned char *out)
// {
// 	int written = 0;
// 	EVP_EncryptFinal_ex(x, out, &written);
// 	return written;
// }
import "C"

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"testing"
	"time"
	"unsafe"
)

func fact(name string, value any) { fmt.Println(name, value) }

// figure prints the median and the quartiles.
func figure(name string, x []float64) {
	sort.Float64s(x)
	fmt.Println(name, x[len(x)/2], x[len(x)/4], x[len(x)*3/4])
}

func p(b []byte) *C.uchar { return (*C.uchar)(unsafe.Pointer(&b[0])) }

var (
	key, iv = make([]byte, 16), make([]byte, 16)
	in, out = make([]byte, 1024), make([]byte, 1024+16)
)

// per measures f in ns.
func per(f func()) float64 {
	const n = 300
	start := time.Now()
	for i := 0; i < n; i++ {
		f()
	}
	return float64(time.Since(start).Nanoseconds()) / n
}

// over measures a and b in turn: how many times b goes into a.
func over(a, b func()) (x []float64) {
	for i := 0; i < 41; i++ {
		x = append(x, per(a)/per(b))
	}
	return x
}

//go:noinline
func nothing() {}

func snippet() {
	block, _ := aes.NewCipher(key)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out[:1024], in)
}

func evp() {
	x := C.EVP_CIPHER_CTX_new()
	C.begin(x, p(key), p(iv))
	C.update(x, p(out), p(in), 1024)
	C.EVP_CIPHER_CTX_free(x)
}

func native() {
	block, _ := aes.NewCipher(key)
	mode := cipher.NewCBCEncrypter(block, iv)
	fact("new_cipher_allocs", testing.AllocsPerRun(100, func() { block, _ = aes.NewCipher(key) }))
	fact("crypt_blocks_allocs", testing.AllocsPerRun(100, func() { mode.CryptBlocks(in, in) }))
	reused := func() { cipher.NewCBCEncrypter(block, iv).CryptBlocks(out[:1024], in) }
	figure("new_block_over_kept", over(snippet, reused))
	figure("evp_over_go", over(evp, snippet))
	figure("crossing_over_call", over(func() { C.nothing() }, nothing))
}

func openssl() {
	x := C.EVP_CIPHER_CTX_new()
	C.begin(x, p(key), p(iv))
	updated := C.update(x, p(out), p(in), 1024)
	padding := C.finish(x, p(out))
	C.EVP_CIPHER_CTX_free(x)
	fact("evp_update_pads", updated != 1024 || padding != 16)
}

// sources looks for the assembly of AES in the library's source, wherever this Go has it.
func sources() {
	var all []byte
	for _, pattern := range []string{"crypto/aes/*amd64.s", "crypto/internal/fips140/aes/*amd64.s"} {
		names, _ := filepath.Glob(filepath.Join(runtime.GOROOT(), "src", pattern))
		for _, name := range names {
			text, _ := os.ReadFile(name)
			all = append(all, text...)
		}
	}
	if len(all) == 0 {
		return // the source is not installed: nothing is said
	}
	aesenc := bytes.Contains(all, []byte("AESENC"))
	fact("aes_is_compiled_go", !aesenc)
	fact("aes_has_ymm", bytes.Contains(all, []byte("VAESENC")) || bytes.Contains(all, []byte("Y15")))
}

// code asks Go's own disassembler how CryptBlocks reaches the cipher.
func code() {
	name := `crypto/cipher.\(\*cbcEncrypter\).CryptBlocks`
	said, err := exec.Command("go", "tool", "objdump", "-s", name, os.Args[0]).Output()
	if err != nil || !strings.Contains(string(said), "CryptBlocks") {
		return
	}
	indirect := false
	for _, line := range strings.Split(string(said), "\n") {
		words := strings.Fields(line)
		for i := range words {
			if words[i] == "CALL" && i+1 < len(words) && !strings.Contains(words[i+1], "(") {
				indirect = true
			}
		}
	}
	fact("block_call_is_static", !indirect)
}

// grown tells whether C's heap has grown by about n for f.
func grown(n C.size_t, f func()) bool {
	before := C.used()
	f()
	runtime.GC()
	runtime.GC()
	return C.used() > before+n/2
}

const big = 1 << 20

func ownership() {
	text := strings.Repeat("x", big)
	fact("c_heap_outlives_gc", grown(big, func() { _ = C.CString(text) }))
	fact("cstring_leaks_without_free", grown(big, func() { _ = C.CString(text) }) &&
		!grown(big, func() { C.free(unsafe.Pointer(C.CString(text))) }))
	fact("gobytes_leaves_the_c_memory", grown(big, func() { _ = C.GoBytes(unsafe.Pointer(C.make(big)), big) }))
	fact("cbytes_is_go_memory", !grown(big, func() { _ = C.CBytes(make([]byte, big)) }))

	c := C.make(64)
	copied := C.GoBytes(unsafe.Pointer(c), 64)
	view := unsafe.Slice((*byte)(unsafe.Pointer(c)), 64)
	C.set(c, 64, 7)
	fact("gobytes_copies", copied[0] == 0 && &copied[0] != &view[0])
	fact("gobytes_aliases", copied[0] == 7)
	fact("view_is_no_copy", view[0] == 7)
	C.free(unsafe.Pointer(c))
	fact("gobytes_dangles", !bytes.Equal(copied, make([]byte, 64)))

	source := []byte("abc")
	made := (*C.uchar)(C.CBytes(source))
	source[0] = 'x'
	fact("cbytes_copies", C.is(made, 'a') == 1)
	C.free(unsafe.Pointer(made))

	room := make([]byte, 64)
	C.set(p(room), 64, 9) // Go's memory, lent for the call
	fact("output_needs_gobytes", room[63] != 9)
	fact("input_needs_cbytes", C.is(p(room), 9) != 1)
}

// lifetimes: C's memory without KeepAlive through collections, and freed under one.
func lifetimes() {
	c := (*C.uchar)(C.malloc(64))
	C.set(c, 64, 5)
	view := unsafe.Slice((*byte)(unsafe.Pointer(c)), 64)
	for i := 0; i < 5; i++ {
		runtime.GC()
		_ = make([]byte, big)
	}
	fact("view_needs_keepalive", !bytes.Equal(view, bytes.Repeat([]byte{5}, 64)))
	C.free(unsafe.Pointer(c))
	again := (*C.uchar)(C.malloc(64)) // takes the same place
	same := again == c
	C.set(again, 64, 6)
	if same {
		fact("keepalive_keeps_c_memory", view[32] == 5)
	}
	runtime.KeepAlive(view)
	C.free(unsafe.Pointer(again))
}

// sameInC tells whether C is given the very address.
func sameInC(b []byte) bool { return uintptr(C.address(p(b))) == uintptr(unsafe.Pointer(&b[0])) }

func main() {
	openssl()
	native()
	sources()
	code()
	ownership()
	lifetimes()
	library()
	symbols()
	language()
	memory()
}

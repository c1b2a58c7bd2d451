// SPDX-License-Identifier: Apache-2.0

package main

// #include "bugs.h"
// extern int goVisit(uintptr_t token);
// static inline void each(uintptr_t token) { c_each(goVisit, token); }
import "C"

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"gonogo"
)

var otherClasses = []class{
	{"08 length cut to an int", planted08, mended08, ours08},
	{"09 empty slice", planted09, mended09, ours09},
	{"10 NUL in a string", planted10, mended10, ours10},
	{"11 shifted overlap", planted11, mended11, ours11},
	{"12 result without a value", planted12, mended12, nil},
	{"13 error of another thread", planted13, mended13, ours13},
	{"14 wrong allocator", planted14, mended14, ours14},
	{"15 context with two users", planted15, mended15, ours15},
	{"16 panic through C", planted16, mended16, ours16},
	{"17 tag longer than its room", planted17, mended17, ours17},
	{"18 function pointer before init", planted18, mended18, ours18},
}

func planted08() string {
	n := int64(1)<<32 + 10
	if got := C.c_bytes(C.int(n)); int64(got) != n {
		return fmt.Sprintf("%d bytes became %d", n, int64(got))
	}
	return ""
}

func mended08() string {
	n := int64(1)<<31 - 1
	if n > 1<<31-1 {
		return "refused"
	}
	if got := C.c_bytes(C.int(n)); int64(got) != n {
		return "cut"
	}
	return ""
}

// Lengths are size_t: 2^32 + 10 is what it is, and too long for the arena.
func ours08() string {
	return answer(aead().SealBatch(make([]byte, 64), []gonogo.Item{{In: 12, Len: 1<<32 + 10, Out: 12}}))
}

func planted09() string {
	var b []byte
	C.c_sum((*C.uint8_t)(unsafe.Pointer(&b[0])), C.size_t(len(b)))
	return ""
}

func mended09() string {
	var b []byte
	if len(b) > 0 {
		C.c_sum((*C.uint8_t)(unsafe.Pointer(&b[0])), C.size_t(len(b)))
	}
	return ""
}

func ours09() string {
	a := aead()
	sealed := a.Seal(nil, make([]byte, 12), nil, nil)
	if text, err := a.Open(nil, make([]byte, 12), sealed, []byte{}); err == nil && len(text) == 0 {
		return "nil and empty slices pass as NULL and 0"
	}
	return ""
}

func planted10() string {
	name := "good.example\x00.bad.example"
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	if n := int(C.c_length(c)); n != len(name) {
		return fmt.Sprintf("C sees %d of %d bytes", n, len(name))
	}
	return ""
}

func mended10() string {
	name := "good.example"
	if strings.IndexByte(name, 0) >= 0 {
		return "refused"
	}
	c := C.CString(name)
	defer C.free(unsafe.Pointer(c))
	if n := int(C.c_length(c)); n != len(name) {
		return "cut"
	}
	return ""
}

// Text passes with its length: what stands behind a NUL is still read.
func ours10() string {
	text := append([]byte("words\x00 in front\n"), certificate...)
	if _, err := gonogo.ParsePEM(gonogo.Certificate, text); err != nil {
		return ""
	}
	return "a NUL does not end the text"
}

func planted11() string {
	b := bytes.Repeat([]byte{1}, 64)
	C.c_xor(pointer(b[1:]), pointer(b), 32)
	if b[2] != 1^0x5a {
		return "success, and wrong bytes"
	}
	return ""
}

func mended11() string {
	b := bytes.Repeat([]byte{1}, 64)
	C.c_xor(pointer(b), pointer(b), 32)
	if b[2] != 1^0x5a {
		return "wrong bytes"
	}
	return ""
}

func ours11() string {
	s, err := gonogo.NewCTR(make([]byte, 16), make([]byte, 16))
	if err != nil {
		return ""
	}
	b := make([]byte, 64)
	return answer(s.TryXORKeyStream(b[1:], b[:32]))
}

// dirty leaves 0x5a where the next malloc of that size will be.
func dirty() {
	p := C.malloc(C.sizeof_struct_c_measured)
	b := unsafe.Slice((*byte)(p), C.sizeof_struct_c_measured)
	for i := range b {
		b[i] = 0x5a
	}
	C.free(p)
}

func planted12() string {
	dirty()
	m := C.c_measure(0)
	defer C.free(unsafe.Pointer(m))
	if m.len != 0 {
		return fmt.Sprintf("a length of %#x", uint64(m.len))
	}
	return ""
}

func mended12() string {
	dirty()
	m := C.c_measure(0)
	defer C.free(unsafe.Pointer(m))
	if m.failed == 0 && m.len != 0 {
		return "a length of nothing"
	}
	return ""
}

// wrongErrors counts how often a goroutine reads the error of another.
func wrongErrors(call func(code int) bool) string {
	var group sync.WaitGroup
	var wrong atomic.Int64
	for g := 0; g < 8; g++ {
		group.Add(1)
		go func(g int) {
			defer group.Done()
			for i := 0; i < 2000; i++ {
				if !call(10000*g + i) {
					wrong.Add(1)
				}
			}
		}(g)
	}
	group.Wait()
	if n := wrong.Load(); n > 0 {
		return fmt.Sprintf("%d of 16000 reads were of another call", n)
	}
	return ""
}

func planted13() string {
	return wrongErrors(func(code int) bool {
		C.c_fail(C.int(code % 1000000))
		runtime.Gosched()
		return int(C.c_last()) == code
	})
}

func mended13() string {
	return wrongErrors(func(code int) bool {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		C.c_fail(C.int(code % 1000000))
		runtime.Gosched()
		return int(C.c_last()) == code
	})
}

func ours13() string {
	wrong := wrongErrors(func(code int) bool {
		_, err := gonogo.ParseDER(gonogo.Kind(1+code%2*8), []byte("x"))
		runtime.Gosched()
		var e *gonogo.Error
		return errors.As(err, &e) && strings.Contains(e.Text, "asn1") == (code%2 == 0)
	})
	if wrong == "" {
		return "the words come with the status, from one call"
	}
	return ""
}

func planted14() string { C.free(C.c_acquire(64)); return "" }
func mended14() string  { C.c_release(C.c_acquire(64)); return "" }

func ours14() string {
	d, err := gonogo.ParsePEM(gonogo.Certificate, certificate)
	if err != nil {
		return ""
	}
	if _, err := d.Copy(); err != nil || d.Close() != nil {
		return ""
	}
	return "memory of OpenSSL never leaves its handle"
}

func users(count func(p *C.long)) string {
	p := (*C.long)(C.calloc(1, C.sizeof_long))
	defer C.free(unsafe.Pointer(p))
	var group sync.WaitGroup
	for g := 0; g < 4; g++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := 0; i < 10; i++ {
				count(p)
			}
		}()
	}
	group.Wait()
	if n := int64(*p); n != 4*10*200000 {
		return fmt.Sprintf("%d of 8000000 were counted", n)
	}
	return ""
}

func planted15() string { return users(func(p *C.long) { C.c_count(p, 200000) }) }

func mended15() string {
	var lock sync.Mutex
	return users(func(p *C.long) {
		lock.Lock()
		C.c_count(p, 200000)
		lock.Unlock()
	})
}

func ours15() string {
	s, err := gonogo.NewCTR(make([]byte, 16), make([]byte, 16))
	if err != nil {
		return ""
	}
	var group sync.WaitGroup
	var busy, wrong atomic.Int64
	for g := 0; g < 4; g++ {
		group.Add(1)
		go func() {
			defer group.Done()
			b := make([]byte, 1<<20)
			for i := 0; i < 20000 && busy.Load() == 0; i++ {
				switch s.TryXORKeyStream(b, b) {
				case gonogo.ErrBusy:
					busy.Add(1)
				case nil:
				default:
					wrong.Add(1)
				}
			}
		}()
	}
	group.Wait()
	if busy.Load() == 0 || wrong.Load() != 0 {
		return ""
	}
	return gonogo.ErrBusy.Error()
}

func planted16() string {
	for i := 0; i < 100; i++ { // each leaves what C held
		func() {
			defer func() { _ = recover() }()
			C.each(1)
		}()
	}
	return ""
}

func mended16() string { C.each(0); return "" }

//export goVisit
func goVisit(token C.uintptr_t) C.int {
	if token == 1 {
		panic("in a callback")
	}
	return 1
}

func ours16() (said string) {
	defer func() {
		if recover() == "in a callback" {
			said = "the panic comes out when C has returned"
		}
	}()
	_ = gonogo.EachCertificate(certificate, func([]byte) error { panic("in a callback") })
	return ""
}

func planted17() string { C.c_tag(pointer(heap(12))); return "" }
func mended17() string  { C.c_tag(pointer(heap(16))); return "" }

func ours17() string {
	a, err := gonogo.NewAEADWithTagSize(make([]byte, 16), 12)
	if err != nil {
		return ""
	}
	room := bytes.Repeat([]byte{0xaa}, 64)
	a.Seal(room[:0], make([]byte, 12), make([]byte, 10), nil)
	if bytes.Equal(room[22:], bytes.Repeat([]byte{0xaa}, 42)) {
		return "a tag of 12 bytes is 12 bytes"
	}
	return ""
}

func planted18() string { C.c_run(); return "" }
func mended18() string  { C.c_init(); C.c_run(); return "" }

func ours18() string {
	var a gonogo.AEAD
	_, err := a.TrySeal(nil, make([]byte, 12), nil, nil)
	return answer(err)
}

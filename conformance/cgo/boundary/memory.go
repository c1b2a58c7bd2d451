// SPDX-License-Identifier: Apache-2.0

package main

// #include "bugs.h"
import "C"

import (
	"runtime"
	"time"
	"unsafe"

	"gonogo"
)

var classes = append([]class{
	{"01 overflow of a Go slice", planted01, mended01, ours01},
	{"01c overflow of C memory", planted01c, mended01c, nil},
	{"02 over-read of a Go slice", planted02, mended02, ours02},
	{"02g over-read by C.GoBytes", planted02g, mended02g, ours02g},
	{"03 finalizer without KeepAlive", planted03, mended03, ours03},
	{"04 leak on an error path", planted04, mended04, ours04},
	{"04s leak of C.CString", planted04s, mended04s, nil},
	{"05 double free", planted05, mended05, ours05},
	{"05g free of Go memory", planted05g, mended05g, nil},
	{"06 Go pointer kept by C", planted06, mended06, nil},
	{"06g Go pointer stored in C memory", planted06g, mended06g, nil},
	{"07 Go pointer to Go pointer", planted07, mended07, ours07},
}, otherClasses...)

func pointer(b []byte) *C.uint8_t { return (*C.uint8_t)(unsafe.Pointer(&b[0])) }

// keep makes b escape: a slice on the stack has no red zone.
var keep [][]byte

func heap(n int) []byte {
	b := make([]byte, n)
	keep = append(keep, b)
	return b
}

func aead() *gonogo.AEAD {
	a, err := gonogo.NewAEAD(make([]byte, 16))
	if err != nil {
		panic(err)
	}
	return a
}

// answer tells that an error stands against the mistake.
func answer(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func planted01() string { C.c_fill(pointer(heap(20)), 21); return "" }
func mended01() string  { C.c_fill(pointer(heap(20)), 20); return "" }

// No call of gonogo takes a slice and a length of its own: the room is len(b).
func ours01() string {
	out := make([]byte, 20)
	chain, err := gonogo.NewCTR(make([]byte, 16), make([]byte, 16))
	if err != nil {
		return ""
	}
	return answer(chain.TryXORKeyStream(out, make([]byte, 21)))
}

func planted01c() string {
	p := C.c_new(20)
	C.c_fill(p, 21)
	C.free(unsafe.Pointer(p))
	return ""
}

func mended01c() string {
	p := C.c_new(20)
	C.c_fill(p, 20)
	C.free(unsafe.Pointer(p))
	return ""
}

func planted02() string { C.c_sum(pointer(heap(20)), 21); return "" }
func mended02() string  { C.c_sum(pointer(heap(20)), 20); return "" }

func ours02() string {
	return answer(aead().SealBatch(make([]byte, 64), []gonogo.Item{{In: 12, Len: 60, Out: 12}}))
}

func planted02g() string {
	p := C.c_new(20)
	b := C.GoBytes(unsafe.Pointer(p), 400)
	C.free(unsafe.Pointer(p))
	if len(b) == 400 {
		return "380 bytes of other memory were copied"
	}
	return ""
}

func mended02g() string {
	p := C.c_new(20)
	b := append([]byte(nil), unsafe.Slice((*byte)(unsafe.Pointer(p)), 20)...)
	C.free(unsafe.Pointer(p))
	if len(b) != 20 {
		return "lost bytes"
	}
	return ""
}

// gonogo gives a length with every pointer, and copies by append, which sanitizers see.
func ours02g() string {
	d, err := gonogo.ParsePEM(gonogo.Certificate, certificate)
	if err != nil {
		return ""
	}
	view, err := d.View()
	copied, copyErr := d.Copy()
	if err == nil && copyErr == nil && cap(view) == len(view) && len(copied) == len(view) {
		return "a view ends where the object does"
	}
	return ""
}

type owner struct{ p *C.uint8_t }

func newOwner() *owner {
	o := &owner{C.c_new(64)}
	runtime.SetFinalizer(o, func(o *owner) { C.free(unsafe.Pointer(o.p)) })
	return o
}

// collect gives finalizers their time; in a real program it is the scheduler that does.
func collect() {
	for i := 0; i < 5; i++ {
		runtime.GC()
		time.Sleep(2 * time.Millisecond)
	}
}

func planted03() string {
	p := newOwner().p
	collect()
	C.c_sum(p, 64)
	return ""
}

func mended03() string {
	func() {
		o := newOwner()
		p := o.p
		collect()
		C.c_sum(p, 64)
		runtime.KeepAlive(o)
	}()
	collect() // the finalizer frees before the leak checker looks: it does not know Go's heap
	return ""
}

func ours03() string {
	d, err := gonogo.ParsePEM(gonogo.Certificate, certificate)
	if err != nil {
		return ""
	}
	want, sum := 0, 0
	err = d.Use(func(der []byte) error {
		for _, x := range der {
			want += int(x)
		}
		collect()
		for _, x := range der {
			sum += int(x)
		}
		return nil
	})
	if err == nil && sum == want && sum > 0 {
		return "Use keeps the object while its function runs"
	}
	return ""
}

func planted04() string {
	p := C.c_new(1000)
	if C.c_sum(p, 1000) != 0 { // "failed", and returns
		return ""
	}
	C.free(unsafe.Pointer(p))
	return ""
}

func mended04() string {
	p := C.c_new(1000)
	defer C.free(unsafe.Pointer(p))
	if C.c_sum(p, 1000) != 0 {
		return ""
	}
	return ""
}

func ours04() string {
	before := gonogo.Live()
	for i := 0; i < 100; i++ {
		if _, err := gonogo.NewAEADWithTagSize(make([]byte, 16), 3); err == nil {
			return ""
		}
	}
	if gonogo.Live() == before {
		return "Live counts the handles: none is left by an error"
	}
	return ""
}

func planted04s() string {
	for i := 0; i < 10; i++ {
		C.c_length(C.CString("a text that nobody frees"))
	}
	return ""
}

func mended04s() string {
	text := C.CString("a text that is freed")
	defer C.free(unsafe.Pointer(text))
	C.c_length(text)
	return ""
}

func planted05() string {
	p := unsafe.Pointer(C.c_new(20))
	C.free(p)
	C.free(p)
	return ""
}

func mended05() string { C.free(unsafe.Pointer(C.c_new(20))); return "" }

func ours05() string {
	a := aead()
	if a.Close() != nil {
		return ""
	}
	return answer(a.Close())
}

// Zeros lie in front: what malloc would take for the size of its block is the same each time.
func planted05g() string { C.free(unsafe.Pointer(&heap(128)[64])); return "" }

func mended05g() string {
	p := C.CBytes(heap(64))
	C.free(p)
	return ""
}

func planted06() string {
	func() { C.c_keep((*C.uint8_t)(unsafe.Pointer(&make([]byte, 64)[0]))) }()
	collect()
	C.c_write_kept()
	C.c_keep(nil)
	return ""
}

func mended06() string {
	p := C.c_new(64)
	C.c_keep(p)
	collect()
	C.c_write_kept()
	C.c_keep(nil)
	C.free(unsafe.Pointer(p))
	return ""
}

func planted06g() string {
	*C.c_slot = (*C.uint8_t)(unsafe.Pointer(&heap(64)[0]))
	*C.c_slot = nil
	return ""
}

func mended06g() string {
	p := C.c_new(64)
	*C.c_slot = p
	*C.c_slot = nil
	C.free(unsafe.Pointer(p))
	return ""
}

func planted07() string {
	pair := &C.struct_c_pair{pointer(heap(64)), 64}
	C.c_sum_pair(pair)
	return ""
}

func mended07() string {
	p := C.c_new(64)
	pair := &C.struct_c_pair{p, 64}
	C.c_sum_pair(pair)
	C.free(unsafe.Pointer(p))
	return ""
}

func ours07() string {
	if err := aead().SealBatch(make([]byte, 64), []gonogo.Item{{In: 12, Len: 10, Out: 12}}); err != nil {
		return ""
	}
	return "a batch has offsets, not pointers"
}

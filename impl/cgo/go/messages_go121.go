// SPDX-License-Identifier: Apache-2.0

//go:build go1.21

package gonogo

// #include "calls.h"
import "C"

import (
	"runtime"
	"unsafe"
)

// span is the stretch of memory in which all parts of all messages lie: what is an arena to C, with
// memory of others between. The parts are pinned, so that it stays true while C looks.
type span struct {
	pinner    runtime.Pinner
	base      *byte
	low, high uintptr
}

func (s *span) add(part []byte) {
	if len(part) == 0 {
		return
	}
	p := unsafe.SliceData(part)
	s.pinner.Pin(p)
	at := uintptr(unsafe.Pointer(p))
	if s.base == nil || at < s.low {
		s.base, s.low = p, at
	}
	if end := at + uintptr(len(part)); end > s.high {
		s.high = end
	}
}

// at is the offset of a part; one of no bytes has none, and C looks at none.
func (s *span) at(part []byte) uint64 {
	if len(part) == 0 {
		return 0
	}
	return uint64(uintptr(unsafe.Pointer(unsafe.SliceData(part))) - s.low)
}

func boolInt(b bool) C.int {
	if b {
		return 1
	}
	return 0
}

func (a *AEAD) cross(messages []Message, seals bool) error {
	var s span
	defer s.pinner.Unpin()
	for i := range messages {
		m := &messages[i]
		s.add(m.Nonce)
		s.add(m.AAD)
		s.add(m.In)
		s.add(m.Out)
	}
	items := make([]Item, len(messages))
	for i := range messages {
		m := &messages[i]
		items[i] = Item{Nonce: s.at(m.Nonce), AAD: s.at(m.AAD), AADLen: uint64(len(m.AAD)),
			In: s.at(m.In), Len: uint64(len(m.In)), Out: s.at(m.Out)}
	}
	p, err := a.r.acquire()
	if err != nil {
		return err
	}
	// an address as a number: the stretch is no object that Go's checks know
	result := C.gonogo_batch(C.uintptr_t(p), boolInt(seals), (*C.uint8_t)(unsafe.Pointer(s.base)),
		C.size_t(s.high-s.low), itemPointer(items), C.size_t(len(items)))
	a.r.release()
	for i := range messages {
		messages[i].Status = items[i].Status
	}
	return status(result).err()
}

// SPDX-License-Identifier: Apache-2.0

//go:build planted

package targets

// #include "plant.h"
import "C"

import "unsafe"

// The bugs lie in C, behind conditions that an engine meets only if it counts edges there (aead,
// stream) or here (view, callback, concurrent).

func pointer(b []byte) *C.uint8_t {
	if len(b) == 0 {
		return nil
	}
	return (*C.uint8_t)(unsafe.Pointer(&b[0]))
}

func plantedAEAD(aad, sealed []byte) { C.plant_aead(pointer(aad), C.size_t(len(aad))) }

type plantedStream struct{ state C.struct_plant_stream }

func newPlantedStream() *plantedStream { return &plantedStream{} }
func (p *plantedStream) chunk(n int)   { C.plant_stream(&p.state, C.size_t(n)) }

// plantedView forgets that a view ends with its object, if there were two views of it, in slot 3.
type plantedView struct {
	memory *C.uint8_t
	views  int
}

func (p *plantedView) parsed(slot int) {
	if slot == 3 {
		p.memory, p.views = C.plant_new(64), 0
	}
}

func (p *plantedView) used(slot int) {
	if slot == 3 && p.memory != nil {
		C.plant_read(p.memory, 64)
		p.views++
	}
}

func (p *plantedView) closed(slot int) {
	if slot != 3 || p.memory == nil {
		return
	}
	C.plant_free(p.memory)
	if p.views != 2 {
		p.memory = nil
	}
}

// plantedCallback reads in one visit what was lent for the one before.
type plantedCallback struct{ lent *C.uint8_t }

func newPlantedCallback() *plantedCallback { return &plantedCallback{} }

func (p *plantedCallback) visit(der []byte, what byte) {
	if p.lent != nil && what%8 == 6 {
		C.plant_read(p.lent, 64)
	}
	if what%8 == 4 {
		p.lent = pointer(der)
	}
}

// plantedShared frees twice if both scripts begin with a close.
type plantedShared struct{}

func (plantedShared) end(first, second []byte) {
	memory := C.plant_new(64)
	for _, script := range [][]byte{first, second} {
		if len(script) > 2 && script[0]%8 == 6 {
			C.plant_free(memory)
		}
	}
	if len(first) < 3 || len(second) < 3 {
		C.plant_free(memory)
	}
}

// SPDX-License-Identifier: Apache-2.0

package gonogo

// #include "calls.h"
import "C"

import "unsafe"

// Item is one message of a batch, by offsets into the arena. It has no pointers, so a slice of
// them passes as it is: Go memory that pointed to Go memory would be refused by cgo's check.
type Item struct {
	Nonce       uint64 // offset of 12 bytes
	AAD, AADLen uint64
	In, Len     uint64 // what goes in; opening: with the tag
	Out         uint64 // In for in place
	Status      Status // written
}

// Both differences are constants, and a negative one does not compile.
var (
	_ [unsafe.Sizeof(Item{}) - unsafe.Sizeof(C.struct_gng_cgo_item{})]byte
	_ [unsafe.Sizeof(C.struct_gng_cgo_item{}) - unsafe.Sizeof(Item{})]byte
)

func itemPointer(items []Item) *C.struct_gng_cgo_item {
	if len(items) == 0 {
		return nil
	}
	return (*C.struct_gng_cgo_item)(unsafe.Pointer(&items[0]))
}

// SealBatch seals all items in one crossing, which is what makes short messages cheap. Ciphertext
// and tag go to Out: Len+Overhead() bytes. ErrInvalid, with nothing written, if an item leaves the
// arena or touches what another one writes; else each item has its own Status, and the first that
// is not OK is the error.
func (a *AEAD) SealBatch(arena []byte, items []Item) error {
	p, err := a.r.acquire()
	if err != nil {
		return err
	}
	s := C.gonogo_batch(C.uintptr_t(p), 1, pointer(arena),
		C.size_t(len(arena)), itemPointer(items), C.size_t(len(items)))
	a.r.release()
	return status(s).err()
}

// OpenBatch verifies and decrypts all items in one crossing. Errors as SealBatch; the output of an
// item whose Status is ErrAuth is zero, and the others are good.
func (a *AEAD) OpenBatch(arena []byte, items []Item) error {
	p, err := a.r.acquire()
	if err != nil {
		return err
	}
	s := C.gonogo_batch(C.uintptr_t(p), 0, pointer(arena),
		C.size_t(len(arena)), itemPointer(items), C.size_t(len(items)))
	a.r.release()
	return status(s).err()
}

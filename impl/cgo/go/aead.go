// SPDX-License-Identifier: Apache-2.0

package gonogo

// #include "calls.h"
import "C"

import (
	"crypto/cipher"
	"runtime"
	"unsafe"
)

const (
	nonceSize = C.GNG_CGO_NONCE
	tagSize   = C.GNG_AES_MAX_TAG
)

// AEAD is AES-GCM with nonces of 12 bytes. It is a cipher.AEAD, immutable, and goroutines may
// share it. The key lies in memory of C, which Close wipes.
type AEAD struct {
	r       *resource
	tagSize int
}

var _ cipher.AEAD = (*AEAD)(nil)

// NewAEAD returns AES-GCM for a key of 16, 24 or 32 bytes, with tags of 16.
func NewAEAD(key []byte) (*AEAD, error) { return NewAEADWithTagSize(key, tagSize) }

// NewAEADWithTagSize takes a tag size of 12 to 16, as SP 800-38D section 5.2.1.2 allows.
func NewAEADWithTagSize(key []byte, tagSize int) (*AEAD, error) {
	var c *C.struct_gng_cgo_aead
	if tagSize < 0 {
		return nil, ErrInvalid
	}
	s := C.gng_cgo_aead_open(&c, pointer(key), C.size_t(len(key)), C.size_t(tagSize))
	runtime.KeepAlive(key)
	if s != C.GNG_OK {
		return nil, status(s)
	}
	a := &AEAD{&resource{p: uintptr(unsafe.Pointer(c)), free: freeAEAD}, tagSize}
	closeWith(a, a.r)
	return a, nil
}

func freeAEAD(p uintptr) { C.gonogo_close_aead(C.uintptr_t(p)) }

// Close wipes the key. Calls in other goroutines end first; later ones return ErrClosed, as does
// a second Close.
func (a *AEAD) Close() error { return a.r.close() }

// NonceSize is 12.
func (a *AEAD) NonceSize() int { return nonceSize }

// Overhead is the size of the tag.
func (a *AEAD) Overhead() int { return a.tagSize }

// grow returns dst with n more bytes, and those alone; it allocates if dst has no room.
func grow(dst []byte, n int) (all, tail []byte) {
	if room := cap(dst) - len(dst); room >= n {
		all = dst[:len(dst)+n]
	} else {
		all = make([]byte, len(dst)+n)
		copy(all, dst)
	}
	return all, all[len(dst):]
}

// TrySeal appends ciphertext and tag to dst, as Seal does. plaintext[:0] as dst seals in place.
// ErrInvalid, with nothing written, for a nonce that is not 12 bytes long or any other overlap.
func (a *AEAD) TrySeal(dst, nonce, plaintext, additionalData []byte) ([]byte, error) {
	if len(nonce) != nonceSize {
		return nil, ErrInvalid
	}
	p, err := a.r.acquire()
	if err != nil {
		return nil, err
	}
	all, out := grow(dst, len(plaintext)+a.tagSize)
	s := C.gonogo_seal(C.uintptr_t(p), pointer(out), pointer(plaintext),
		C.size_t(len(plaintext)), pointer(nonce), pointer(additionalData),
		C.size_t(len(additionalData)))
	a.r.release()
	if s != C.GNG_OK {
		return nil, status(s)
	}
	return all, nil
}

// TryOpen verifies and decrypts ciphertext, and appends the plaintext to dst. ciphertext[:0] as
// dst opens in place. After ErrAuth what was written is zero. ErrInvalid as TrySeal.
func (a *AEAD) TryOpen(dst, nonce, ciphertext, additionalData []byte) ([]byte, error) {
	if len(nonce) != nonceSize {
		return nil, ErrInvalid
	}
	if len(ciphertext) < a.tagSize {
		return nil, ErrAuth
	}
	p, err := a.r.acquire()
	if err != nil {
		return nil, err
	}
	all, out := grow(dst, len(ciphertext)-a.tagSize)
	s := C.gonogo_unseal(C.uintptr_t(p), pointer(out), pointer(ciphertext),
		C.size_t(len(ciphertext)), pointer(nonce), pointer(additionalData),
		C.size_t(len(additionalData)))
	a.r.release()
	if s != C.GNG_OK {
		return nil, status(s)
	}
	return all, nil
}

// Seal is TrySeal for cipher.AEAD; it panics with the error.
func (a *AEAD) Seal(dst, nonce, plaintext, additionalData []byte) []byte {
	all, err := a.TrySeal(dst, nonce, plaintext, additionalData)
	if err != nil {
		panic(err)
	}
	return all
}

// Open is TryOpen for cipher.AEAD; it panics with the error if the nonce has another size or
// buffers overlap, as crypto/cipher does.
func (a *AEAD) Open(dst, nonce, ciphertext, additionalData []byte) ([]byte, error) {
	all, err := a.TryOpen(dst, nonce, ciphertext, additionalData)
	if err == ErrInvalid {
		panic(err)
	}
	return all, err
}

// SealManyInC seals one message n times in one crossing: what remains of the cost without crossings.
// For measuring only: no nonce may seal two messages.
func (a *AEAD) SealManyInC(out, nonce, plaintext []byte, n int) error {
	if n <= 0 || len(nonce) != nonceSize || len(out) < len(plaintext)+a.tagSize {
		return ErrInvalid
	}
	p, err := a.r.acquire()
	if err != nil {
		return err
	}
	defer a.r.release()
	return status(C.gonogo_seal_many(C.uintptr_t(p), pointer(out), pointer(plaintext),
		C.size_t(len(plaintext)), pointer(nonce), C.uint64_t(n))).err()
}

// SPDX-License-Identifier: Apache-2.0

package gonogo

// #include "calls.h"
import "C"

import (
	"crypto/cipher"
	"runtime"
	"unsafe"
)

// state is a handle that goes on where it ended: a CTR stream or a CBC chain.
type state struct {
	r *resource
	sole
}

// Stream is AES-CTR as a cipher.Stream. It has state: one goroutine at a time, another gets
// ErrBusy.
type Stream struct{ s state }

// Chain is AES-CBC, one direction, as a cipher.BlockMode. It has state, as Stream.
type Chain struct{ s state }

var (
	_ cipher.Stream    = (*Stream)(nil)
	_ cipher.BlockMode = (*Chain)(nil)
)

func newState(mode C.enum_gng_cgo_mode, key, iv []byte) (*resource, error) {
	if len(iv) != BlockSize {
		return nil, ErrInvalid
	}
	var c *C.struct_gng_cgo_stream
	s := C.gng_cgo_stream_open(&c, mode, pointer(key), C.size_t(len(key)), pointer(iv))
	runtime.KeepAlive(key)
	if s != C.GNG_OK {
		return nil, status(s)
	}
	return &resource{p: uintptr(unsafe.Pointer(c)), free: freeStream}, nil
}

func freeStream(p uintptr) { C.gonogo_close_stream(C.uintptr_t(p)) }

// crypt goes on with src.
func (s *state) crypt(dst, src []byte) error {
	if len(dst) < len(src) {
		return ErrInvalid
	}
	p, err := s.r.acquire()
	if err != nil {
		return err
	}
	defer s.r.release()
	if !s.enter() {
		return ErrBusy
	}
	c := C.gonogo_stream(C.uintptr_t(p), pointer(dst), pointer(src), C.size_t(len(src)))
	s.leave()
	return status(c).err()
}

// NewCTR returns AES-CTR that starts at the counter block iv of 16 bytes.
func NewCTR(key, iv []byte) (*Stream, error) {
	r, err := newState(C.GNG_CGO_CTR, key, iv)
	if err != nil {
		return nil, err
	}
	s := &Stream{s: state{r: r}}
	closeWith(s, r)
	return s, nil
}

// TryXORKeyStream XORs src with the key stream. ErrInvalid, with nothing written, if dst is shorter
// or overlaps src otherwise than exactly.
func (s *Stream) TryXORKeyStream(dst, src []byte) error { return s.s.crypt(dst, src) }

// XORKeyStream is TryXORKeyStream for cipher.Stream; it panics with the error.
func (s *Stream) XORKeyStream(dst, src []byte) {
	if err := s.s.crypt(dst, src); err != nil {
		panic(err)
	}
}

// Close wipes key and state.
func (s *Stream) Close() error { return s.s.r.close() }

func newChain(mode C.enum_gng_cgo_mode, key, iv []byte) (*Chain, error) {
	r, err := newState(mode, key, iv)
	if err != nil {
		return nil, err
	}
	c := &Chain{s: state{r: r}}
	closeWith(c, r)
	return c, nil
}

// NewCBCEncrypter returns AES-CBC encryption from iv, 16 unpredictable bytes.
func NewCBCEncrypter(key, iv []byte) (*Chain, error) {
	return newChain(C.GNG_CGO_CBC_ENCRYPT, key, iv)
}

// NewCBCDecrypter returns AES-CBC decryption from iv. CBC does not authenticate.
func NewCBCDecrypter(key, iv []byte) (*Chain, error) {
	return newChain(C.GNG_CGO_CBC_DECRYPT, key, iv)
}

// BlockSize is 16.
func (c *Chain) BlockSize() int { return BlockSize }

// TryCryptBlocks goes on with src, whole blocks. ErrInvalid, with nothing written, for others, for a
// dst that is shorter, and for an overlap that is not exact.
func (c *Chain) TryCryptBlocks(dst, src []byte) error { return c.s.crypt(dst, src) }

// CryptBlocks is TryCryptBlocks for cipher.BlockMode; it panics with the error.
func (c *Chain) CryptBlocks(dst, src []byte) {
	if err := c.s.crypt(dst, src); err != nil {
		panic(err)
	}
}

// Close wipes key and state.
func (c *Chain) Close() error { return c.s.r.close() }
